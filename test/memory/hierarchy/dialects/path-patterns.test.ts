import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchGlob } from '../../../../src/base/glob.ts';
import {
  findTarget,
  type PatternStyle,
  patternsOf,
} from '../../../../src/memory/hierarchy/dialects/path-patterns.ts';

const matches = (pattern: string, path: string, style: PatternStyle = { anchor: 'base' }): boolean =>
  findTarget([pattern], { base: '/r', targets: [`/r/${path}`], style }) !== undefined;

test.each([
  ['*.md', 'a.md', true, true, true],
  ['*.md', 'x/a.md', false, true, true],
  ['src/*.ts', 'src/a.ts', true, true, true],
  ['src/*.ts', 'p/src/a.ts', false, false, true],
  ['/src/*.ts', 'p/src/a.ts', false, false, false],
  ['**/src/*.ts', 'p/q/src/a.ts', true, true, true],
  ['src/**', 'src/a/b/c', true, true, true],
  ['src/**', 'src', false, false, false],
  ['**', 'a/b', true, true, true],
  ['src/', 'src/a/b', true, true, true],
  ['./a.ts', 'a.ts', true, true, true],
  ['[a-c]?.ts', 'b1.ts', true, true, true],
  ['[!a-c]1.ts', 'b1.ts', false, false, false],
  ['\\*.ts', '*.ts', true, true, true],
  ['\\*.ts', 'a.ts', false, false, false],
  ['{a,b}/**/{x,y}.{ts,js}', 'b/c/y.js', true, true, true],
  ['a[.ts', 'a[.ts', true, true, true],
  ['', 'a', false, false, false],
])('%s and %s: from the base %s, by its slash %s, anywhere %s', (pattern, path, base, slash, anywhere) => {
  const styles = (['base', 'slash', 'anywhere'] as const).map((anchor) => matches(pattern, path, { anchor }));
  expect(styles).toEqual([base, slash, anywhere]);
});

test('case counts unless it is told not to', () => {
  expect(matches('SRC/*.TS', 'src/a.ts')).toBe(false);
  expect(matches('SRC/*.TS', 'src/a.ts', { anchor: 'base', ignoreCase: true })).toBe(true);
});

test('a file outside the base is governed by nothing', () => {
  const found = findTarget(['**'], {
    base: '/r',
    targets: ['/x/a', '/r', '/r/b'],
    style: { anchor: 'base' },
  });
  expect(found).toBe('/r/b');
});

test('patterns come as a list, as text with commas, or not at all', () => {
  expect(patternsOf('a.{ts,js}, b')).toEqual(['a.{ts,js}', 'b']);
  expect(patternsOf(['a, b', 3, null, 'c'])).toEqual(['a', 'b', 'c']);
  for (const value of [undefined, null, 3, {}, '', ' , ']) expect(patternsOf(value)).toEqual([]);
});

test('answers as picomatch does, wherever both know a pattern', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    'ab',
    '*',
    '?',
    'a*',
    '*b',
    '*a*',
    'a?b',
    '{a,b}',
    '{a,b*}c',
    '[ab]',
    '**',
  );
  const name = fc.stringMatching(/^[abc]{1,4}$/);
  const pattern = fc.array(piece, { minLength: 1, maxLength: 4 });
  const path = fc.array(name, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(pattern, path, (pieces, names) => {
      const [written, asked] = [pieces.join('/'), names.join('/')];
      // picomatch is of two minds whether `a/**` is `a` too; a rule is for files in it.
      const expected = matchGlob(written.replace(/(?<=^|\/)\*\*$/, '**/*'), asked);
      expect([written, asked, matches(written, asked)]).toEqual([written, asked, expected]);
    }),
    { numRuns: 3000 },
  );
});

// A backtracking matcher does not come back from these.
test('patterns made to explode are answered', () => {
  const name = 'a'.repeat(255);
  expect(matches(`${'*a'.repeat(100)}b`, name)).toBe(false);
  expect(matches(`${'**/a/'.repeat(60)}b`, `${'a/'.repeat(1000)}c`)).toBe(false);
  expect(matches('{a,b}'.repeat(40), name)).toBe(false);
  expect(matches('*'.repeat(100_000), name)).toBe(false);
});
