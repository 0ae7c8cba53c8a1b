import { describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import type { ModelRequest } from '../../src/agent/model/model.ts';
import { type CountTokens, createUsageCounter } from '../../src/views/model/editor-usage.ts';
import { editorParts as parts } from '../fakes/editor-parts.ts';

const request: ModelRequest = {
  model: 'editor:copilot/large',
  system: ['You are an agent.'],
  maxTokens: 100,
  tools: [{ name: 'read', description: 'Reads.', input_schema: { type: 'object' } }],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Look' }] }],
};
const answer = [
  { type: 'text', text: 'I look.' },
  { type: 'tool_use', id: 'c', name: 'read', input: { path: 'a' } },
] as const;

/** Ten for whatever it is asked about. */
function countTen() {
  const asked: (string | vscode.LanguageModelChatMessage)[] = [];
  const count: CountTokens = async (said) => {
    asked.push(said);
    return 10;
  };
  return { asked, count };
}

describe('what a request to the editor takes', () => {
  it('is counted with its system prompt and tools, and the answer with its calls', async () => {
    const { asked, count } = countTen();
    const usage = await createUsageCounter(parts).begin(request, count)(answer);
    expect(usage).toEqual({
      inputTokens: 30,
      outputTokens: 20,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      basis: 'counted',
    });
    const texts = asked.map((said) => JSON.stringify(said));
    for (const part of ['You are an agent.', 'Reads.', 'Look', 'I look.', 'path'])
      expect(texts.filter((text) => text.includes(part))).toHaveLength(1);
  });

  it('is counted once: the next request asks for what is new alone', async () => {
    const { asked, count } = countTen();
    const counter = createUsageCounter(parts);
    await counter.begin(request, count)(answer);
    const before = asked.length;
    const next = {
      ...request,
      messages: [...request.messages, { role: 'assistant', content: answer } as const],
    };
    expect(await counter.begin(next, count)([])).toMatchObject({ inputTokens: 40, outputTokens: 0 });
    expect(asked.slice(before)).toHaveLength(1);
    // Another model has another measure.
    await counter.begin({ ...next, model: 'editor:copilot/small' }, count)([]);
    expect(asked.slice(before)).toHaveLength(5);
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('No counter.'))],
    ['answers no number', async () => Number.NaN],
    ['never answers', () => new Promise<number>(() => {})],
  ])('is unknown where the editor %s', async (_what, count: CountTokens) => {
    const usage = await createUsageCounter(parts, 20).begin(request, count)(answer);
    expect(usage).toMatchObject({ inputTokens: 0, outputTokens: 0, basis: 'unknown' });
  });
});
