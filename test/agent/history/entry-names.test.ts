import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryNames } from '../../../src/agent/history/entry-names.ts';

it('gives each entry its own name where it can, and tells equal ones apart', () => {
  const names = new EntryNames();
  const asked = ['a', 'a', undefined, 'a~2', 'a', '', '#3'];
  expect(asked.map((own, index) => names.of(own, index + 1))).toEqual([
    'a',
    'a~2',
    '#3',
    'a~2~2',
    'a~3',
    '#6',
    '#3~2',
  ]);
});

it('never gives a name twice', () => {
  const name = fc.constantFrom('a', 'a~2', 'a~2~2', 'a~3', '', '#1', '#2', '#1~2');
  void fc.assert(
    fc.property(fc.array(name, { maxLength: 40 }), (asked) => {
      const names = new EntryNames();
      const given = asked.map((own, index) => names.of(own, index % 3));
      expect(new Set(given).size).toBe(given.length);
    }),
  );
});

it('is not slow where all names are the same', () => {
  const names = new EntryNames();
  for (let count = 0; count < 200_000; count += 1) names.of('same', count);
  expect(names.of('same', 0)).toBe('same~200001');
});
