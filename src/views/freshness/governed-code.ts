import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { recordTitle } from '../../memory/record/record-parts.ts';
import { dayOf } from '../../memory/timeline/timeline.ts';
import type { AnchorFreshness } from '../../memory/workspace/memory-freshness.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** A record that speaks of some lines of an open file. */
export interface GoverningRecord {
  readonly folder: string;
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  /** `2026-11-22`; empty where the record has no date. */
  readonly since: string;
  readonly path: string;
  /** Zero-based, inclusive. */
  readonly first: number;
  readonly last: number;
  readonly state: AnchorFreshness['state'];
  readonly reason: string;
}

/** Files whose answers are kept; the oldest is forgotten first. */
const maxKnown = 50;

/**
 * Which records speak of the code of a file as it stands on disk. Asked once and kept until the file is saved or
 * memory changes. A folder that nothing opened yet is not opened for it.
 */
export class GovernedCode implements Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #known = new Map<string, Promise<readonly GoverningRecord[]>>();
  readonly #owned = new DisposableStore();
  readonly #changed: Emitter<void>;

  constructor(folders: WorkspaceFolders, onError: (error: unknown) => void) {
    this.#folders = folders;
    this.#changed = this.#owned.add(new Emitter<void>(onError));
    this.#owned.add(folders.onDidChange(({ change }) => change !== 'inbox' && this.#forget()));
    this.#owned.add(vscode.workspace.onDidSaveTextDocument(() => this.#forget()));
  }

  get onDidChange() {
    return this.#changed.event;
  }

  /** Never rejects: a file that cannot be asked about is governed by nothing. */
  of(uri: vscode.Uri): Promise<readonly GoverningRecord[]> {
    const path = uri.fsPath;
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const asked = this.#ask(uri).catch(() => []);
    this.#known.set(path, asked);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
    return asked;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #ask(uri: vscode.Uri): Promise<readonly GoverningRecord[]> {
    const folder = this.#folders.folderOf(uri);
    const workspace = this.#folders.opened.find((opened) => opened.folder === folder);
    if (folder === undefined || workspace === undefined || workspace.setUpState === 'no') return [];
    const anchors = await workspace.freshness.look(uri.fsPath);
    return anchors.length === 0 ? [] : governing(folder, workspace, anchors);
  }

  #forget(): void {
    this.#known.clear();
    this.#changed.fire();
  }
}

async function governing(
  folder: string,
  workspace: MemoryWorkspace,
  anchors: readonly AnchorFreshness[],
): Promise<readonly GoverningRecord[]> {
  const records = new Map((await workspace.timeline()).map((entry) => [entry.record.id, entry]));
  return anchors.flatMap(({ recordId, now, state, reason }) => {
    const entry = records.get(recordId);
    if (entry === undefined || now === undefined) return [];
    const { record, path } = entry;
    const { first, last } = now;
    const title = recordTitle(record);
    return [
      {
        folder,
        id: recordId,
        kind: record.kind,
        title,
        since: dayOf(record),
        path,
        first,
        last,
        state,
        reason,
      },
    ];
  });
}
