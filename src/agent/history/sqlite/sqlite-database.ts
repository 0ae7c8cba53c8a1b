import { setTimeout as wait } from 'node:timers/promises';
import type { Files } from '../../../base/files.ts';
import { ioProblem } from '../../../base/io-problem.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { SqlitePages, SqliteProblem, stateOfDatabase } from './sqlite-pages.ts';
import { readRecord, type SqliteValue } from './sqlite-record.ts';
import { indexColumns, type TableShape, tableShape } from './sqlite-schema.ts';
import { recordsOfIndex, rowOfTable, rowsOfTable, type StoredRecord } from './sqlite-tree.ts';

export type SqliteRow = Readonly<Record<string, SqliteValue | undefined>>;

interface Table {
  readonly root: number;
  readonly shape: TableShape;
}

interface Index {
  readonly root: number;
  readonly table: string;
  /** The first of its columns. */
  readonly column: string;
}

const ATTEMPTS = 4;
/** Longer than a tick of the clocks that kernels stamp files by (1 to 10 ms). */
const TICK_MS = 20;

/**
 * Reads a database of another program and changes nothing: no lock, no file beside it, no copy of it. `use` sees one
 * state; where the program wrote over it meanwhile, it is called again. What it makes of it must come from there alone.
 */
export async function readSqlite<T>(
  files: Files,
  path: string,
  use: (database: SqliteDatabase) => Promise<T>,
): Promise<Result<T, { readonly message: string }>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await stateAtRest(files, path);
    const done = await SqliteDatabase.open(files, path)
      .then(use)
      .then(success, (error: unknown) => failure({ message: wordsFor(error, path) }));
    const after = await stateOfDatabase(files, path).catch(() => '');
    if (after === before) return done;
  }
  return failure({ message: `${path} changes all the time. Read it again when its program is at rest.` });
}

/** Two writes within one tick of the file system's clock leave the same time: only after it the next one shows. */
async function stateAtRest(files: Files, path: string): Promise<string> {
  const status = await files.linkStatus(path).catch(() => undefined);
  if (status && Date.now() - status.modified < TICK_MS) await wait(TICK_MS);
  return stateOfDatabase(files, path).catch(() => '');
}

function wordsFor(error: unknown, path: string): string {
  if (error instanceof SqliteProblem) return `${path} could not be read as a database: ${error.message}`;
  // Reading behind the end of a page.
  if (error instanceof RangeError) return `${path} could not be read as a database: it is damaged.`;
  return ioProblem(error, `read ${path}`).message;
}

/** Tables of one database. Its methods throw {@link SqliteProblem} where it is damaged; {@link readSqlite} catches it. */
export class SqliteDatabase {
  readonly #pages: SqlitePages;
  readonly #tables = new Map<string, Table>();
  readonly #indexes: Index[] = [];

  private constructor(pages: SqlitePages) {
    this.#pages = pages;
  }

  static async open(files: Files, path: string): Promise<SqliteDatabase> {
    const database = new SqliteDatabase(await SqlitePages.open(files, path));
    await database.#readSchema();
    return database;
  }

  has(table: string): boolean {
    return this.#tables.has(table);
  }

  /**
   * Rows of a table with these columns; columns that it does not have are undefined. `where` is looked up in an index
   * where there is one, whose order the rows have then; otherwise they come in the order of their ids.
   */
  async *rows(
    name: string,
    columns: readonly string[],
    where?: { readonly column: string; readonly is: string },
  ): AsyncGenerator<SqliteRow> {
    const table = this.#tables.get(name);
    if (!table) return;
    const canLookUp = where !== undefined && !table.shape.isCollated;
    const index = canLookUp && this.#indexes.find((one) => one.table === name && one.column === where.column);
    const records = index ? this.#looked(table, index, where.is) : rowsOfTable(this.#pages, table.root);
    const read = where && !columns.includes(where.column) ? [...columns, where.column] : columns;
    for await (const record of records) {
      const row = await rowOf(record, table.shape, read);
      if (!where || row[where.column] === where.is) yield row;
    }
  }

  async *#looked(table: Table, index: Index, is: string): AsyncGenerator<StoredRecord> {
    const found = recordsOfIndex(this.#pages, index.root, async (record) => {
      const [first] = await readRecord(record.pieces(), [true]);
      return compareToText(first, is);
    });
    for await (const record of found) {
      const rowId = (await readRecord(record.pieces(), ALL_COLUMNS)).at(-1);
      const row = typeof rowId === 'number' && (await rowOfTable(this.#pages, table.root, rowId));
      if (row) yield row;
    }
  }

  async #readSchema(): Promise<void> {
    const waiting: { readonly name: string; readonly table: string; readonly root: number }[] = [];
    for await (const record of rowsOfTable(this.#pages, 1)) {
      const [type, name, table, root, sql] = await readRecord(record.pieces(), [
        true,
        true,
        true,
        true,
        true,
      ]);
      if (typeof name !== 'string' || typeof table !== 'string' || typeof root !== 'number') continue;
      if (type === 'table' && typeof sql === 'string') {
        const shape = tableShape(sql);
        // Rows without ids are stored in another way; none that we read are.
        if (shape && !shape.isWithoutRowId) this.#tables.set(name, { root, shape });
      } else if (type === 'index' && typeof sql === 'string') {
        this.#addIndex(root, table, indexColumns(sql));
      } else if (type === 'index') waiting.push({ name, table, root });
    }
    for (const { name, table, root } of waiting) {
      const { uniques } = this.#tables.get(table)?.shape ?? { uniques: [] };
      // Which of several it is would be a guess.
      if (uniques.length === 1 && name === `sqlite_autoindex_${table}_1`)
        this.#addIndex(root, table, uniques[0]);
    }
  }

  #addIndex(root: number, table: string, columns: readonly string[] | undefined): void {
    const [column] = columns ?? [];
    if (column !== undefined) this.#indexes.push({ root, table, column });
  }
}

async function rowOf(
  record: StoredRecord,
  shape: TableShape,
  columns: readonly string[],
): Promise<SqliteRow> {
  const last = columns.reduce((most, name) => Math.max(most, shape.columns.indexOf(name)), -1);
  const names = shape.columns.slice(0, last + 1);
  const values = await readRecord(
    record.pieces(),
    names.map((name) => columns.includes(name)),
  );
  const row: Record<string, SqliteValue | undefined> = Object.create(null);
  for (const [index, name] of names.entries())
    if (columns.includes(name)) row[name] = name === shape.rowIdColumn ? record.rowId : values[index];
  return row;
}

/** As SQLite orders: nothing, numbers, texts by their bytes, blobs. */
function compareToText(value: SqliteValue | undefined, text: string): number {
  if (typeof value === 'string') return Buffer.compare(Buffer.from(value), Buffer.from(text));
  return value instanceof Uint8Array ? 1 : -1;
}

/** More columns than an index has: the id of the row is the last of them. */
const ALL_COLUMNS = Array.from({ length: 100 }, () => true);
