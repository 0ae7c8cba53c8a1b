import type { SessionTool } from '../../agent/history/transcript.ts';

/** One row of a tree view as plain data: what it shows, not how VS Code draws it. */
export interface Row {
  /** Stable across refreshes and unique in its tree. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Name of a built-in codicon; a spin is written `sync~spin`. */
  readonly icon?: string;
  /** Theme colour of the icon; never the only sign of a state. */
  readonly iconColor?: string;
  /** Words for menus, see `itemWords`. */
  readonly context?: string;
  /** Longer text, made when the pointer rests on the row. Plain text: memory is not trusted as Markdown. */
  readonly tooltip?: string;
  /** What a screen reader says. */
  readonly spoken?: string;
  readonly open?: RowOpening;
  readonly expanded?: boolean;
  readonly children?: readonly Row[];
  /** What commands on this row act on. */
  readonly subject?: RowSubject;
}

/** What Enter or a click on a row does. */
export type RowOpening =
  | { readonly kind: 'file'; readonly path: string; readonly line?: number }
  | { readonly kind: 'command'; readonly command: string };

export type RowSubject =
  | {
      readonly kind: 'file';
      readonly folder: string;
      readonly path: string;
      readonly line?: number;
      /** Of the record that the file is. */
      readonly recordId?: string;
    }
  | { readonly kind: 'proposal'; readonly folder: string; readonly id: string; readonly path: string }
  | { readonly kind: 'foreign-write'; readonly folder: string; readonly id: string; readonly path: string }
  | { readonly kind: 'session'; readonly folder: string; readonly id: string }
  | {
      readonly kind: 'tool-session';
      readonly folder: string;
      readonly tool: SessionTool;
      readonly id: string;
      readonly path: string;
    }
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'approval'; readonly run: string; readonly id: string }
  | { readonly kind: 'question'; readonly run: string; readonly id: string }
  | { readonly kind: 'change'; readonly run: string; readonly index: number };

/** A row with its place in the tree; keeps its identity while its `id` stays, which is what VS Code refreshes by. */
export interface TreeNode {
  readonly id: string;
  row: Row;
  parent: TreeNode | undefined;
  children: readonly TreeNode[];
}
