import * as vscode from 'vscode';
import type { ForeignWrite } from '../../memory/workspace/foreign-writes.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { subjects } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import type { RowTree } from '../tree/row-tree.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { ForeignDocuments } from './foreign-documents.ts';
import { kindWords } from './foreign-rows.ts';

export interface ForeignCommandParts {
  readonly folders: WorkspaceFolders;
  readonly documents: ForeignDocuments;
  /** Where the rows stand. */
  readonly inbox: RowTree;
}

interface Chosen {
  readonly folder: string;
  readonly workspace: MemoryWorkspace;
  readonly write: ForeignWrite;
}

/** What other programs wrote to memory files: see it, keep it, take it back. */
export function foreignCommands({ folders, documents, inbox }: ForeignCommandParts): CommandTable {
  const each = async (
    args: readonly unknown[],
    act: (workspace: MemoryWorkspace, ids: readonly string[]) => Promise<void>,
  ): Promise<void> => {
    needTrust();
    const chosen = await choose(folders, inbox, args);
    for (const workspace of new Set(chosen.map((one) => one.workspace))) {
      const members = chosen.filter((one) => one.workspace === workspace);
      await act(
        workspace,
        members.map(({ write }) => write.id),
      );
    }
    await inbox.refresh();
  };
  return {
    [commandIds.showWrite]: async (...args) => {
      const [first] = await choose(folders, inbox, args);
      if (first) await documents.show(first.folder, first.write);
    },
    [commandIds.keepWrite]: (...args) =>
      each(args, async (workspace, ids) => void need(await workspace.foreign.keep(ids))),
    [commandIds.takeBackWrite]: (...args) =>
      each(args, async (workspace, ids) => void need(await workspace.foreign.undo(ids))),
  };
}

async function choose(
  folders: WorkspaceFolders,
  inbox: RowTree,
  args: readonly unknown[],
): Promise<readonly Chosen[]> {
  const all = await waiting(folders);
  const rows = subjects('foreign-write', args, inbox.view.selection);
  const named = rows.flatMap(
    ({ folder, id }) => all.find((one) => one.folder === folder && one.write.id === id) ?? [],
  );
  if (named.length > 0) return named;
  if (rows.length > 0 || all.length === 0)
    throw new UserProblem(vscode.l10n.t('No write of another program waits in the Inbox.'));
  const items = all.map((item) => ({
    label: item.write.label,
    description: `${kindWords(item.write.kind)} · ${item.write.by}`,
    item,
  }));
  const placeHolder = vscode.l10n.t('Which write of another program?');
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  if (!picked) throw new vscode.CancellationError();
  return [picked.item];
}

async function waiting(folders: WorkspaceFolders): Promise<readonly Chosen[]> {
  const found = (await folders.all()).map(async ({ folder, opened }) => {
    if (!opened.ok) return [];
    const workspace = opened.value;
    return (await workspace.foreign.list()).map((write) => ({ folder, workspace, write }));
  });
  return (await Promise.all(found)).flat();
}
