import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { Freshness } from '../../memory/freshness/anchor.ts';
import { statesByRecord } from '../../memory/freshness/states-by-record.ts';
import { RefreshQueue } from '../tree/refresh-queue.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

type States = ReadonlyMap<string, Freshness>;

/**
 * Whether the records of each folder still speak of code that is as it was. Looked at behind the views' back, because
 * it reads code: first when a view asks, then after every save and commit of a folder that was asked about.
 */
export class RecordStates implements Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #known = new Map<string, States>();
  readonly #owned = new DisposableStore();
  readonly #changed: Emitter<string>;
  readonly #looks: RefreshQueue;

  constructor(folders: WorkspaceFolders, onError: (error: unknown) => void) {
    this.#folders = folders;
    this.#changed = this.#owned.add(new Emitter<string>(onError));
    this.#looks = this.#owned.add(new RefreshQueue(() => this.#lookAll(), onError));
    this.#owned.add(vscode.workspace.onDidSaveTextDocument(() => this.#lookSoon()));
    // A commit, a checkout, records that were accepted or taken anew.
    this.#owned.add(
      folders.onDidChange(({ change }) => {
        if (change === 'project' || change === 'records') this.#lookSoon();
      }),
    );
  }

  /** Told the folder whose states are others now. */
  get onDidChange() {
    return this.#changed.event;
  }

  /** What is known now; empty at first, and then looked at. */
  of(folder: string): States {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    this.#known.set(folder, new Map());
    this.#looks.request();
    return new Map();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #lookSoon(): void {
    if (this.#known.size > 0) this.#looks.request();
  }

  async #lookAll(): Promise<void> {
    for (const workspace of this.#folders.opened) {
      const { folder } = workspace;
      const before = this.#known.get(folder);
      if (before === undefined || workspace.setUpState === 'no') continue;
      const states = statesByRecord(await workspace.freshness.look());
      this.#known.set(folder, states);
      if (!isSame(before, states)) this.#changed.fire(folder);
    }
  }
}

function isSame(a: States, b: States): boolean {
  return a.size === b.size && [...a].every(([id, state]) => b.get(id) === state);
}
