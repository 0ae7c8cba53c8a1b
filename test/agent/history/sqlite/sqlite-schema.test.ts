import { expect, it } from 'vitest';
import { indexColumns, tableShape } from '../../../../src/agent/history/sqlite/sqlite-schema.ts';

it.each([
  ['CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT UNIQUE)', ['id', 'b'], 'id', [['b']]],
  ['CREATE TABLE a (id text PRIMARY KEY, n int)', ['id', 'n'], undefined, [['id']]],
  [
    'CREATE TABLE `a` (`x y` TEXT DEFAULT \'a, (b\' NOT NULL, "q""q" VARCHAR(10, 2), [z] , CONSTRAINT `pk` PRIMARY KEY(`x y`, [z])) STRICT',
    ['x y', 'q"q', 'z'],
    undefined,
    [['x y', 'z']],
  ],
  [
    'CREATE TABLE a (b, -- one, two)\n c AS (b + 1), d GENERATED ALWAYS AS (b) STORED, CHECK (b > 0 AND c IN (1, 2)), FOREIGN KEY (b) REFERENCES x(y))',
    ['b', 'd'],
    undefined,
    [],
  ],
  ['CREATE TABLE a(b, UNIQUE (b DESC))', ['b'], undefined, [[]]],
])('knows what %s stores', (sql, columns, rowIdColumn, uniques) => {
  expect(tableShape(sql)).toMatchObject({ columns, rowIdColumn, uniques });
});

it('tells tables apart that are stored otherwise', () => {
  expect(tableShape('CREATE TABLE a (b PRIMARY KEY) WITHOUT ROWID')?.isWithoutRowId).toBe(true);
  expect(tableShape('CREATE TABLE a (b TEXT COLLATE NOCASE)')?.isCollated).toBe(true);
  expect(tableShape('CREATE VIRTUAL TABLE a USING fts5(b, c)')).toBeUndefined();
  expect(tableShape('CREATE TABLE a (b')).toBeUndefined();
});

it.each([
  ['CREATE INDEX i ON a (b, c DESC, d)', ['b']],
  ['CREATE UNIQUE INDEX `i` ON `a` (`b`,`c`)', ['b', 'c']],
  ['CREATE INDEX i ON a (lower(b))', []],
  ['CREATE INDEX i ON a (b) WHERE b IS NOT NULL', undefined],
])('looks up in %s by its first plain columns', (sql, columns) => {
  expect(indexColumns(sql)).toEqual(columns);
});
