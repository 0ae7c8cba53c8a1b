import * as vscode from 'vscode';
import { commandIds } from '../contributions.ts';
import type { InlineNote } from './inline-notes.ts';

/** *Accept · Edit · Reject · Why* above the line a note is about; many together lead to the review of all of them. */
export function lensesOf(notes: readonly InlineNote[]): readonly vscode.CodeLens[] {
  return notes.flatMap((note) => {
    // A proposal's own file is its proposal from the first line on.
    const line = note.isOwn ? 0 : note.line;
    const range = new vscode.Range(line, 0, line, 0);
    return commandsOf(note).map((command) => new vscode.CodeLens(range, command));
  });
}

function commandsOf({ title, entries }: InlineNote): readonly vscode.Command[] {
  const [first] = entries;
  if (entries.length !== 1 || first === undefined) {
    const rows = entries.map(({ row }) => ({ row }));
    return [{ title, command: commandIds.reviewProposals, arguments: [rows[0], rows] }];
  }
  const on = [{ row: first.row }];
  return [
    { title, command: commandIds.why, arguments: on },
    { title: vscode.l10n.t('Accept'), command: commandIds.accept, arguments: on },
    { title: vscode.l10n.t('Edit'), command: commandIds.edit, arguments: on },
    { title: vscode.l10n.t('Reject'), command: commandIds.reject, arguments: on },
    { title: vscode.l10n.t('Why'), command: commandIds.why, arguments: on },
  ];
}
