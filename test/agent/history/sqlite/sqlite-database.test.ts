import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  readSqlite,
  type SqliteDatabase,
  type SqliteRow,
} from '../../../../src/agent/history/sqlite/sqlite-database.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { temporaryDirectory } from '../../../fakes/temporary-directory.ts';
import { readTree } from '../../../fakes/tree.ts';

const COLUMNS = ['id', 'owner', 'amount', 'body'];
const SCHEMA = `
  CREATE TABLE "a thing" (
    id INTEGER PRIMARY KEY, -- the row itself, (with) a comment
    owner TEXT NOT NULL DEFAULT 'nobody, (at) all',
    amount REAL CHECK (amount IS NULL OR amount <> 1.5),
    doubled INTEGER GENERATED ALWAYS AS (amount * 2) VIRTUAL,
    body
  );
  CREATE INDEX by_owner ON "a thing" (owner, amount DESC);`;

interface Made {
  readonly path: string;
  readonly database: DatabaseSync;
}

/** A database that SQLite made and has open still, so that its log stands beside it. */
async function made(pageSize: number, mode: 'wal' | 'delete', schema = SCHEMA): Promise<Made> {
  const path = join(await temporaryDirectory(), 'made.db');
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  database.exec(
    `PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = ${mode}; PRAGMA wal_autocheckpoint = 200;`,
  );
  database.exec(schema);
  return { path, database };
}

async function read(path: string, use: (database: SqliteDatabase) => AsyncGenerator<SqliteRow>) {
  const done = await readSqlite(nodeFiles, path, async (database) => {
    const rows: Record<string, unknown>[] = [];
    for await (const row of use(database)) rows.push({ ...row });
    return rows;
  });
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

const plain = (rows: readonly object[]) => rows.map((row) => ({ ...row }));
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.nat({ max: 9000 }).map((length) => 'ä'.repeat(length)),
);
const value: fc.Arbitrary<SQLInputValue> = fc.oneof(
  text,
  fc.constant(null),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  fc.uint8Array({ maxLength: 5000 }).map((bytes) => Buffer.from(bytes)),
);
const owner = fc.constantFrom('ada', ' ada', 'Ada', 'bob', '', 'ä', 'ada\u0001');
const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add'), owner, amount: value, body: value }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), owner, amount: value, body: value }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('change'), owner, amount: value, body: value }) },
);

function apply(
  database: DatabaseSync,
  changes: readonly { kind: string; owner: string; amount: SQLInputValue; body: SQLInputValue }[],
) {
  for (const { kind, owner: name, amount, body } of changes) {
    const number = typeof amount === 'number' && amount !== 1.5 ? amount : null;
    if (kind === 'add')
      database
        .prepare('INSERT INTO "a thing" (owner, amount, body) VALUES (?, ?, ?)')
        .run(name, number, body);
    else if (kind === 'remove')
      database.prepare('DELETE FROM "a thing" WHERE owner = ? AND id % 3 = 0').run(name);
    else database.prepare('UPDATE "a thing" SET body = ? WHERE owner = ? AND id % 2 = 0').run(body, name);
  }
}

describe('what SQLite wrote', () => {
  it.each([
    [512, 'wal'],
    [4096, 'wal'],
    [65_536, 'wal'],
    [1024, 'delete'],
  ] as const)('is read as SQLite reads it, with pages of %i bytes (%s)', async (pageSize, mode) => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 120 }), owner, async (changes, wanted) => {
        const { path, database } = await made(pageSize, mode);
        apply(database, changes);
        const all = database.prepare(`SELECT ${COLUMNS.join()} FROM "a thing" ORDER BY id`).all();
        expect(await read(path, (one) => one.rows('a thing', COLUMNS))).toEqual(plain(all));
        const some = database
          .prepare('SELECT id, body, owner FROM "a thing" WHERE owner = ? ORDER BY id')
          .all(wanted);
        const found = await read(path, (one) =>
          one.rows('a thing', ['body', 'id'], { column: 'owner', is: wanted }),
        );
        expect(found.sort((one, other) => Number(one['id']) - Number(other['id']))).toEqual(plain(some));
      }),
      { numRuns: 12, seed: 20_261_201 },
    );
  });

  it('is found in a large tree by an index, also one that SQLite made by itself', async () => {
    const schema =
      'CREATE TABLE part (session TEXT, seq INTEGER, data TEXT, PRIMARY KEY (session, seq)) STRICT';
    const { path, database } = await made(512, 'wal', schema);
    const insert = database.prepare('INSERT INTO part VALUES (?, ?, ?)');
    database.exec('BEGIN');
    // Newest first, so that the order of the rows is not that of the index.
    for (let seq = 19_999; seq >= 0; seq -= 1) insert.run(`ses_${seq % 40}`, seq, 'x'.repeat(seq % 70));
    database.exec('COMMIT');
    const rows = await read(path, (one) => one.rows('part', ['seq'], { column: 'session', is: 'ses_7' }));
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, index) => index * 40 + 7));
  });
});

