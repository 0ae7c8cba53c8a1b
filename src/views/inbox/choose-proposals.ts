import * as vscode from 'vscode';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import { recordTitle } from '../../memory/record/record-parts.ts';
import { subjects, uriOf } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { kindLabel } from './inbox-rows.ts';
import type { InboxView } from './inbox-view.ts';

/** A proposal and the folder it is of. */
export interface Chosen {
  readonly folder: string;
  readonly proposal: Proposal;
}

/** Everything that waits, in the order of its folders. */
export async function waitingProposals(view: InboxView): Promise<readonly Chosen[]> {
  return (await view.proposals()).flatMap(({ folder, proposals }) =>
    proposals.map((proposal) => ({ folder, proposal })),
  );
}

/**
 * What a review command was called on: the rows, the comment or the thread of a menu, the proposal whose file is open,
 * else the one picked. Throws when there is none, when it was reviewed meanwhile, or when cancelled.
 */
export async function chooseProposals(view: InboxView, args: readonly unknown[]): Promise<readonly Chosen[]> {
  const all = await waitingProposals(view);
  const file =
    uriOf(args) ?? (args[0] === undefined ? vscode.window.activeTextEditor?.document.uri : undefined);
  const open = all.find(({ proposal }) => file && vscode.Uri.file(proposal.path).fsPath === file.fsPath);
  if (open) return [open];
  const rows = namedProposals(args, view);
  if (rows.length > 0) {
    const found = rows.flatMap(
      ({ folder, id }) => all.find((one) => one.folder === folder && one.proposal.id === id) ?? [],
    );
    if (found.length > 0) return found;
    throw new UserProblem(vscode.l10n.t('This was reviewed meanwhile; nothing is left to do.'));
  }
  if (all.length === 0) throw nothingWaits();
  const items = all.map((item) => ({
    label: recordTitle(item.proposal.record),
    description: kindLabel(item.proposal.record.kind),
    item,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Which proposal?'),
    matchOnDescription: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return [picked.item];
}

export function byFolder(chosen: readonly Chosen[]): ReadonlyMap<string, readonly Chosen[]> {
  const folders = [...new Set(chosen.map(({ folder }) => folder))];
  return new Map(folders.map((folder) => [folder, chosen.filter((member) => member.folder === folder)]));
}

/** The proposals that the arguments, else the selection of the view, name. */
export function namedProposals(args: readonly unknown[], view: InboxView) {
  return subjects('proposal', rowsOfThread(args[0]) ?? args, view.tree.view.selection);
}

export function nothingWaits(): UserProblem {
  return new UserProblem(
    vscode.l10n.t('Nothing waits for review. Commits and runs put proposals into the Inbox.'),
  );
}

/** A comment thread stands for the proposals its comments are about; as arguments of a menu. */
function rowsOfThread(thread: unknown): readonly unknown[] | undefined {
  if (typeof thread !== 'object' || thread === null || !('comments' in thread)) return undefined;
  if (!Array.isArray(thread.comments)) return undefined;
  const items = thread.comments.flatMap((comment: { readonly row?: unknown; readonly rows?: unknown }) =>
    Array.isArray(comment.rows) ? comment.rows : (comment.row ?? []),
  );
  const rows = items.map((row: unknown) => ({ row }));
  return [rows[0], rows];
}
