import fc from 'fast-check';
import { expect, test } from 'vitest';
import { historyFrom, pendingCalls, withOpenCallsAnswered } from '../../../src/agent/loop/history.ts';
import type { JournalEvent } from '../../../src/agent/session/journal-event.ts';
import { foldSession } from '../../../src/agent/session/session-fold.ts';
import { expectValid } from './valid-history.ts';

const usage = { inputTokens: 5, outputTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3 };
const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 3 });

/** Events of a journal in any order at all: lines may be lost, repeated or written by a process that died. */
const event = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('message-user'), text: fc.string({ minLength: 1 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('message-assistant'),
      content: fc
        .tuple(ids, fc.boolean())
        .map(([called, talks]) => [
          ...(talks ? [{ type: 'text', text: 'says' }] : []),
          ...called.map((id) => ({ type: 'tool_use', id, name: 'read', input: {} })),
        ]),
      stopReason: fc.constant('x'),
      model: fc.constant('m'),
      usage: fc.constant(usage),
      costUsd: fc.constant(0.5),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('tool-result'),
      id: fc.integer({ min: 0, max: 30 }).map(String),
      name: fc.constant('read'),
      ok: fc.boolean(),
      text: fc.constant('said'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'run-start' }) },
  { weight: 2, arbitrary: fc.constant({ type: 'compaction-start', tokensBefore: 1 }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('compaction-end'),
      summary: fc.constant('Summary.'),
      kept: fc.integer({ min: -1, max: 12 }),
      tokensBefore: fc.constant(1),
      model: fc.constant('m'),
      usage: fc.constant(usage),
      costUsd: fc.constant(0.25),
    }),
  },
);

const header = { version: 1, session: 's', project: 'p', cwd: '/', worktree: '/', created: 0 };

test('any journal gives a conversation that a request can be made of', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const said = events.findIndex(({ type }) => type === 'message-user');
      const begun = said < 0 ? [] : events.slice(said);
      const history = historyFrom(begun);
      expectValid(withOpenCallsAnswered(history));
      const again = historyFrom([
        ...begun,
        { type: 'run-start' },
        { type: 'message-user', text: 'On.' } as never,
      ]);
      expectValid(again);
      expect(pendingCalls(again)).toEqual([]);
      expect(again.at(-1)?.content.at(-1)).toEqual({ type: 'text', text: 'On.' });
    }),
    { numRuns: 400 },
  );
});

test('a session adds up to the same conversation, and counts what a compaction used', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const journal = events.map(
        (body, at) => ({ ...body, seq: at + 1, time: at }) as unknown as JournalEvent,
      );
      const { messages, totals } = foldSession(header, journal);
      const fitting = messages.filter(({ role }) => role === 'assistant');
      expect(fitting.length).toBeLessThanOrEqual(totals.turns);
      const asked = events.filter(({ type }) => type === 'message-assistant' || type === 'compaction-end');
      expect(totals.usage.inputTokens).toBe(asked.length * 5);
      if (!events.some(({ type }) => type === 'tool-result')) expect(messages).toEqual(historyFrom(journal));
    }),
    { numRuns: 200 },
  );
});
