import * as vscode from 'vscode';
import type { Row, RowSubject, TreeNode } from '../tree/row.ts';

type SubjectOf<K extends RowSubject['kind']> = Extract<RowSubject, { readonly kind: K }>;

/** What a key of a view hands in: it means the rows of that view, never the file in the editor beside it. */
export const selectedRows = 'selected-rows';

/**
 * What a command was called on: the row of a menu, all selected rows when it is one of them (VS Code hands them in
 * as second argument), else the selection of the view.
 */
export function subjects<K extends RowSubject['kind']>(
  kind: K,
  args: readonly unknown[],
  selection: readonly TreeNode[] = [],
): readonly SubjectOf<K>[] {
  return rowsOf(args, selection).flatMap(({ subject }) =>
    subject?.kind === kind ? [subject as SubjectOf<K>] : [],
  );
}

/** The rows a command was called on, whatever they are; see {@link subjects}. */
export function rowsOf(args: readonly unknown[], selection: readonly TreeNode[] = []): readonly Row[] {
  const [clicked, selected] = args;
  const bySelection = clicked === undefined || clicked === selectedRows;
  const many =
    Array.isArray(selected) && selected.length > 0 ? selected : bySelection ? selection : [clicked];
  return many.flatMap((item: unknown) => rowOf(item) ?? []);
}

export function uriOf(args: readonly unknown[]): vscode.Uri | undefined {
  return args[0] instanceof vscode.Uri ? args[0] : undefined;
}

function rowOf(item: unknown): Row | undefined {
  if (typeof item !== 'object' || item === null || !('row' in item)) return undefined;
  return item.row as Row;
}
