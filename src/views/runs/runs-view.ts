import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { contextKeys, viewIds } from '../contributions.ts';
import { RowTree, type TreeFace } from '../tree/row-tree.ts';
import type { FollowedRuns } from './followed-runs.ts';
import { followerRows } from './follower-rows.ts';
import type { RunBook } from './run-book.ts';
import { runRows } from './run-rows.ts';
import { waitingOf } from './run-state.ts';

/** How often elapsed times move on while somebody looks. */
const TICK_MS = 2000;

/** The Runs view: what goes on, what waits for an answer, what ended. */
export class RunsView implements Disposable {
  readonly tree: RowTree;
  readonly #book: RunBook;
  readonly #followed: FollowedRuns;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  #timer: NodeJS.Timeout | undefined;
  #isLookedAt = false;

  constructor(book: RunBook, followed: FollowedRuns, clock: Clock, onError: (error: unknown) => void) {
    this.#book = book;
    this.#followed = followed;
    this.#clock = clock;
    this.tree = this.#owned.add(
      new RowTree({ id: viewIds.runs, keepUp: true, load: () => this.#load(), onError }),
    );
    this.#owned.add(
      book.onDidChange(() => {
        // Menus ask whether something runs, also while this view is folded.
        void this.tree.rows();
        this.tree.refreshSoon();
      }),
    );
    this.#owned.add(followed.onDidChange(() => this.tree.refreshSoon()));
    this.#owned.add(this.tree.view.onDidChangeVisibility(({ visible }) => visible && followed.lookSoon()));
    this.#owned.add({ dispose: () => clearTimeout(this.#timer) });
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #load(): Promise<TreeFace> {
    if (!this.#isLookedAt) this.#followed.lookSoon();
    this.#isLookedAt = true;
    const { runs } = this.#book;
    const followers = this.#followed.sessions;
    const going = followers.length > 0 || runs.some((run) => !run.isEnded);
    clearTimeout(this.#timer);
    if (going) this.#timer = setTimeout(() => this.tree.refreshSoon(), TICK_MS);
    await vscode.commands.executeCommand('setContext', contextKeys.hasRunning, going);
    await vscode.commands.executeCommand(
      'setContext',
      contextKeys.hasEndedRuns,
      runs.some((run) => run.isEnded),
    );
    const waiting = runs.reduce((sum, { state }) => sum + waitingOf(state).length, 0);
    const tooltip =
      waiting === 1
        ? vscode.l10n.t('1 question waits for you')
        : vscode.l10n.t('{0} questions wait for you', waiting);
    return {
      rows: [
        ...runRows(
          runs.map(({ state }) => state),
          this.#clock.now(),
        ),
        ...followerRows(followers, this.#clock.now()),
      ],
      badge: waiting > 0 ? { value: waiting, tooltip } : undefined,
    };
  }
}
