import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChatLog } from '../../../../src/agent/history/copilot/chat-log.ts';

function logOf(...entries: readonly object[]): ChatLog {
  const log = new ChatLog();
  for (const entry of entries) log.apply(entry);
  return log;
}

const start = { kind: 0, v: { list: [{ name: 'a' }, { name: 'b' }], title: 'One' } };

it('sets, removes, cuts and appends as its entries say', () => {
  const log = logOf(
    start,
    { kind: 1, k: ['title'], v: 'Two' },
    { kind: 1, k: ['list', 1, 'name'], v: 'c' },
    { kind: 2, k: ['list'], i: 1, v: [{ name: 'd' }] },
    { kind: 2, k: ['list'], v: [{ name: 'e' }] },
    { kind: 2, k: ['more'], v: [1] },
    { kind: 3, k: ['title'] },
  );
  expect(JSON.parse(JSON.stringify(log.state))).toEqual({
    list: [{ name: 'a' }, { name: 'd' }, { name: 'e' }],
    more: [1],
  });
  expect([log.skipped, log.isCut]).toEqual([0, false]);
});

it('counts what is of nothing that is there, and changes nothing by it', () => {
  const log = logOf(
    { kind: 1, k: ['early'], v: 1 },
    start,
    { kind: 1, k: ['list', 4_000_000_000], v: 1 },
    { kind: 2, k: ['list'], i: 4_000_000_000, v: [] },
    { kind: 1, k: ['none', 'inner'], v: 1 },
    { kind: 1, k: ['title', 'length'], v: 1 },
    { kind: 1, k: ['list', 'length'], v: 4_000_000_000 },
    { kind: 1, k: [], v: 1 },
    { kind: 9, k: ['title'], v: 1 },
    { kind: 1, k: 'title', v: 1 },
  );
  expect(JSON.parse(JSON.stringify(log.state))).toEqual(start.v);
  expect(log.skipped).toBe(9);
});

it('reaches no prototype', () => {
  logOf(
    start,
    { kind: 1, k: ['__proto__', 'polluted'], v: 1 },
    { kind: 1, k: ['list', '__proto__', 'polluted'], v: 1 },
    { kind: 1, k: ['constructor', 'prototype', 'polluted'], v: 1 },
    { kind: 1, k: ['list', 0, '__proto__'], v: { polluted: 1 } },
  );
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

it('cuts long texts and leaves out what is long and of no use', () => {
  const text = 'x'.repeat(100_000);
  const { state } = logOf({ kind: 0, v: { text, usedContext: { text } } });
  const kept = state as { readonly text: string };
  expect(Object.keys(kept)).toEqual(['text']);
  expect(kept.text.length).toBeLessThan(70_000);
});

it('takes any entry', () => {
  const step = fc.oneof(
    fc.constantFrom('list', 'name', '__proto__', 'title'),
    fc.integer({ min: -2, max: 5 }),
  );
  const entry = fc.record({
    kind: fc.integer({ min: 0, max: 4 }),
    k: fc.array(step, { maxLength: 4 }),
    v: fc.jsonValue({ maxDepth: 2 }),
    i: fc.option(fc.integer({ min: -1, max: 9 }), { nil: undefined }),
  });
  void fc.assert(
    fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
      logOf(start, ...entries);
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    }),
  );
});
