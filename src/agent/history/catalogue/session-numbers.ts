import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { numberIn } from './fts-schema.ts';

export interface NumberedSession {
  readonly number: number;
  readonly key: string;
  /** Empty: expected, and nothing of it is there yet. */
  readonly stamp: string;
  readonly modified: number;
}

/** The table of sessions, in memory: what this process writes is told to it, what others write makes it read again. */
export class SessionNumbers {
  readonly #all: StatementSync;
  readonly #version: StatementSync;
  readonly #byKey = new Map<string, NumberedSession>();
  readonly #byNumber = new Map<number, NumberedSession>();
  #last = 0;
  #filled = 0;
  #seen: number | undefined;

  constructor(database: DatabaseSync) {
    this.#all = database.prepare('SELECT number, key, stamp, modified FROM session ORDER BY number');
    this.#version = database.prepare('SELECT data_version AS value FROM pragma_data_version');
  }

  /** Before a look and before a transaction. `data_version` changes with the writes of other connections alone. */
  refresh(): void {
    const version = numberIn(this.#version.get());
    if (version === this.#seen) return;
    this.#byKey.clear();
    this.#byNumber.clear();
    this.#last = 0;
    this.#filled = 0;
    for (const { number, key, stamp, modified } of this.#all.all())
      this.set({
        number: Number(number),
        key: String(key),
        stamp: String(stamp),
        modified: Number(modified),
      });
    this.#seen = version;
  }

  /** What was set does not hold: the transaction was taken back. */
  forgetAll(): void {
    this.#seen = undefined;
  }

  set(session: NumberedSession): void {
    this.delete(session.key);
    this.#byKey.set(session.key, session);
    this.#byNumber.set(session.number, session);
    if (session.stamp !== '') this.#filled += 1;
    this.#last = Math.max(this.#last, session.number);
  }

  delete(key: string): void {
    const known = this.#byKey.get(key);
    if (known === undefined) return;
    this.#byKey.delete(key);
    this.#byNumber.delete(known.number);
    if (known.stamp !== '') this.#filled -= 1;
  }

  of(key: string): NumberedSession | undefined {
    return this.#byKey.get(key);
  }

  at(number: number): NumberedSession | undefined {
    return this.#byNumber.get(number);
  }

  /** Greater than any that was ever given, so that what changes last stands last. */
  next(): number {
    return this.#last + 1;
  }

  /** How many are there and not only expected. */
  filled(): number {
    return this.#filled;
  }

  stamps(): ReadonlyMap<string, string> {
    return new Map([...this.#byKey.values()].map(({ key, stamp }) => [key, stamp]));
  }
}
