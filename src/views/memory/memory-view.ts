import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { Freshness } from '../../memory/freshness/anchor.ts';
import type { RecordOrder } from '../../memory/outline/record-nodes.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CommandFunnel } from '../command/command-funnel.ts';
import { contextKeys, settingIds, viewIds } from '../contributions.ts';
import type { RecordStates } from '../freshness/record-states.ts';
import type { Row } from '../tree/row.ts';
import { RowTree, type TreeFace } from '../tree/row-tree.ts';
import { joined } from '../words.ts';
import type { FolderMemory, WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { MemoryDrag } from './memory-drag.ts';
import { type FolderOutline, isEmptyOutline, memoryMessage, memoryRows } from './memory-rows.ts';
import { type ChosenNode, type MemoryBoard, nodesOf, rowIdAt, withoutThese } from './memory-selection.ts';

/** The Memory view: what agents read in this window, by scope, file, section and entry. */
export class MemoryView implements Disposable, MemoryBoard {
  readonly tree: RowTree;
  readonly #folders: WorkspaceFolders;
  readonly #states: RecordStates;
  readonly #funnel: CommandFunnel;
  readonly #owned = new DisposableStore();
  /** What the rows were last made from. */
  #shown: readonly FolderOutline[] = [];
  #message: string | undefined;

  constructor(folders: WorkspaceFolders, states: RecordStates, funnel: CommandFunnel) {
    this.#folders = folders;
    this.#states = states;
    this.#funnel = funnel;
    this.tree = this.#owned.add(
      new RowTree({
        id: viewIds.memory,
        canSelectMany: true,
        showCollapseAll: true,
        dragAndDrop: new MemoryDrag(this, folders, funnel),
        load: () => this.#load(),
        onError: funnel.note,
      }),
    );
    this.#owned.add(
      this.tree.view.onDidChangeSelection(() => {
        this.tree.view.message = this.#messageNow();
      }),
    );
    this.#owned.add(
      folders.onDidChange(
        ({ change }) => change !== 'inbox' && change !== 'opened' && this.tree.refreshSoon(),
      ),
    );
    this.#owned.add(states.onDidChange(() => this.tree.refreshSoon()));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration(settingIds.recordOrder) && this.tree.refreshSoon(),
      ),
    );
    this.#owned.add(
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.tree.refreshSoon()),
    );
  }

  nodesOf(rows: readonly Row[]): readonly ChosenNode[] {
    return nodesOf(this.#shown, rows);
  }

  nodesWithIds(ids: readonly string[]): readonly ChosenNode[] {
    return nodesOf(
      this.#shown,
      ids.map((id) => ({ id, label: '' })),
    );
  }

  async show(folder: string, path: string, line: number): Promise<void> {
    await this.tree.refresh();
    const id = rowIdAt(this.#shown, folder, path, line);
    if (id !== undefined) await this.tree.reveal(id, { focus: true });
  }

  act(work: () => Promise<void>): Promise<void> {
    return this.#funnel.run(viewIds.memory, work);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #load(): Promise<TreeFace> {
    const all = await this.#folders.all();
    const outlines = await Promise.all(
      all.map((folder) => outlineOf(folder, this.#states.of(folder.folder))),
    );
    const shown = outlines.flatMap((outline) => (outline ? [outline] : []));
    this.#shown = shown;
    const rows = memoryRows(shown);
    await setContexts(all, shown);
    this.#message = await messageOf(all, rows.length > 0);
    return { rows, message: this.#messageNow() };
  }

  /** What if: behind what loads here stands what would load less without the selected rows. */
  #messageNow(): string {
    const selected = this.tree.view.selection.map(({ row }) => row);
    return joined(this.#message, withoutThese(this.nodesOf(selected)));
  }
}

async function outlineOf(
  { folder, name, opened }: FolderMemory,
  states: ReadonlyMap<string, Freshness>,
): Promise<FolderOutline | undefined> {
  const order = vscode.workspace.getConfiguration().get<RecordOrder>(settingIds.recordOrder, 'time');
  return opened.ok ? { folder, name, outline: await opened.value.outline({ order, states }) } : undefined;
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
