import { expect, it } from 'vitest';
import { EntryBudget } from '../../../src/agent/history/entry-budget.ts';
import type { TranscriptEntry } from '../../../src/agent/history/transcript.ts';

const prompt = (id: number, units: number): TranscriptEntry => ({
  kind: 'prompt',
  id: `${id}`,
  text: 'x'.repeat(units),
});

const unitsOf = (entries: readonly TranscriptEntry[]) =>
  entries.map((entry) => (entry.kind === 'prompt' ? entry.text.length : 0));

it('keeps what is small as it is', () => {
  const budget = new EntryBudget();
  expect(unitsOf(budget.hold([prompt(1, 60_000)]))).toEqual([60_000]);
  expect(budget.problem).toBeUndefined();
});

it('cuts texts shorter when it becomes too much, also those held before, and says so', () => {
  const budget = new EntryBudget(100_000);
  const first = budget.hold([prompt(1, 60_000), prompt(2, 30)]);
  const second = budget.hold([prompt(3, 60_000)]);
  expect([unitsOf(first), unitsOf(second)]).toEqual([[16_384, 30], [16_384]]);
  budget.replace(second, 0, (entry) => ({ ...entry, kind: 'prompt', text: 'y'.repeat(40_000) }));
  expect(unitsOf(second)).toEqual([16_384]);
  expect(budget.problem).toMatch(/more than 16384 characters were cut off/);
});

it('lets the oldest go where shortening is not enough', () => {
  const budget = new EntryBudget(10_000);
  const held = Array.from({ length: 100 }, (_, index) => budget.hold([prompt(index, 10)]));
  const left = held.flat();
  expect(left.length).toBeGreaterThan(20);
  expect(left.at(-1)).toMatchObject({ id: '99' });
  expect(budget.problem).toContain(`its oldest ${100 - left.length} entries were left out`);
  budget.replace(held[0] ?? [], 0, () => prompt(1, 1));
  expect(held[0]).toEqual([]);
});
