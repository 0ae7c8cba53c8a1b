import * as vscode from 'vscode';
import type { Result } from '../../base/result.ts';
import type { LedgerEntry } from '../../memory/ledger/operation.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { commandIds } from '../contributions.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import {
  byFolder,
  type Chosen,
  chooseProposals,
  nothingWaits,
  waitingProposals,
} from './choose-proposals.ts';
import type { InboxView } from './inbox-view.ts';
import { closeProposalEditors } from './proposal-editors.ts';
import { saveBefore } from './unsaved-proposals.ts';

export interface InboxCommandParts {
  readonly view: InboxView;
  readonly folders: WorkspaceFolders;
  /** Told after proposals were accepted or rejected. */
  readonly onReviewed: () => Promise<void>;
}

/** Review: accept, edit, reject, why, undo. */
export function inboxCommands(parts: InboxCommandParts): CommandTable {
  const { view, folders } = parts;
  const review = async (action: 'accept' | 'reject', args: readonly unknown[]): Promise<void> => {
    needTrust();
    await reviewAll(parts, action, await chooseProposals(view, args));
  };
  return {
    [commandIds.accept]: (...args) => review('accept', args),
    [commandIds.reject]: (...args) => review('reject', args),
    [commandIds.edit]: async (...args) => {
      const [first] = await chooseProposals(view, args);
      const options = { preview: false };
      if (first) await vscode.window.showTextDocument(vscode.Uri.file(first.proposal.path), options);
    },
    [commandIds.why]: async (...args) => {
      const [first] = await chooseProposals(view, args);
      if (!first) return;
      const { showWhy } = await import('./why.ts');
      await showWhy(need(await folders.open(first.folder)), first.proposal);
    },
    [commandIds.acceptAll]: async () => {
      needTrust();
      await acceptAll(parts);
    },
    [commandIds.undo]: async () => {
      needTrust();
      await undoLast(
        await pickWorkspace(folders, vscode.l10n.t('Undo the last memory change in which folder?')),
      );
      await view.tree.refresh();
    },
  };
}

type Outcome = Promise<Result<LedgerEntry, MemoryProblem>>;

/** One transaction for each folder. Unsaved edits of the proposals are asked about before anything is changed. */
async function reviewAll(
  { view, folders, onReviewed }: InboxCommandParts,
  action: 'accept' | 'reject',
  chosen: readonly Chosen[],
): Promise<void> {
  await saveBefore(
    action,
    chosen.map(({ proposal }) => proposal.path),
  );
  const act = (workspace: MemoryWorkspace, ids: readonly string[]): Outcome =>
    action === 'accept' ? workspace.accept(ids) : workspace.reject(ids);
  for (const [folder, members] of byFolder(chosen)) {
    const ids = members.map(({ proposal }) => proposal.id);
    const { note } = need(await act(need(await folders.open(folder)), ids));
    // Told where something of a person's own was moved aside, so that nobody misses it.
    if (note !== undefined) void vscode.window.showInformationMessage(note);
    await closeProposalEditors(members.map(({ proposal }) => proposal.path));
  }
  await view.tree.refresh();
  await onReviewed();
}

async function acceptAll(parts: InboxCommandParts): Promise<void> {
  const all = await waitingProposals(parts.view);
  if (all.length === 0) throw nothingWaits();
  const accept = vscode.l10n.t('Accept {0}', all.length);
  const question = vscode.l10n.t(
    'Accept all {0} proposals? Agents will read them from now on. You can undo it.',
    all.length,
  );
  if ((await vscode.window.showInformationMessage(question, { modal: true }, accept)) !== accept)
    throw new vscode.CancellationError();
  await reviewAll(parts, 'accept', all);
}

async function undoLast(workspace: MemoryWorkspace): Promise<void> {
  const undone = need(await workspace.undo());
  // The one change that leaves no trace where the eye is: said in the status bar, gone by itself.
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Varve: undone ({0})', undone.note ?? undone.subject.join(', ')),
    5000,
  );
}