it('sees the last whole transaction and nothing of one that is going on', async () => {
  const { path, database } = await made(4096, 'wal');
  database.exec(`INSERT INTO "a thing" (owner) VALUES ('kept')`);
  const writing = new DatabaseSync(path);
  onTestFinished(() => writing.close());
  writing.exec(
    `PRAGMA cache_size = 1; BEGIN; INSERT INTO "a thing" (owner, body) VALUES ('not yet', zeroblob(500000))`,
  );
  const owners = () => read(path, (one) => one.rows('a thing', ['owner']));
  expect(await owners()).toEqual([{ owner: 'kept' }]);
  writing.exec('COMMIT');
  expect(await owners()).toEqual([{ owner: 'kept' }, { owner: 'not yet' }]);
});

it('makes and changes no file', async () => {
  const { path, database } = await made(4096, 'wal');
  database.exec(`INSERT INTO "a thing" (owner) VALUES ('ada')`);
  const directory = await temporaryDirectory();
  for (const name of ['made.db', 'made.db-wal'])
    await writeFile(join(directory, name), await readFile(join(path, '..', name)));
  const before = await readTree(directory);
  expect(await read(join(directory, 'made.db'), (one) => one.rows('a thing', ['owner']))).toEqual([
    { owner: 'ada' },
  ]);
  expect(await readTree(directory)).toEqual(before);
  expect(await readdir(directory)).toHaveLength(2);
});

it('reads again where the program writes meanwhile, and gives up in a sentence where it never rests', async () => {
  const { path, database } = await made(4096, 'wal');
  let rounds = 0;
  const restless = async (until: number) =>
    readSqlite(nodeFiles, path, async (one) => {
      rounds += 1;
      if (rounds <= until) {
        database.exec(`INSERT INTO "a thing" (owner) VALUES ('ada')`);
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      }
      return one.has('a thing');
    });
  expect(await restless(2)).toEqual({ ok: true, value: true });
  expect(rounds).toBe(3);
  rounds = 0;
  const never = await restless(1000);
  expect(never.ok ? '' : never.error.message).toMatch(/changes all the time/);
});

it('says of what is no database, or one of another writing, what it is', async () => {
  const path = join(await temporaryDirectory(), 'x.db');
  const message = async () => {
    const done = await readSqlite(nodeFiles, path, async () => 1);
    return done.ok ? '' : done.error.message;
  };
  expect(await message()).toContain('is not there');
  await writeFile(path, 'SQLite format 3\0 and then nothing');
  expect(await message()).toContain('is no SQLite database');
  const { path: wide } = await made(4096, 'wal', 'PRAGMA encoding = "UTF-16"; CREATE TABLE a (b)');
  const done = await readSqlite(nodeFiles, wide, async () => 1);
  expect(done.ok ? '' : done.error.message).toContain('UTF-16');
});

it('ends whatever is in the pages', async () => {
  const { path, database } = await made(512, 'delete');
  const filler = fc.sample(change, { numRuns: 60, seed: 7 });
  apply(database, filler);
  const whole = await readFile(path);
  const damaged = join(await temporaryDirectory(), 'damaged.db');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: fc.nat({ max: whole.length - 1 }), byte: fc.nat({ max: 255 }) }), {
        minLength: 1,
        maxLength: 40,
      }),
      fc.nat({ max: whole.length }),
      async (writes, length) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of writes) bytes[at] = byte;
        await writeFile(damaged, bytes);
        await truncate(damaged, length % 3 === 0 ? length : whole.length);
        const done = await readSqlite(nodeFiles, damaged, async (one) => {
          for await (const _ of one.rows('a thing', COLUMNS));
          for await (const _ of one.rows('a thing', COLUMNS, { column: 'owner', is: 'ada' }));
        });
        if (!done.ok) expect(done.error.message).toContain(damaged);
      },
    ),
    { numRuns: 200, seed: 20_261_201 },
  );
});
