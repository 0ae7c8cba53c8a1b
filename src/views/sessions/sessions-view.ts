import * as vscode from 'vscode';
import type { SessionSummary } from '../../agent/session/session-list.ts';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { contextKeys, settingIds, viewIds } from '../contributions.ts';
import { RowTree, type TreeFace } from '../tree/row-tree.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { filterWords, passesFilter, type ViewFilter } from './session-filter.ts';
import { type Grouping, groupings, type Reached } from './session-groups.ts';
import type { HistoryListing, SessionHistory } from './session-history.ts';
import { sessionRows } from './session-rows.ts';
import { type FolderSession, listOwn, type ShownSession } from './shown-session.ts';

/** Sessions of one project, by the `sessions/` directory of its state; never rejects. */
export type ListSessions = (directory: string) => Promise<readonly SessionSummary[]>;

export interface SessionsViewOptions {
  readonly folders: WorkspaceFolders;
  readonly clock: Clock;
  readonly list: ListSessions;
  readonly history: SessionHistory;
  readonly onError: (error: unknown) => void;
}

/** A session is written many times a second while it runs; the list only has to be true now and then. */
const WATCH_DELAY_MS = 1500;

/** The Sessions view: lines of work of every tool, those that a crash cut off included. */
export class SessionsView implements Disposable {
  readonly tree: RowTree;
  readonly #options: SessionsViewOptions;
  readonly #owned = new DisposableStore();
  readonly #watched = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #filter: ViewFilter = {};

  constructor(options: SessionsViewOptions) {
    this.#options = options;
    const { folders, history, onError } = options;
    this.tree = this.#owned.add(new RowTree({ id: viewIds.sessions, load: () => this.#load(), onError }));
    this.#owned.add(folders.onDidChange(({ change }) => change === 'folders' && this.tree.refreshSoon()));
    this.#owned.add(
      vscode.window.onDidChangeWindowState(({ focused }) => focused && this.tree.refreshSoon()),
    );
    this.#owned.add(history.onDidChange(() => this.#refreshLater()));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (
          event.affectsConfiguration(settingIds.sessionGrouping) ||
          event.affectsConfiguration(settingIds.otherTools)
        )
          this.tree.refreshSoon();
      }),
    );
    this.#owned.add({ dispose: () => clearTimeout(this.#timer) });
  }

  get filter(): ViewFilter {
    return this.#filter;
  }

  async setFilter(filter: ViewFilter): Promise<void> {
    this.#filter = filter;
    await vscode.commands.executeCommand(
      'setContext',
      contextKeys.sessionsFiltered,
      filterWords(filter) !== '',
    );
    await this.tree.refresh();
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

  /** Of all tools, Varve's own first; in no other order. */
  async shown(): Promise<readonly ShownSession[]> {
    return (await this.#look()).sessions;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #load(): Promise<TreeFace> {
    const { sessions, listings } = await this.#look();
    const shown = sessions.filter((session) => passesFilter(session, this.#filter));
    const facts = {
      now: this.#options.clock.now(),
      grouping: this.#grouping(),
      milestones: this.#grouping() === 'milestone' ? await this.#milestones() : [],
    };
    return {
      rows: sessionRows(shown, facts),
      message: this.#message(sessions.length, shown.length, listings),
    };
  }

  async #look(): Promise<{ sessions: readonly ShownSession[]; listings: readonly HistoryListing[] }> {
    const own = (await this.sessions()).map(listOwn);
    const isAsked = vscode.workspace.getConfiguration().get<boolean>(settingIds.otherTools, true);
    if (!vscode.workspace.isTrusted || !isAsked) return { sessions: own, listings: [] };
    const all = await this.#options.folders.all();
    const found = await Promise.all(
      all.map(async ({ folder, name, opened }) => {
        if (!opened.ok) return undefined;
        const listing = await this.#options.history.list(opened.value);
        const named = all.length > 1 ? name : undefined;
        return { listing, rows: listing.rows.map((one): ShownSession => ({ folder, name: named, ...one })) };
      }),
    );
    const known = found.filter((one) => one !== undefined);
    // Two folders may be of one project: its sessions count once.
    const others = new Map(
      known.flatMap(({ rows }) => rows).map((one) => [`${one.row.tool} ${one.row.path}`, one]),
    );
    return { sessions: [...own, ...others.values()], listings: known.map(({ listing }) => listing) };
  }

  #grouping(): Grouping {
    const chosen = vscode.workspace.getConfiguration().get<string>(settingIds.sessionGrouping);
    return groupings.find((grouping) => grouping === chosen) ?? 'day';
  }

  async #milestones(): Promise<readonly Reached[]> {
    const workspaces = await this.#options.folders.workspaces();
    const records = (await Promise.all(workspaces.map((workspace) => workspace.timeline()))).flat();
    return records
      .filter(({ record }) => record.kind === 'milestone')
      .map(({ record }) => ({ title: record.description, time: Date.parse(record.modified) }))
      .filter(({ time }) => Number.isFinite(time))
      .toSorted((one, other) => other.time - one.time);
  }

  #message(all: number, shown: number, listings: readonly HistoryListing[]): string | undefined {
    const words = filterWords(this.#filter);
    const progress = listings.find((listing) => listing.progress !== undefined)?.progress;
    const parts = [
      words !== '' && vscode.l10n.t('{0} of {1} sessions: {2}', shown, all, words),
      progress && vscode.l10n.t('Reading sessions: {0} of {1}', progress.done, progress.total),
      ...new Set(listings.flatMap(({ problems }) => problems)),
    ];
    return parts.filter(Boolean).join('\n') || undefined;
  }

  #refreshLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.tree.refreshSoon();
    }, WATCH_DELAY_MS);
  }

  /** Runs of a terminal or of another window show as well. Flat: the directory alone, nothing below it. */
  #watch(directory: string): void {
    if (this.#watched.has(directory)) return;
    this.#watched.add(directory);
    const pattern = new vscode.RelativePattern(vscode.Uri.file(directory), '*.jsonl');
    const watcher = this.#owned.add(vscode.workspace.createFileSystemWatcher(pattern));
    const later = (): void => this.#refreshLater();
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete])
      this.#owned.add(event(later));
  }
}
