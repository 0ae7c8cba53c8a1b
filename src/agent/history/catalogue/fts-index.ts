import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { NUMBERS, numberIn } from './fts-schema.ts';
import { FtsSearch } from './fts-search.ts';
import type { IndexDocument } from './index-document.ts';
import type { IndexedSession, IndexHit, IndexRequest, SessionIndex } from './session-index.ts';
import { type NumberedSession, SessionNumbers } from './session-numbers.ts';

/** {@link SessionIndex} on FTS5: see docs/formats/history-cache.md. */
export class FtsIndex implements SessionIndex {
  readonly #database: DatabaseSync;
  readonly #numbers: SessionNumbers;
  readonly #search: FtsSearch;
  #writing: WritingStatements | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#numbers = new SessionNumbers(database);
    this.#search = new FtsSearch(database, this.#numbers);
  }

  stamps(): ReadonlyMap<string, string> {
    this.#numbers.refresh();
    return this.#numbers.stamps();
  }

  count(): number {
    this.#numbers.refresh();
    return this.#numbers.filled();
  }

  expect(keys: readonly string[]): void {
    this.#transact((write) => {
      for (const key of keys) {
        if (this.#numbers.of(key) === undefined)
          this.#keep(write, { number: this.#numbers.next(), key, stamp: '', modified: 0 });
      }
    });
  }

  replace(sessions: readonly IndexedSession[]): void {
    this.#transact((write) => {
      const numbered = sessions.map((session) => {
        const before = this.#numbers.of(session.key);
        if (before?.stamp === '') return { session, number: before.number };
        const number = this.#numbers.next();
        if (before !== undefined) this.#forget(write, before);
        const { key, stamp, modified } = session;
        this.#numbers.set({ number, key, stamp, modified });
        return { session, number };
      });
      // First all of these: REPLACE makes a savepoint, at which FTS5 writes out what it has collected.
      for (const { session, number } of numbered) {
        const { key, stamp, modified } = session;
        this.#keep(write, { number, key, stamp, modified });
      }
      // In the order of their numbers: anything else makes it write out after every session, too.
      for (const { session, number } of numbered.sort((one, other) => one.number - other.number))
        addDocuments(write, number, session.documents);
    });
  }

  remove(keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.#transact((write) => {
      for (const key of keys) {
        const known = this.#numbers.of(key);
        if (known !== undefined) this.#forget(write, known);
      }
    });
  }

  search(request: IndexRequest): readonly IndexHit[] {
    return this.#search.search(request);
  }

  dispose(): void {
    this.#database.close();
  }

  #keep(write: WritingStatements, session: NumberedSession): void {
    write.keep.run(session.number, session.key, session.stamp, session.modified);
    this.#numbers.set(session);
  }

  #forget(write: WritingStatements, { number, key }: NumberedSession): void {
    const [from, until] = [number * NUMBERS, (number + 1) * NUMBERS - 1];
    for (const row of write.places.all(from, until)) write.removeDocument.run(numberIn(row));
    write.removePlaces.run(from, until);
    write.forget.run(number);
    this.#numbers.delete(key);
  }

  #transact(act: (write: WritingStatements) => void): void {
    this.#writing ??= prepareWriting(this.#database);
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#numbers.refresh();
      act(this.#writing);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#numbers.forgetAll();
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

interface WritingStatements {
  readonly keep: StatementSync;
  readonly forget: StatementSync;
  readonly places: StatementSync;
  readonly addPlace: StatementSync;
  readonly removePlaces: StatementSync;
  readonly addDocument: StatementSync;
  readonly removeDocument: StatementSync;
}

function prepareWriting(database: DatabaseSync): WritingStatements {
  return {
    keep: database.prepare(
      'INSERT OR REPLACE INTO session (number, key, stamp, modified) VALUES (?, ?, ?, ?)',
    ),
    forget: database.prepare('DELETE FROM session WHERE number = ?'),
    places: database.prepare('SELECT number AS value FROM place WHERE number BETWEEN ? AND ?'),
    addPlace: database.prepare('INSERT INTO place (number, entry, kind, time) VALUES (?, ?, ?, ?)'),
    removePlaces: database.prepare('DELETE FROM place WHERE number BETWEEN ? AND ?'),
    addDocument: database.prepare(
      'INSERT INTO document (rowid, title, prompt, answer, command, path) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    removeDocument: database.prepare('DELETE FROM document WHERE rowid = ?'),
  };
}

function addDocuments(write: WritingStatements, number: number, documents: readonly IndexDocument[]): void {
  for (const [ordinal, document] of documents.slice(0, NUMBERS).entries()) {
    const { entry, kind, time, title, prompt, answer, command, path } = document;
    const at = number * NUMBERS + ordinal;
    write.addPlace.run(at, entry, kind, time);
    write.addDocument.run(at, title, prompt, answer, command, path);
  }
}
