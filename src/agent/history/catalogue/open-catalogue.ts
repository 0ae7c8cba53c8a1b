import { join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { Emitter } from '../../../base/event.ts';
import type { LockOwner } from '../../../base/lock.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { askedWords } from './asked-words.ts';
import type {
  CatalogueProblem,
  ExcerptRequest,
  FoundList,
  ListRequest,
  RefreshProgress,
  RefreshReport,
  SearchRequest,
  SessionCatalogue,
  SessionExcerpts,
  SessionList,
} from './catalogue.ts';
import { messageOf, readSession, type Sources } from './find-sessions.ts';
import { excerptsOf } from './hit-excerpts.ts';
import { IndexHolder } from './index-holder.ts';
import type { Sqlite } from './node-sqlite.ts';
import { refreshCache } from './refresh.ts';
import type { CachedRow } from './row-line.ts';
import { RowStore } from './row-store.ts';
import { listed, searchSessions } from './search-sessions.ts';
import { passes, type SessionFilter } from './session-filter.ts';
import { readSessionQuery } from './session-query.ts';

export interface CatalogueSurroundings extends Sources {
  readonly clock: Clock;
  readonly owner: LockOwner;
  /** `$VARVE_HOME`, absolute. */
  readonly varveHome: string;
  /** Undefined: this Node has none, searching looks through the sessions themselves. */
  readonly sqlite: Sqlite | undefined;
  /** How long a refresh waits for another process, in milliseconds; 0 unless told. */
  readonly waitMs?: number;
}

/** Where rows and index are kept; it may be deleted at any time. */
export function historyCacheDirectory(varveHome: string): string {
  return join(varveHome, 'cache', 'history');
}

/** In this process: SQLite is synchronous, so an editor asks for it in a process of its own. */
export function openCatalogue(surroundings: CatalogueSurroundings): SessionCatalogue {
  return new LocalCatalogue(surroundings);
}

class LocalCatalogue implements SessionCatalogue {
  readonly #around: CatalogueSurroundings;
  readonly #directory: string;
  readonly #rows: RowStore;
  readonly #index: IndexHolder;
  readonly #progress = new Emitter<RefreshProgress>();
  readonly #changes = new Emitter<void>();
  readonly onProgress = this.#progress.event;
  readonly onDidChange = this.#changes.event;
  #refreshing: Promise<Result<RefreshReport, CatalogueProblem>> | undefined;

  constructor(surroundings: CatalogueSurroundings) {
    const { files } = surroundings.machine;
    this.#around = surroundings;
    this.#directory = historyCacheDirectory(surroundings.varveHome);
    this.#rows = new RowStore(files, join(this.#directory, 'rows.jsonl'));
    this.#index = new IndexHolder(files, this.#directory, surroundings.sqlite);
  }

  list({ filter, limit }: ListRequest): Promise<Result<SessionList, CatalogueProblem>> {
    return this.#answer(async () => {
      const sessions = this.#newest(filter ? [filter] : []);
      const shown = sessions.slice(0, limit).map(listed);
      return { sessions: shown, total: sessions.length, known: this.#rows.rows.size };
    });
  }

  search(
    { query, filter, limit }: SearchRequest,
    signal?: AbortSignal,
  ): Promise<Result<FoundList, CatalogueProblem>> {
    return this.#answer(async () => {
      const now = this.#around.clock.now();
      const asked = readSessionQuery(query, now);
      const filters = filter ? [filter, asked.filter] : [asked.filter];
      const sessions = this.#newest(filters.filter((one) => Object.keys(one).length > 0));
      return searchSessions({
        asked,
        sessions,
        known: this.#rows.rows,
        limit,
        now,
        signal,
        index: this.#index,
        read: (cached) => readSession(this.#around, cached),
        onProgress: (progress) => this.#progress.fire(progress),
      });
    }, signal);
  }

  excerpts(
    { query, hits }: ExcerptRequest,
    signal?: AbortSignal,
  ): Promise<Result<readonly SessionExcerpts[], CatalogueProblem>> {
    return this.#answer(async () => {
      const isAsked = askedWords(readSessionQuery(query, this.#around.clock.now()).terms);
      const answers: SessionExcerpts[] = [];
      for (const { key, entries } of hits) {
        if (signal?.aborted) break;
        const cached = this.#rows.rows.get(key);
        const read = cached && entries.length > 0 ? await readSession(this.#around, cached) : undefined;
        answers.push({ key, excerpts: read?.ok ? excerptsOf(read.value, entries, isAsked) : [] });
      }
      return answers;
    }, signal);
  }

  async refresh(signal?: AbortSignal): Promise<Result<RefreshReport, CatalogueProblem>> {
    while (this.#refreshing !== undefined) {
      const result = await this.#refreshing;
      // Whoever began it may have stopped it.
      if (result.ok || result.error.kind !== 'cancelled' || signal?.aborted) return result;
    }
    this.#refreshing = this.#refresh(signal).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  #refresh(signal: AbortSignal | undefined): Promise<Result<RefreshReport, CatalogueProblem>> {
    return refreshCache(
      { ...this.#around, directory: this.#directory, rows: this.#rows, index: this.#index },
      {
        signal,
        waitMs: this.#around.waitMs ?? 0,
        onProgress: (progress) => this.#progress.fire(progress),
        onChange: () => this.#changes.fire(),
      },
    );
  }

  dispose(): void {
    this.#progress.dispose();
    this.#changes.dispose();
    this.#index.dispose();
  }

  #newest(filters: readonly SessionFilter[]): readonly CachedRow[] {
    const all = this.#rows.newest();
    if (filters.length === 0) return all;
    return all.filter(({ row }) => filters.every((filter) => passes(row, filter)));
  }

  async #answer<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<Result<T, CatalogueProblem>> {
    try {
      await this.#rows.load();
      const value = await work();
      return signal?.aborted ? failure({ kind: 'cancelled', message: 'Cancelled.' }) : success(value);
    } catch (error) {
      const message = `What is known of sessions cannot be read: ${messageOf(error)}`;
      return failure({ kind: 'failed', message });
    }
  }
}
