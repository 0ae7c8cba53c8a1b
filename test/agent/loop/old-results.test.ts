import { expect, test } from 'vitest';
import { createMessageSize } from '../../../src/agent/loop/message-size.ts';
import { leftOutText, withoutOldResults } from '../../../src/agent/loop/old-results.ts';
import type { Message } from '../../../src/agent/model/model.ts';
import { expectValid } from './valid-history.ts';

/** About 1,000 tokens a turn, all but the fifth of them in its result. */
function talk(turns: number): readonly Message[] {
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Go.' }] }];
  for (let turn = 1; turn <= turns; turn += 1) {
    const result = turn % 5 === 0 ? 'short' : 'x'.repeat(3_300);
    messages.push(
      { role: 'assistant', content: [{ type: 'tool_use', id: `${turn}`, name: 'read', input: { turn } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: `${turn}`, content: result }] },
    );
  }
  return messages;
}

const limit = 10_000;
const sent = (history: readonly Message[]) => withoutOldResults(history, limit, createMessageSize());
const leftOut = (messages: readonly Message[]) =>
  messages.flatMap(({ content }, at) =>
    content.some((block) => block.type === 'tool_result' && block.content === leftOutText) ? [at] : [],
  );

test('a conversation within the limit is sent as it is', () => {
  const short = talk(11);
  expect(sent(short)).toBe(short);
});

test('large results go from the oldest on, short ones and those of the last answers stay', () => {
  const history = talk(14);
  const messages = sent(history);
  expectValid(messages);
  expect(leftOut(messages).length).toBeGreaterThanOrEqual(5);
  expect(leftOut(messages)).not.toContain(10);
  expect(messages.slice(-12)).toEqual(history.slice(-12));
  expect(history).toEqual(talk(14));
});

test('what was left out once stays so, in a few steps, whoever sends it', () => {
  const history = talk(100);
  const sizeOf = createMessageSize();
  const requests = history.flatMap((message, at) =>
    message.role === 'user' ? [withoutOldResults(history.slice(0, at + 1), limit, sizeOf)] : [],
  );
  let steps = 0;
  for (const [at, messages] of requests.entries()) {
    const before = requests[at - 1];
    if (before === undefined) continue;
    expect(leftOut(messages)).toEqual(expect.arrayContaining([...leftOut(before)]));
    if (JSON.stringify(messages.slice(0, before.length)) !== JSON.stringify(before)) steps += 1;
    const size = messages.reduce((sum, message) => sum + sizeOf(message), 0);
    expect(size).toBeLessThan(limit * 1.4);
  }
  expect(steps).toBeGreaterThan(5);
  expect(steps).toBeLessThan(50);
  expect(requests.at(-1)).toEqual(sent(history));
});

test('a step that would save little waits for the next', () => {
  const history = talk(40).map(
    (message): Message => ({
      ...message,
      content: message.content.map((block) =>
        block.type === 'tool_result' ? { ...block, content: 'x'.repeat(6_270) } : block,
      ),
    }),
  );
  const requests = history.flatMap((message, at) =>
    message.role === 'user' ? [sent(history.slice(0, at + 1))] : [],
  );
  const steps = requests.filter(
    (messages, at) =>
      JSON.stringify(messages.slice(0, at * 2 - 1)) !== JSON.stringify(requests[at - 1] ?? messages),
  );
  expect(steps.length).toBeLessThanOrEqual(20);
});

test('pictures in a result go with it', () => {
  const source = { type: 'base64', media_type: 'image/png', data: 'AA==' } as const;
  const history = talk(13).map(
    (message, at): Message =>
      at === 2
        ? {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: '1', content: [{ type: 'image', source }], is_error: true },
            ],
          }
        : message,
  );
  expect(sent(history)[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: '1', content: leftOutText, is_error: true },
  ]);
});
