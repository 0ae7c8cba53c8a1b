import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { acquireLock, type LockOwner } from '../../base/lock.ts';
import { failure, type Result } from '../../base/result.ts';

/** One call of a model for a proposal, as `refinements.jsonl` in `$VARVE_HOME` keeps it. */
export interface RefineCall {
  readonly version: 1;
  /** ISO 8601, UTC, when the call was made. */
  readonly time: string;
  readonly project: string;
  readonly proposal: string;
  readonly model: string;
  /** Host the request went to. */
  readonly host: string;
  /** `started`: it was sent and no answer is known; what it may have cost at most counts. */
  readonly outcome: 'started' | 'proposed' | 'not-used' | 'failed';
  readonly tokens: number;
  /** `null` where the price of the model is not known; 0 for a server on this machine. */
  readonly usd: number | null;
  /** Why the answer was not used, or what failed. */
  readonly reason?: string;
}

export interface Spent {
  readonly tokens: number;
  readonly usd: number;
}

/** Every call that a refinement ever made on this machine, in a file that a person can read. */
export class RefineLedger {
  readonly path: string;
  readonly #files: Files;
  readonly #lock: { readonly path: string; readonly clock: Clock; readonly owner: LockOwner };

  constructor(files: Files, clock: Clock, owner: LockOwner, home: string) {
    this.#files = files;
    this.path = join(home, 'refinements.jsonl');
    this.#lock = { path: join(home, 'refine-lock'), clock, owner };
  }

  /** One process at a time sees what is spent and writes down what it is about to spend. */
  async reserve<T, E extends { readonly message: string }>(
    plan: (calls: readonly RefineCall[]) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | { readonly kind: 'failed'; readonly message: string }>> {
    const lock = await acquireLock({ files: this.#files, timeoutMs: 5_000, ...this.#lock });
    if (!lock.ok) return failure({ kind: 'failed', message: lock.error.message });
    try {
      return await plan(await this.calls());
    } finally {
      await lock.value.release();
    }
  }

  /** On disk (fsync) when this resolves. A line that was cut by a crash is ended first. */
  async add(call: RefineCall): Promise<void> {
    const before = await this.#files.readFile(this.path).catch(() => new Uint8Array());
    const torn = before.length > 0 && before.at(-1) !== 0x0a ? '\n' : '';
    await this.#files.append(this.path, Buffer.from(`${torn}${JSON.stringify(call)}\n`), 0o600);
  }

  /** Oldest first; a line that cannot be read is passed over. */
  async calls(): Promise<readonly RefineCall[]> {
    const bytes = await this.#files.readFile(this.path).catch(() => new Uint8Array());
    return new TextDecoder().decode(bytes).split('\n').flatMap(readCall);
  }
}

/** What the calls of a day (`2026-11-22`) cost, an unanswered one at its most. */
export function spentOn(day: string, calls: readonly RefineCall[]): Spent {
  const last = new Map(calls.map((call) => [`${call.time} ${call.proposal}`, call]));
  const ofDay = [...last.values()].filter(({ time }) => time.startsWith(day));
  return {
    tokens: ofDay.reduce((sum, { tokens }) => sum + tokens, 0),
    usd: ofDay.reduce((sum, { usd }) => sum + (usd ?? 0), 0),
  };
}

function readCall(line: string): readonly RefineCall[] {
  try {
    const value = JSON.parse(line) as Partial<RefineCall>;
    const isCall = value.version === 1 && typeof value.time === 'string' && typeof value.tokens === 'number';
    return isCall ? [value as RefineCall] : [];
  } catch {
    return [];
  }
}
