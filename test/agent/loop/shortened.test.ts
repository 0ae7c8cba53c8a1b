import { expect, test } from 'vitest';
import { createMessageSize } from '../../../src/agent/loop/message-size.ts';
import { keptWithin, shortened } from '../../../src/agent/loop/shortened.ts';
import type { ContentBlock, Message } from '../../../src/agent/model/model.ts';
import { expectValid } from './valid-history.ts';

const text = (said: string): ContentBlock => ({ type: 'text', text: said });
const called = (id: string): Message => ({
  role: 'assistant',
  content: [{ type: 'tool_use', id, name: 'read', input: {} }],
});
const answered = (id: string, ...said: readonly string[]): Message => ({
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: id, content: 'x'.repeat(330) }, ...said.map(text)],
});
const talk: readonly Message[] = [
  { role: 'user', content: [text('First.')] },
  called('1'),
  answered('1', 'Also this.'),
  called('2'),
  answered('2'),
  called('3'),
  answered('3'),
];
const texts = (messages: readonly Message[]) =>
  messages[0]?.content.map((block) => (block.type === 'text' ? block.text : '')) ?? [];

test('the first prompt, the summary, the last words that go, and what is kept', () => {
  const messages = shortened(talk, { summary: 'Sum.', kept: 2 });
  expectValid(messages);
  expect(texts(messages)).toEqual([
    'First.',
    expect.stringMatching(/shortened[^\n]*\nSum\.$/),
    expect.stringMatching(/^The last message[^\n]*\nAlso this\.$/),
  ]);
  expect(messages.slice(1)).toEqual(talk.slice(-2));
});

test('a part that would begin with a result begins with the next answer', () => {
  for (const kept of [-1, 0, 1, 2, 3, 4, 5, 6, 7, 99]) {
    const messages = shortened(talk, { summary: 'Sum.', kept });
    expectValid(messages);
    expect(messages.length - 1).toBeLessThanOrEqual(Math.max(0, kept));
  }
  expect(shortened(talk, { summary: 'Sum.', kept: 3 })).toEqual(
    shortened(talk, { summary: 'Sum.', kept: 2 }),
  );
  expect(shortened([], { summary: 'Sum.', kept: 3 })).toEqual([]);
});

test('shortened again, the last words stay until there are newer ones, and one summary', () => {
  const once = shortened(talk, { summary: 'Sum.', kept: 0 });
  const twice = shortened([...once, called('4'), answered('4')], { summary: 'More.', kept: 0 });
  expect(texts(twice)).toEqual([
    'First.',
    expect.stringMatching(/\nMore\.$/),
    expect.stringMatching(/^The last message[^\n]*\nAlso this\.$/),
  ]);
  const later = shortened([...twice, called('5'), answered('5', 'Now that.')], { summary: 'All.', kept: 0 });
  expect(texts(later).at(-1)).toMatch(/\nNow that\.$/);
  expect(texts(later)).toHaveLength(3);
});

test('what is kept fits its limit and begins with an answer', () => {
  const sizeOf = createMessageSize();
  expect(keptWithin(talk, 150, sizeOf)).toBe(2);
  expect(keptWithin(talk, 50, sizeOf)).toBe(0);
  expect(keptWithin(talk, 250, sizeOf)).toBe(4);
  // Never all of it: then nothing would be shorter.
  expect(keptWithin(talk, 100_000, sizeOf)).toBe(4);
});

test('a first prompt as long as a book is cut, and says so', () => {
  const [first = ''] = texts(
    shortened([{ role: 'user', content: [text('a'.repeat(30_000))] }], { summary: '', kept: 0 }),
  );
  expect(first).toMatch(/a\n\[10000 characters left out\]$/);
});
