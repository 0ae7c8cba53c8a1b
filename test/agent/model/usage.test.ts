import { describe, expect, it } from 'vitest';
import { createAnswerReader } from '../../../src/agent/model/answer-reading.ts';
import { costUsd } from '../../../src/agent/model/prices.ts';
import { addUsage, NO_USAGE } from '../../../src/agent/model/usage.ts';

const told = { ...NO_USAGE, inputTokens: 10 };
const counted = { ...NO_USAGE, outputTokens: 5, basis: 'counted' } as const;
const unknown = { ...NO_USAGE, basis: 'unknown' } as const;

function answered(...events: readonly object[]) {
  const reader = createAnswerReader('m');
  const steps = events.map((event) => reader.take({ event: null, data: JSON.stringify(event) }));
  const last = steps.at(-1);
  if (last?.type !== 'end') throw new Error('no end');
  return last.answer.usage;
}

describe('what an answer took', () => {
  it('is as sure as the least sure part of it', () => {
    expect(addUsage(told, told)).toEqual({ ...NO_USAGE, inputTokens: 20 });
    expect(addUsage(told, counted)).toEqual({ ...told, outputTokens: 5, basis: 'counted' });
    expect(addUsage(unknown, counted)).toEqual({ ...counted, basis: 'unknown' });
    expect(addUsage(counted, unknown).basis).toBe('unknown');
  });

  it('is unknown where the server tells nothing, and has no price then', () => {
    const stop = { type: 'message_stop' };
    expect(answered({ type: 'message_start', message: {} }, stop)).toEqual(unknown);
    expect(answered({ type: 'message_delta', delta: {}, usage: { input_tokens: null } }, stop)).toEqual(
      unknown,
    );
    const usage = { input_tokens: 10 };
    expect(answered({ type: 'message_start', message: { usage } }, { type: 'message_delta' }, stop)).toEqual(
      told,
    );
    expect(costUsd('claude-sonnet-5-5', told)).toBeGreaterThan(0);
    expect(costUsd('claude-sonnet-5-5', unknown)).toBeNull();
  });
});
