import * as vscode from 'vscode';
import type { MoveTarget, PieceAddress } from '../../memory/workspace/edit-requests.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type ChosenNode, type MemoryBoard, piecesOf } from './memory-selection.ts';

/** Moves pieces of one folder and shows them in their new place. Consequences that need a look are said, with *Undo*. */
export async function moveEntries(
  view: MemoryBoard,
  folder: string,
  workspace: MemoryWorkspace,
  pieces: readonly PieceAddress[],
  target: MoveTarget,
): Promise<void> {
  const plan = need(await workspace.edits.planMove(pieces, target));
  const isNewLocal = plan.changes.some(
    ({ path, before }) => path.endsWith('CLAUDE.local.md') && before === undefined,
  );
  const wanted = isNewLocal ? { ...target, keepOutOfGit: await askToKeepOut(plan.notes) } : target;
  const done = need(await workspace.edits.moveEntries(pieces, wanted));
  await view.show(folder, plan.path, plan.lines[0] ?? 0);
  const notes = plan.notes.filter((note) => !note.includes('info/exclude'));
  if (notes.length > 0) void offerUndo(view, workspace, done.id, notes);
}

/** What is chosen in one folder, with its memory; throws what the user can act on. */
export async function chosenPieces(
  folders: WorkspaceFolders,
  chosen: readonly ChosenNode[],
): Promise<{
  readonly folder: string;
  readonly workspace: MemoryWorkspace;
  readonly pieces: readonly PieceAddress[];
}> {
  needTrust();
  const pieces = piecesOf(chosen);
  const places = [...new Set(chosen.map(({ folder }) => folder))];
  const [folder] = places;
  if (folder === undefined || pieces.length === 0)
    throw new UserProblem(vscode.l10n.t('Only entries and sections move: select some in the Memory view.'));
  if (places.length > 1)
    throw new UserProblem(vscode.l10n.t('Entries of several folders move one folder at a time.'));
  return { folder, workspace: need(await folders.open(folder)), pieces };
}

/** Whether git should not show the new file; asked only where git would. */
export async function askToKeepOut(notes: readonly string[]): Promise<boolean> {
  if (!notes.some((note) => note.includes('info/exclude'))) return false;
  const keep = {
    label: vscode.l10n.t('Keep it out of git'),
    description: vscode.l10n.t('listed in .git/info/exclude, on this machine only'),
  };
  const leave = { label: vscode.l10n.t('Let git show it') };
  const picked = await vscode.window.showQuickPick([keep, leave], {
    placeHolder: vscode.l10n.t('CLAUDE.local.md is made for you alone. Should git see it?'),
  });
  if (!picked) throw new vscode.CancellationError();
  return picked === keep;
}

async function offerUndo(
  view: MemoryBoard,
  workspace: MemoryWorkspace,
  id: string,
  notes: readonly string[],
): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const picked = await vscode.window.showWarningMessage(notes.join(' '), undo);
  if (picked === undo) await view.act(async () => void need(await workspace.undo(id)));
}
