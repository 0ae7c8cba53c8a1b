import type { DatabaseSync } from 'node:sqlite';
import type { Sqlite } from './node-sqlite.ts';

/** Raise it whenever something else is written, or a reader or a document holds something else: it is built anew then. */
export const INDEX_VERSION = 1;

/** Units of `rowid` that one session may take: its number times this, plus the ordinal of the document. */
export const NUMBERS = 4_096;

/** A search waits this long for a writer of another process, in milliseconds. */
const BUSY_MS = 2_000;
/** Kibibytes of pages kept in memory. */
const CACHE_KIB = 16_384;
/** What is collected before it is sorted into the index; more means fewer merges. */
const HASH_BYTES = 8 * 1024 * 1024;

// `place` holds what a contentless table cannot: where a document stands. `session` gives each session its number.
const SCHEMA = `
  CREATE TABLE session (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, modified INTEGER NOT NULL);
  CREATE TABLE place (number INTEGER PRIMARY KEY, entry TEXT NOT NULL, kind TEXT NOT NULL, time INTEGER NOT NULL);
  CREATE VIRTUAL TABLE document USING fts5(title, prompt, answer, command, path,
    content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
  INSERT INTO document(document, rank) VALUES('hashsize', ${HASH_BYTES});
  PRAGMA user_version = ${INDEX_VERSION};
`;

/** To read and write; made where nothing stands. Undefined for one of another version. Throws what SQLite throws. */
export function openToWrite(sqlite: Sqlite, path: string): DatabaseSync | undefined {
  const database = new sqlite.DatabaseSync(path);
  try {
    // A crash of the system may lose what was written last, and nothing else.
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;`,
    );
    database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY;`);
    if (isEmpty(database)) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    if (versionOf(database) === INDEX_VERSION) return database;
    database.close();
    return undefined;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** To read what is there. Undefined for one of another version. Throws what SQLite throws, so where nothing stands. */
export function openToRead(sqlite: Sqlite, path: string): DatabaseSync | undefined {
  const database = new sqlite.DatabaseSync(path, { readOnly: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA cache_size = -${CACHE_KIB};`);
    if (versionOf(database) === INDEX_VERSION) return database;
    database.close();
    return undefined;
  } catch (error) {
    database.close();
    throw error;
  }
}

function isEmpty(database: DatabaseSync): boolean {
  return numberIn(database.prepare('SELECT count(*) AS value FROM sqlite_schema').get()) === 0;
}

function versionOf(database: DatabaseSync): number {
  return numberIn(database.prepare('SELECT user_version AS value FROM pragma_user_version').get());
}

/** Of a row with one column named `value`. */
export function numberIn(row: Readonly<Record<string, unknown>> | undefined): number {
  return Number(row?.['value'] ?? 0);
}
