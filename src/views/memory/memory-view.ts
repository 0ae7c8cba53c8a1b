import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { contextKeys, viewIds } from '../contributions.ts';
import { RowTree, type TreeFace } from '../tree/row-tree.ts';
import type { FolderMemory, WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type FolderOutline, isEmptyOutline, memoryMessage, memoryRows } from './memory-rows.ts';

/** The Memory view: what agents read in this window, by scope, file, section and entry. */
export class MemoryView implements Disposable {
  readonly tree: RowTree;
  readonly #folders: WorkspaceFolders;
  readonly #owned = new DisposableStore();

  constructor(folders: WorkspaceFolders, onError: (error: unknown) => void) {
    this.#folders = folders;
    this.tree = this.#owned.add(new RowTree({ id: viewIds.memory, load: () => this.#load(), onError }));
    this.#owned.add(
      folders.onDidChange(
        ({ change }) => change !== 'inbox' && change !== 'opened' && this.tree.refreshSoon(),
      ),
    );
    this.#owned.add(
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.tree.refreshSoon()),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #load(): Promise<TreeFace> {
    const all = await this.#folders.all();
    const outlines = await Promise.all(all.map(outlineOf));
    const shown = outlines.flatMap((outline) => (outline ? [outline] : []));
    const rows = memoryRows(shown);
    await setContexts(all, shown);
    return { rows, message: await messageOf(all, rows.length > 0) };
  }
}

async function outlineOf({ folder, name, opened }: FolderMemory): Promise<FolderOutline | undefined> {
  return opened.ok ? { folder, name, outline: await opened.value.outline() } : undefined;
}

/** What `when` clauses of welcome views and menus ask. */
async function setContexts(all: readonly FolderMemory[], shown: readonly FolderOutline[]): Promise<void> {
  const workspaces = all.flatMap(({ opened }) => (opened.ok ? [opened.value] : []));
  const set = (key: string, value: boolean): Thenable<unknown> =>
    vscode.commands.executeCommand('setContext', key, value);
  await Promise.all([
    set(contextKeys.memoryEmpty, shown.length > 0 && shown.every(({ outline }) => isEmptyOutline(outline))),
    set(
      contextKeys.canSetUp,
      workspaces.some((workspace) => canWrite(workspace) && workspace.setUpState === 'no'),
    ),
    set(
      contextKeys.canRemove,
      workspaces.some((workspace) => canWrite(workspace) && workspace.setUpState !== 'no'),
    ),
  ]);
}

function canWrite(workspace: MemoryWorkspace): boolean {
  return workspace.readOnlyReason === undefined;
}

/** Why memory cannot be shown or written, else what loads. With several folders each row says it for itself. */
async function messageOf(all: readonly FolderMemory[], filled: boolean): Promise<string | undefined> {
  const problems = all.flatMap(({ opened }) =>
    opened.ok ? (opened.value.readOnlyReason ?? []) : opened.error.message,
  );
  const only = all.length === 1 ? all[0]?.opened : undefined;
  if (!only?.ok || !filled) return problems[0];
  const [effective, records] = await Promise.all([only.value.effective(), only.value.records()]);
  const live = records.filter(({ status }) => status === 'accepted').length;
  return [memoryMessage(effective.hierarchy.tokens, live), ...problems].join(' · ');
}
