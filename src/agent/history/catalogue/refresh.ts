import type { Clock } from '../../../base/clock.ts';
import { acquireLock, type LockOwner } from '../../../base/lock.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { CatalogueProblem, RefreshProgress, RefreshReport } from './catalogue.ts';
import { type Finding, type FoundSession, findSessions, messageOf, type Sources } from './find-sessions.ts';
import type { IndexHolder } from './index-holder.ts';
import { type ReadSession, readSessions } from './read-sessions.ts';
import type { CachedRow } from './row-line.ts';
import type { RowStore } from './row-store.ts';
import type { SessionIndex } from './session-index.ts';
import { sessionKey, stampOf } from './session-key.ts';

export interface RefreshSurroundings extends Sources {
  readonly clock: Clock;
  readonly owner: LockOwner;
  /** `cache/history` of Varve's home; made where it is missing, mode 0700. */
  readonly directory: string;
  readonly rows: RowStore;
  readonly index: IndexHolder;
}

export interface RefreshOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for another process that refreshes, in milliseconds. */
  readonly waitMs: number;
  readonly onProgress: (progress: RefreshProgress) => void;
  /** Rows were written. */
  readonly onChange: () => void;
}

/** Progress is told of this often in a refresh, at most. */
const STEPS = 200;

/**
 * Brings the cache to what the tools' directories hold now: what changed is read again, the newest first, what went
 * is taken out. What was read is kept whenever it is stopped, and lasts as long as this process where nothing can be
 * written. Fails as `busy` while another process does the same; never rejects.
 */
export async function refreshCache(
  around: RefreshSurroundings,
  options: RefreshOptions,
): Promise<Result<RefreshReport, CatalogueProblem>> {
  const { machine, clock, owner, directory } = around;
  const { signal, waitMs: timeoutMs } = options;
  const { files } = machine;
  try {
    if ((await files.status(directory)) === undefined) {
      // Nothing is made for just looking where there is nothing to keep.
      const { sessions, problems } = await findSessions(around);
      if (sessions.size === 0)
        return success({ found: 0, read: 0, removed: 0, isSearchable: false, problems });
    }
    await files.makeDirectory(directory, 0o700);
    const lock = await acquireLock({ files, clock, owner, path: `${directory}/lock`, signal, timeoutMs });
    if (!lock.ok) {
      const { kind, message } = lock.error;
      if (kind === 'busy' || kind === 'cancelled') return failure({ kind, message });
      throw new Error(message);
    }
    try {
      around.rows.setKept(true);
      return await new Refresh(around, options, await around.index.forWriting()).run();
    } finally {
      await lock.value.release();
    }
  } catch (error) {
    return refreshInMemory(around, options, error);
  }
}

/** A disk that is full or read-only takes the cache, and not the list. */
async function refreshInMemory(
  around: RefreshSurroundings,
  options: RefreshOptions,
  why: unknown,
): Promise<Result<RefreshReport, CatalogueProblem>> {
  around.rows.setKept(false);
  const report = await new Refresh(around, options, undefined).run();
  if (!report.ok) return report;
  const problem = `What was read of sessions cannot be kept: ${messageOf(why)}`;
  return success({ ...report.value, problems: [problem, ...report.value.problems] });
}

class Refresh {
  readonly #around: RefreshSurroundings;
  readonly #options: RefreshOptions;
  #index: SessionIndex | undefined;

  constructor(around: RefreshSurroundings, options: RefreshOptions, index: SessionIndex | undefined) {
    this.#around = around;
    this.#options = options;
    this.#index = index;
  }

  async run(): Promise<Result<RefreshReport, CatalogueProblem>> {
    const { signal } = this.#options;
    await this.#around.rows.load();
    const finding = await findSessions(this.#around);
    if (signal?.aborted) return cancelled;
    const removed = await this.#removeGone(finding);
    const changed = this.#changed(finding);
    // Those that are read last were changed first: their places in the index stand before.
    this.#write((open) => open.expect(changed.map(({ file }) => sessionKey(file)).reverse()));
    const read = await this.#read(changed);
    if (signal?.aborted) return cancelled;
    const isSearchable = this.#index !== undefined;
    const { sessions, problems } = finding;
    return success({ found: sessions.size, read, removed, isSearchable, problems });
  }

  /** What cannot be looked at now may be there still. */
  async #removeGone({ sessions, unsure }: Finding): Promise<number> {
    const { rows } = this.#around;
    const isGone = (key: string) => !sessions.has(key) && !unsure.has(toolOf(key));
    const gone = [...rows.rows.keys()].filter(isGone);
    const unlisted = [...(this.#index?.stamps().keys() ?? [])].filter(isGone);
    this.#write((open) => open.remove(unlisted));
    const moved = [...sessions].flatMap(([key, { isArchived }]): readonly CachedRow[] => {
      const cached = rows.rows.get(key);
      return cached && cached.isArchived !== isArchived ? [{ ...cached, isArchived }] : [];
    });
    await rows.append(moved, gone);
    if (gone.length + moved.length > 0) this.#options.onChange();
    return gone.length;
  }

  /** The last changed first. */
  #changed({ sessions }: Finding): readonly FoundSession[] {
    const stamps = this.#index?.stamps();
    return [...sessions]
      .filter(([key, { file }]) => {
        const stamp = stampOf(file);
        const cached = this.#around.rows.rows.get(key);
        if (cached === undefined || stampOf(cached.file) !== stamp) return true;
        // Whether it still goes on does not stand in its file alone.
        if (cached.row.state === 'running' || cached.row.state === 'waiting') return true;
        return stamps !== undefined && stamps.get(key) !== stamp;
      })
      .map(([, session]) => session)
      .sort((one, other) => other.file.modified - one.file.modified);
  }

  async #read(changed: readonly FoundSession[]): Promise<number> {
    const { signal, onProgress } = this.#options;
    const total = changed.length;
    const step = Math.max(1, Math.floor(total / STEPS));
    let done = 0;
    if (total > 0) onProgress({ done, total });
    await readSessions(changed, {
      signal,
      onRead: (sessions) => this.#keep(sessions),
      onDone: () => {
        done += 1;
        if (done % step === 0 || done === total) onProgress({ done, total });
      },
    });
    return done;
  }

  /** The index first: after a crash in between, the session is read again. */
  async #keep(sessions: readonly ReadSession[]): Promise<void> {
    const indexed = sessions.map(({ cached: { file }, documents }) => {
      const { modified } = file;
      return { key: sessionKey(file), stamp: stampOf(file), modified, documents };
    });
    this.#write((open) => open.replace(indexed));
    await this.#around.rows.append(
      sessions.map(({ cached }) => cached),
      [],
    );
    this.#options.onChange();
  }

  /** Lists do not depend on the index: a full disk or a damaged file takes search alone. */
  #write(act: (index: SessionIndex) => void): void {
    if (this.#index === undefined) return;
    try {
      act(this.#index);
    } catch {
      this.#around.index.fail();
      this.#index = undefined;
    }
  }
}

const cancelled = failure({ kind: 'cancelled', message: 'Cancelled.' } as const);

function toolOf(key: string): string {
  return key.slice(0, key.indexOf('\n'));
}
