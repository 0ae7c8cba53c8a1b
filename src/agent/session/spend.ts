import { join } from 'node:path';
import { readIfThere, replaceFile } from '../../base/atomic-write.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { acquireLock, type LockOwner } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { DaySpend } from '../loop/budget.ts';

export interface SpendSurroundings {
  readonly files: Files;
  readonly clock: Clock;
  readonly owner: LockOwner;
  /** `$VARVE_HOME`. */
  readonly home: string;
}

/** What the runs of one day used. */
interface Day {
  readonly tokens: number;
  /** Of the answers whose price is known. */
  readonly usd: number;
  readonly answers: number;
}

interface Book {
  readonly days: Readonly<Record<string, Day>>;
  /** SHA-256 of the file; null where there is none. */
  readonly hash: string | null;
}

const VERSION = 1;
const DAYS_KEPT = 31;
/** Long: where it cannot be counted, a limit counts as not kept. */
const LOCK_TIMEOUT_MS = 30_000;

/**
 * `spend.json` in `$VARVE_HOME` (`docs/formats/spend.md`). Days are those of UTC. Several processes add to it under
 * one lock. A file that cannot be understood is never written over: the cap it serves is not known to be kept then.
 */
export function openDaySpend(surroundings: SpendSurroundings): DaySpend {
  const { files, clock } = surroundings;
  const path = join(surroundings.home, 'spend.json');
  const today = () => new Date(clock.now()).toISOString().slice(0, 10);
  return {
    async tokens() {
      const book = await readBook(files, path);
      return book.ok ? success(book.value.days[today()]?.tokens ?? 0) : book;
    },
    add: (tokens, costUsd) =>
      underLock(surroundings, async () => {
        const book = await readBook(files, path);
        return book.ok ? writeBook(files, path, withUse(book.value, today(), tokens, costUsd)) : book;
      }),
  };
}

async function underLock(
  { files, clock, owner, home }: SpendSurroundings,
  act: () => Promise<Result<void, string>>,
): Promise<Result<void, string>> {
  try {
    await files.makeDirectory(home, 0o700);
    const path = join(home, 'spend-lock');
    const lock = await acquireLock({ files, clock, owner, path, timeoutMs: LOCK_TIMEOUT_MS });
    if (!lock.ok) return failure(lock.error.message);
    try {
      return await act();
    } finally {
      await lock.value.release();
    }
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

function withUse(book: Book, day: string, tokens: number, costUsd: number | null): Book {
  const before = book.days[day] ?? { tokens: 0, usd: 0, answers: 0 };
  const now: Day = {
    tokens: before.tokens + tokens,
    usd: before.usd + (costUsd ?? 0),
    answers: before.answers + 1,
  };
  const kept = Object.entries({ ...book.days, [day]: now })
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(-DAYS_KEPT);
  return { ...book, days: Object.fromEntries(kept) };
}

async function writeBook(files: Files, path: string, { days, hash }: Book): Promise<Result<void, string>> {
  const bytes = Buffer.from(`${JSON.stringify({ version: VERSION, days }, undefined, 2)}\n`);
  const written = await replaceFile(files, { path, expected: hash, bytes, mode: 0o600 });
  return written.ok ? success(undefined) : failure(written.error.message);
}

async function readBook(files: Files, path: string): Promise<Result<Book, string>> {
  try {
    const bytes = await readIfThere(files, path);
    if (bytes === null) return success({ days: {}, hash: null });
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const days = daysIn(value);
    if (days === undefined)
      return failure(
        `${path} is not what this Varve writes. Update Varve, or remove the file to begin at 0.`,
      );
    return success({ days, hash: sha256(bytes) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failure(`${path} cannot be read: ${why}. Remove the file to begin at 0.`);
  }
}

function daysIn(value: unknown): Book['days'] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, days } = value as { readonly version?: unknown; readonly days?: unknown };
  if (version !== VERSION || typeof days !== 'object' || days === null) return undefined;
  return Object.values(days).every(isDay) ? (days as Book['days']) : undefined;
}

function isDay(value: unknown): value is Day {
  if (typeof value !== 'object' || value === null) return false;
  const { tokens, usd, answers } = value as Partial<Day>;
  return [tokens, usd, answers].every((number) => typeof number === 'number' && number >= 0);
}
