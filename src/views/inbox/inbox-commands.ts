import * as vscode from 'vscode';
import type { Result } from '../../base/result.ts';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import type { LedgerEntry } from '../../memory/ledger/operation.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { subjects, uriOf } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { InboxView } from './inbox-view.ts';
import { showWhy } from './why.ts';

interface Chosen {
  readonly folder: string;
  readonly id: string;
  readonly path: string;
}

/** Review: accept, edit, reject, why, undo. */
export function inboxCommands(view: InboxView, folders: WorkspaceFolders): CommandTable {
  const review = async (
    args: readonly unknown[],
    act: (workspace: MemoryWorkspace, ids: readonly string[]) => Outcome,
  ): Promise<void> => {
    needTrust();
    const chosen = await choose(view, args);
    for (const [folder, members] of byFolder(chosen)) {
      need(
        await act(
          need(await folders.open(folder)),
          members.map(({ id }) => id),
        ),
      );
      await closeEditors(members.map(({ path }) => path));
    }
    await view.tree.refresh();
  };
  return {
    [commandIds.accept]: (...args) => review(args, (workspace, ids) => workspace.accept(ids)),
    [commandIds.reject]: (...args) => review(args, (workspace, ids) => workspace.reject(ids)),
    [commandIds.edit]: async (...args) => {
      const [first] = await choose(view, args);
      if (first) await vscode.window.showTextDocument(vscode.Uri.file(first.path), { preview: false });
    },
    [commandIds.why]: async (...args) => {
      const [first] = await choose(view, args);
      const proposal = first && (await find(view, first));
      if (first && proposal) await showWhy(first.folder, proposal);
    },
    [commandIds.acceptAll]: async () => {
      needTrust();
      await acceptAll(view, folders);
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

/** The rows the command was called on, the proposal whose file is open, or the one picked. */
async function choose(view: InboxView, args: readonly unknown[]): Promise<readonly Chosen[]> {
  const rows = subjects('proposal', args, view.tree.view.selection);
  const file =
    uriOf(args) ?? (args[0] === undefined ? vscode.window.activeTextEditor?.document.uri : undefined);
  const all = (await view.proposals()).flatMap(({ folder, proposals }) =>
    proposals.map((proposal) => ({ folder, proposal })),
  );
  const open = all.find(({ proposal }) => file && vscode.Uri.file(proposal.path).fsPath === file.fsPath);
  if (open) return [chosenOf(open)];
  if (rows.length > 0) return rows;
  if (all.length === 0)
    throw new UserProblem(
      vscode.l10n.t('Nothing waits for review. Commits and runs put proposals into the Inbox.'),
    );
  const items = all.map((item) => ({
    label: item.proposal.record.description,
    description: item.proposal.group,
    item,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Which proposal?'),
    matchOnDescription: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return [chosenOf(picked.item)];
}

function chosenOf({ folder, proposal }: { readonly folder: string; readonly proposal: Proposal }): Chosen {
  return { folder, id: proposal.id, path: proposal.path };
}

function byFolder(chosen: readonly Chosen[]): ReadonlyMap<string, readonly Chosen[]> {
  const folders = [...new Set(chosen.map(({ folder }) => folder))];
  return new Map(folders.map((folder) => [folder, chosen.filter((member) => member.folder === folder)]));
}

async function find(view: InboxView, { folder, id }: Chosen): Promise<Proposal | undefined> {
  const place = (await view.proposals()).find((candidate) => candidate.folder === folder);
  return place?.proposals.find((proposal) => proposal.id === id);
}

async function acceptAll(view: InboxView, folders: WorkspaceFolders): Promise<void> {
  const all = (await view.proposals()).filter(({ proposals }) => proposals.length > 0);
  const count = all.reduce((sum, { proposals }) => sum + proposals.length, 0);
  if (count === 0)
    throw new UserProblem(
      vscode.l10n.t('Nothing waits for review. Commits and runs put proposals into the Inbox.'),
    );
  const accept = vscode.l10n.t('Accept {0}', count);
  const question = vscode.l10n.t(
    'Accept all {0} proposals? Agents will read them from now on. You can undo it.',
    count,
  );
  if ((await vscode.window.showInformationMessage(question, { modal: true }, accept)) !== accept)
    throw new vscode.CancellationError();
  for (const { folder, proposals } of all) {
    need(await need(await folders.open(folder)).accept(proposals.map(({ id }) => id)));
    await closeEditors(proposals.map(({ path }) => path));
  }
  await view.tree.refresh();
}

async function undoLast(workspace: MemoryWorkspace): Promise<void> {
  const undone = need(await workspace.undo());
  // The one change that leaves no trace where the eye is: said in the status bar, gone by itself.
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Varve: undone ({0})', undone.note ?? undone.subject.join(', ')),
    5000,
  );
}

/** A reviewed proposal's file has moved or is gone: its tab would show a deleted file. Unsaved ones stay. */
async function closeEditors(paths: readonly string[]): Promise<void> {
  const gone = new Set(paths.map((path) => vscode.Uri.file(path).toString()));
  const tabs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
  const closing = tabs.filter(
    ({ input, isDirty }) =>
      !isDirty && input instanceof vscode.TabInputText && gone.has(input.uri.toString()),
  );
  if (closing.length > 0) await vscode.window.tabGroups.close(closing);
}
