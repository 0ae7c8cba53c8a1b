import * as vscode from 'vscode';
import type { SessionSummary } from '../../agent/session/session-list.ts';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { viewIds } from '../contributions.ts';
import { RowTree, type TreeFace } from '../tree/row-tree.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type FolderSession, sessionRows } from './session-rows.ts';

/** Sessions of one project, by the `sessions/` directory of its state; never rejects. */
export type ListSessions = (directory: string) => Promise<readonly SessionSummary[]>;

export interface SessionsViewOptions {
  readonly folders: WorkspaceFolders;
  readonly clock: Clock;
  readonly list: ListSessions;
  readonly onError: (error: unknown) => void;
}

/** A session is written many times a second while it runs; the list only has to be true now and then. */
const WATCH_DELAY_MS = 1500;

/** The Sessions view: lines of work, those that a crash cut off included. */
export class SessionsView implements Disposable {
  readonly tree: RowTree;
  readonly #options: SessionsViewOptions;
  readonly #owned = new DisposableStore();
  readonly #watched = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SessionsViewOptions) {
    this.#options = options;
    const { folders, onError } = options;
    this.tree = this.#owned.add(new RowTree({ id: viewIds.sessions, load: () => this.#load(), onError }));
    this.#owned.add(folders.onDidChange(({ change }) => change === 'folders' && this.tree.refreshSoon()));
    this.#owned.add(
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.tree.refreshSoon()),
    );
    this.#owned.add({ dispose: () => clearTimeout(this.#timer) });
  }

  /** All sessions of the window's folders. One project may be open by two folders: its sessions count once. */
  async sessions(): Promise<readonly FolderSession[]> {
    if (!vscode.workspace.isTrusted) return [];
    const all = await this.#options.folders.all();
    const several = all.length > 1;
    const seen = new Set<string>();
    const lists = all.map(async ({ folder, name, opened }) => {
      if (!opened.ok || seen.has(opened.value.sessionsDirectory)) return [];
      const directory = opened.value.sessionsDirectory;
      seen.add(directory);
      this.#watch(directory);
      const sessions = await this.#options.list(directory);
      return sessions.map((session) => ({ folder, name: several ? name : undefined, session }));
    });
    return (await Promise.all(lists)).flat();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #load(): Promise<TreeFace> {
    return { rows: sessionRows(await this.sessions(), this.#options.clock.now()) };
  }

  /** Runs of a terminal or of another window show as well. Flat: the directory alone, nothing below it. */
  #watch(directory: string): void {
    if (this.#watched.has(directory)) return;
    this.#watched.add(directory);
    const pattern = new vscode.RelativePattern(vscode.Uri.file(directory), '*.jsonl');
    const watcher = this.#owned.add(vscode.workspace.createFileSystemWatcher(pattern));
    const later = (): void => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.tree.refreshSoon();
      }, WATCH_DELAY_MS);
    };
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete])
      this.#owned.add(event(later));
  }
}
