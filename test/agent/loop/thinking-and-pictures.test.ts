import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { historyFrom } from '../../../src/agent/loop/history.ts';
import type { ContentBlock, ImageBlock } from '../../../src/agent/model/model.ts';
import { wireRequest } from '../../../src/agent/model/wire-request.ts';
import type { JournalEvent } from '../../../src/agent/session/journal-event.ts';
import { readEvent } from '../../../src/agent/session/journal-schema.ts';
import { keepPictures, withPictures } from '../../../src/agent/session/pictures.ts';
import type { Tool } from '../../../src/agent/tools/tool.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import type { AnswerBlock } from '../../model-server/answer.ts';
import { scripted } from '../../model-server/script.ts';
import { createLoopBench, type LoopBench, type LoopBenchOptions } from './loop-bench.ts';

const benches: LoopBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.dispose();
});

async function benchWith(decide: LoopBenchOptions['decide']): Promise<LoopBench> {
  const bench = await createLoopBench({ decide, mode: 'bypassPermissions' });
  benches.push(bench);
  return bench;
}

const request = { system: [], messages: [], tools: [], maxTokens: 16_000 };
const thinks = (model: string, budgetTokens: number, maxTokens = 16_000) =>
  wireRequest({ ...request, model, maxTokens, thinking: { budgetTokens } }).thinking;

describe('thinking', () => {
  test('is asked for as the model takes it, and leaves room for the answer', () => {
    expect(wireRequest({ ...request, model: 'claude-haiku-4-5' })).not.toHaveProperty('thinking');
    expect(thinks('claude-opus-5-5', 4_000)).toEqual({ type: 'adaptive', display: 'omitted' });
    expect(thinks('claude-opus-4-6', 4_000)).toMatchObject({ type: 'adaptive' });
    expect(thinks('claude-haiku-4-5', 4_000)).toMatchObject({ type: 'enabled', budget_tokens: 4_000 });
    expect(thinks('qwen3', 50_000)).toMatchObject({ type: 'enabled', budget_tokens: 14_976 });
    expect(thinks('qwen3', 4_000, 2_000)).toBeUndefined();
  });

  test('is not asked for where results go back and the thinking before them is not kept', () => {
    const asks = (model: string, ...thoughts: readonly ContentBlock[]) =>
      wireRequest({
        ...request,
        model,
        thinking: { budgetTokens: 4_000 },
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Go.' }] },
          {
            role: 'assistant',
            content: [...thoughts, { type: 'tool_use', id: 'a', name: 'list', input: {} }],
          },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'x' }] },
        ],
      }).thinking?.type;
    expect(asks('claude-haiku-4-5', { type: 'thinking', thinking: '', signature: 's' })).toBe('enabled');
    expect(asks('claude-haiku-4-5', { type: 'redacted_thinking', data: 's' })).toBe('enabled');
    expect(asks('claude-haiku-4-5')).toBeUndefined();
    expect(asks('claude-opus-5-5')).toBe('adaptive');
    expect(asks('qwen3')).toBe('enabled');
  });

  test('is no text, and goes back to the server as it came, also from a journal', async () => {
    const thought: readonly AnswerBlock[] = [
      { type: 'thinking', thinking: 'Let me see what there is.', signature: 'c2lnbmVk' },
      { type: 'redacted_thinking', data: 'aGlkZGVu' },
    ];
    const bench = await benchWith(
      scripted([
        { content: [...thought, { type: 'tool_use', id: 'look', name: 'list', input: {} }] },
        { content: [...thought, { type: 'text', text: 'Done.' }] },
      ]),
    );
    const end = await bench.run('Go.', { thinking: { budgetTokens: 2_000 }, maxTokens: 8_000 });
    expect(end.message).toBe('Done.');
    const streamed = bench.events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
    expect(streamed.join('')).toBe('Done.');
    expect(bench.server.requests[0]?.body).toMatchObject({ thinking: { type: 'adaptive' } });
    expect(bench.server.requests[1]?.body.messages[1]?.content).toEqual([
      ...thought,
      { type: 'tool_use', id: 'look', name: 'list', input: {} },
    ]);
    expect(historyFrom(bench.events)[1]?.content.slice(0, 2)).toEqual(thought);
  });
});

test('a tool that the server knows by itself goes by its type, and can end the cached part', () => {
  const schema = { type: 'object' };
  const tools = [
    { name: 'read', description: 'Reads.', input_schema: schema },
    { name: 'memory', description: 'Ours.', input_schema: schema, serverType: 'memory_20250818' },
  ];
  expect(wireRequest({ ...request, model: 'claude-opus-5-5', tools }).tools).toEqual([
    { name: 'read', description: 'Reads.', input_schema: { type: 'object' } },
    { type: 'memory_20250818', name: 'memory', cache_control: { type: 'ephemeral' } },
  ]);
});

const picture = (bytes: Buffer): ImageBlock => ({
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') },
});

function camera(...images: readonly ImageBlock[]): Tool {
  return {
    definition: { name: 'look', description: 'Looks.', input_schema: { type: 'object' } },
    effect: 'read',
    plan: async () => ({ ok: true, text: 'Seen.', images }),
  };
}

describe('pictures of a result', () => {
  test('go to the model behind its text; one that is too large is told of', async () => {
    const bench = await benchWith(
      scripted([
        { content: [{ type: 'tool_use', id: 'look', name: 'look', input: {} }] },
        { content: [{ type: 'text', text: 'Done.' }] },
      ]),
    );
    const small = picture(randomBytes(100));
    const extraTools = [camera(small, picture(Buffer.alloc(5 * 1024 * 1024 + 1)))];
    await bench.run('Look.', { extraTools });
    const [result] = bench.server.requests[1]?.body.messages[2]?.content ?? [];
    expect(result).toMatchObject({
      type: 'tool_result',
      content: [{ type: 'text', text: 'Seen.\n[A picture is left out: larger than 5 MB]' }, small],
    });
  });

  test('stand in the journal by their names, and come back as they were', async () => {
    const directory = await temporaryDirectory();
    const pictures = [picture(randomBytes(50_000)), picture(randomBytes(10))];
    const images = await keepPictures(nodeFiles, directory, pictures);
    const line = {
      seq: 3,
      time: 3,
      type: 'tool-result',
      id: 'look',
      name: 'look',
      ok: true,
      text: 'Seen.',
      images,
    };
    expect(JSON.stringify(line).length).toBeLessThan(400);
    const kept = readEvent(JSON.parse(JSON.stringify(line)));
    expect(kept).toEqual(line);
    const content = [{ type: 'tool_use', id: 'look', name: 'look', input: {} }];
    const journal = [
      { type: 'message-user', text: 'Look.' },
      { type: 'message-assistant', content },
      kept as JournalEvent,
    ];
    const messages = await withPictures(nodeFiles, directory, historyFrom(journal));
    expect(messages[2]?.content).toEqual([
      { type: 'tool_result', tool_use_id: 'look', content: [{ type: 'text', text: 'Seen.' }, ...pictures] },
    ]);

    await nodeFiles.removeFile(`${directory}/${images[0]?.object}`);
    const later = await withPictures(nodeFiles, directory, historyFrom(journal));
    expect(JSON.stringify(later)).toContain('The picture that stood here is no longer kept.');
    expect(JSON.stringify(later)).not.toContain('object:');
  });
});
