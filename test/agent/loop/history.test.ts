import { expect, test } from 'vitest';
import {
  historyFrom,
  pendingCalls,
  unansweredText,
  withOpenCallsAnswered,
} from '../../../src/agent/loop/history.ts';
import type { LoopEvent } from '../../../src/agent/loop/loop-event.ts';

const user = (text: string): LoopEvent => ({ type: 'message-user', text });
const result = (id: string, ok = true): LoopEvent => ({
  type: 'tool-result',
  id,
  name: 'read',
  ok,
  text: `result ${id}`,
});
const answer = (...ids: readonly string[]): LoopEvent => ({
  type: 'message-assistant',
  content: ids.map((id) => ({ type: 'tool_use', id, name: 'read', input: { path: id } })),
  stopReason: 'tool_use',
  usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  model: 'm',
  apiDurationMs: 0,
});

test('results and steering go into one message of the user', () => {
  const history = historyFrom([
    user('go'),
    answer('1', '2'),
    result('1'),
    result('2', false),
    user('faster'),
  ]);
  expect(history.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
  expect(history[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: '1', content: 'result 1' },
    { type: 'tool_result', tool_use_id: '2', content: 'result 2', is_error: true },
    { type: 'text', text: 'faster' },
  ]);
});

test('the open calls of the last answer are pending, in order', () => {
  expect(
    pendingCalls(historyFrom([user('go'), answer('1', '2', '3'), result('2')])).map((call) => call.id),
  ).toEqual(['1', '3']);
  expect(pendingCalls(historyFrom([user('go'), answer('1')])).map((call) => call.id)).toEqual(['1']);
  expect(pendingCalls(historyFrom([user('go')]))).toEqual([]);
  expect(pendingCalls([])).toEqual([]);
});

test('a call left open before the person went on is answered with what is known', () => {
  const history = historyFrom([user('go'), answer('1', '2'), result('1'), user('what now?')]);
  expect(history[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: '1', content: 'result 1' },
    { type: 'tool_result', tool_use_id: '2', content: unansweredText, is_error: true },
    { type: 'text', text: 'what now?' },
  ]);
  expect(pendingCalls(history)).toEqual([]);
});

test('results that nobody waits for and results given twice are left out', () => {
  const history = historyFrom([
    result('0'),
    user('go'),
    answer('1'),
    result('1'),
    result('1', false),
    result('9'),
  ]);
  expect(history).toHaveLength(3);
  expect(history[2]?.content).toEqual([{ type: 'tool_result', tool_use_id: '1', content: 'result 1' }]);
});

test('an empty answer leaves no message behind', () => {
  expect(historyFrom([user('go'), answer(), user('again')])).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'go' },
        { type: 'text', text: 'again' },
      ],
    },
  ]);
});

test('answering open calls makes any history ready for a request', () => {
  const history = withOpenCallsAnswered(historyFrom([user('go'), answer('1')]));
  expect(history.at(-1)).toMatchObject({ role: 'user', content: [{ tool_use_id: '1', is_error: true }] });
  expect(withOpenCallsAnswered(history)).toEqual(history);
});
