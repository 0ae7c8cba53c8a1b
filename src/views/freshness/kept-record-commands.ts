import * as vscode from 'vscode';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { subjects } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import type { MemoryView } from '../memory/memory-view.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

export interface KeptRecordCommandsOptions {
  readonly view: MemoryView;
  readonly folders: WorkspaceFolders;
}

interface NamedRecord {
  readonly folder: string;
  readonly id: string;
}

/** What a person says of an accepted record: that it is still true, or that its time is over. */
export function keptRecordCommands({ view, folders }: KeptRecordCommandsOptions): CommandTable {
  const act = async (
    args: readonly unknown[],
    work: (workspace: MemoryWorkspace, ids: readonly string[]) => Promise<void>,
  ): Promise<void> => {
    needTrust();
    const chosen = await choose(args, view, folders);
    for (const folder of new Set(chosen.map((record) => record.folder))) {
      const ids = chosen.filter((record) => record.folder === folder).map(({ id }) => id);
      await work(need(await folders.open(folder)), ids);
    }
    await view.tree.refresh();
  };
  return {
    [commandIds.openRecord]: async (...args) => {
      const [record] = await choose(args, view, folders);
      if (record !== undefined) await openRecord(need(await folders.open(record.folder)), record.id);
    },
    [commandIds.stillTrue]: (...args) =>
      act(args, async (workspace, ids) => void need(await workspace.freshness.stillTrue(ids))),
    [commandIds.retireRecord]: (...args) =>
      act(args, async (workspace, ids) => void need(await workspace.retire(ids))),
  };
}

async function openRecord(workspace: MemoryWorkspace, id: string): Promise<void> {
  const found = (await workspace.timeline()).find(({ record }) => record.id === id);
  if (found === undefined) throw new UserProblem(vscode.l10n.t('This record is no longer there.'));
  await vscode.window.showTextDocument(vscode.Uri.file(found.path));
}

/** What a link or a quick fix names, the rows the command was called on, or the one picked. */
async function choose(
  args: readonly unknown[],
  view: MemoryView,
  folders: WorkspaceFolders,
): Promise<readonly NamedRecord[]> {
  const [first] = args;
  if (isNamed(first)) return [first];
  const rows = subjects('file', args, view.tree.view.selection).flatMap(({ folder, recordId }) =>
    recordId === undefined ? [] : [{ folder, id: recordId }],
  );
  return rows.length > 0 ? rows : [await pick(folders)];
}

async function pick(folders: WorkspaceFolders): Promise<NamedRecord> {
  const items: (vscode.QuickPickItem & NamedRecord)[] = [];
  for (const { folder, opened } of await folders.all()) {
    if (!opened.ok) continue;
    for (const { record } of await opened.value.timeline()) {
      if (record.status !== 'accepted') continue;
      items.push({ folder, id: record.id, label: record.description, description: record.kind });
    }
  }
  if (items.length === 0)
    throw new UserProblem(
      vscode.l10n.t('Nothing was accepted into this memory yet. Accept a proposal in the Inbox first.'),
    );
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Which record?'),
    matchOnDescription: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked;
}

function isNamed(value: unknown): value is NamedRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'folder' in value &&
    'id' in value &&
    typeof value.folder === 'string' &&
    typeof value.id === 'string'
  );
}
