import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { ListSessions } from '../sessions/sessions-view.ts';
import type { FolderSession } from '../sessions/shown-session.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { RunBook } from './run-book.ts';

export interface FollowedRunsOptions {
  readonly folders: WorkspaceFolders;
  readonly book: RunBook;
  /** The newest sessions of a project are enough: what runs was written to a moment ago. */
  readonly listNewest: ListSessions;
  readonly onError: (error: unknown) => void;
}

/** How often a run of another process is looked at while there is one. */
const LOOK_MS = 3_000;

/**
 * Runs that go on without this window: let go by a window that closed, or started in a terminal. Found by their
 * lease (its process lives) and followed by their journal.
 */
export class FollowedRuns implements Disposable {
  readonly #options: FollowedRunsOptions;
  readonly #owned = new DisposableStore();
  readonly #changed: Emitter<void>;
  #sessions: readonly FolderSession[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isLookedAt = false;

  constructor(options: FollowedRunsOptions) {
    this.#options = options;
    this.#changed = this.#owned.add(new Emitter<void>(options.onError));
    const again = (): void => {
      if (this.#isLookedAt) this.lookSoon();
    };
    this.#owned.add(options.folders.onDidChange(({ change }) => change === 'opened' && again()));
    this.#owned.add(vscode.window.onDidChangeWindowState(({ focused }) => focused && again()));
    this.#owned.add({ dispose: () => clearTimeout(this.#timer) });
  }

  get onDidChange() {
    return this.#changed.event;
  }

  /** As last looked at. */
  get sessions(): readonly FolderSession[] {
    const own = new Set(this.#options.book.runs.map(({ state }) => state.session));
    return this.#sessions.filter(({ session }) => !own.has(session.id));
  }

  /** Opens the folders of the window; called once somebody looks at the Runs view. */
  lookSoon(): void {
    this.#isLookedAt = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    if (!vscode.workspace.isTrusted) return;
    const { folders, listNewest, onError } = this.#options;
    const before = this.#sessions;
    const several = folders.folders.length > 1;
    const seen = new Set<string>();
    const lists = (await folders.workspaces()).map(async ({ folder, sessionsDirectory }) => {
      if (seen.has(sessionsDirectory)) return [];
      seen.add(sessionsDirectory);
      const sessions = await listNewest(sessionsDirectory);
      return sessions
        .filter(({ state }) => state === 'running')
        .map((session) => ({ folder, name: several ? folder : undefined, session }));
    });
    try {
      this.#sessions = (await Promise.all(lists)).flat();
    } catch (error) {
      onError(error);
    }
    if (this.sessions.length > 0) this.#timer = setTimeout(() => this.lookSoon(), LOOK_MS);
    if (before.length > 0 || this.#sessions.length > 0) this.#changed.fire();
  }
}
