import { afterEach, describe, expect, test } from 'vitest';
import { historyFrom } from '../../../src/agent/loop/history.ts';
import type { LoopConfig } from '../../../src/agent/loop/loop-config.ts';
import { contextWindow } from '../../../src/agent/model/prices.ts';
import type { Tool } from '../../../src/agent/tools/tool.ts';
import type { Answer, AnswerBlock, MessagesBody, ModelServerRequest } from '../../model-server/answer.ts';
import { lastToolResults, userTexts } from '../../model-server/script.ts';
import { createLoopBench, type LoopBench } from './loop-bench.ts';
import { expectValid } from './valid-history.ts';

const benches: LoopBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.dispose();
});

const say = (text: string, tokens = 10): Answer => ({
  content: [{ type: 'text', text }],
  usage: { input_tokens: tokens, output_tokens: 10 },
});
const call = (name: string, input: unknown, tokens: number, id?: string): Answer => {
  const block: AnswerBlock = { type: 'tool_use', name, input, ...(id !== undefined && { id }) };
  return { content: [block], usage: { input_tokens: tokens, output_tokens: 10 } };
};
const last = (body: MessagesBody) => userTexts(body).at(-1) ?? '';
const asksToKeep = (body: MessagesBody) => last(body).includes('Keep now what is worth keeping');
const asksForSummary = (body: MessagesBody) => last(body).includes('Write the summary');

/** A tool that keeps notes, as the memory tool does. */
function noteTool(kept: string[]): Tool {
  return {
    definition: { name: 'note', description: 'Keeps a note.', input_schema: { type: 'object' } },
    effect: 'write',
    plan: async (input) => ({
      summary: 'Keep a note',
      effect: 'write',
      permission: { tool: 'note', effect: 'external', target: 'notes' },
      detail: '',
      run: async () => {
        kept.push((input as { readonly text: string }).text);
        return { ok: true, text: 'Kept.' };
      },
    }),
  };
}

interface Room {
  readonly bench: LoopBench;
  readonly kept: string[];
  run(prompt: string, over?: Partial<LoopConfig>): ReturnType<LoopBench['run']>;
}

async function roomWith(decide: (request: ModelServerRequest) => Answer): Promise<Room> {
  const bench = await createLoopBench({ decide, mode: 'bypassPermissions' });
  benches.push(bench);
  const kept: string[] = [];
  const own = { flushTools: ['note'], contextWindow: 10_000, extraTools: [noteTool(kept)] };
  return { bench, kept, run: (prompt, over = {}) => bench.run(prompt, { ...own, ...over }) };
}

/** Three calls of which the last fills the window; then the model keeps a note, tries to write, sums up and ends. */
function longTask({ index, body }: ModelServerRequest): Answer {
  if (asksForSummary(body)) return say('Two files were looked at.', 8_500);
  const results = lastToolResults(body).map(({ id }) => id);
  if (results.includes('keep')) return call('write', { path: 'x.txt', content: 'x' }, 8_410, 'forbidden');
  if (results.includes('forbidden')) return say('Nothing more.', 8_420);
  if (asksToKeep(body)) return call('note', { text: 'halfway' }, 8_400, 'keep');
  if (userTexts(body).some((text) => text.includes('Two files were looked at.')))
    return say('All done.', 900);
  return call('glob', { pattern: `*.${index}` }, 3_000 * (index + 1));
}

describe('a conversation that comes near the end of the window', () => {
  test('is kept from, summed up and gone on with', async () => {
    const { bench, kept, run } = await roomWith(longTask);
    const end = await run('Look at everything.');
    expect(end).toMatchObject({ outcome: 'success', message: 'All done.', turns: 4 });
    expect(kept).toEqual(['halfway']);
    const bodies = bench.server.requests.map(({ body }) => body);
    expect(bodies.map(({ messages }) => messages.length)).toEqual([1, 3, 5, 7, 9, 11, 7, expect.any(Number)]);
    for (const { messages } of bodies) expectValid(messages);
    expect(lastToolResults(bodies[5] ?? never)[0]).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^write cannot be called now.*Only these can: note\. Nothing was done/),
    });
    // What is cached at the server stays cached: the same tools, and the same conversation before the new words.
    const stable = (body?: MessagesBody) =>
      JSON.stringify([body?.system, body?.tools, body?.messages.slice(0, 5)]).replaceAll(
        /,"cache_control":[^}]*\}/g,
        '',
      );
    expect(stable(bodies[3])).toBe(stable(bodies[2]));
    expect(stable(bodies[6])).toBe(stable(bodies[2]));
    expect(userTexts(bodies[7] ?? never)[0]).toMatch(
      /^Look at everything\.\n.*shortened.*\nTwo files were looked at\.$/,
    );
    expect(bench.types().filter((type) => type.startsWith('compaction'))).toEqual([
      'compaction-start',
      'compaction-end',
    ]);
    expect(end.usage.inputTokens).toBe(3_000 + 6_000 + 9_000 + 8_400 + 8_410 + 8_420 + 8_500 + 900);
  });

  test('is the same when it is read from its journal', async () => {
    const { bench, run } = await roomWith(longTask);
    await run('Look at everything.');
    const sent = bench.server.requests.at(-1)?.body.messages;
    const beforeAnswer = bench.events.slice(
      0,
      bench.events.findLastIndex(({ type }) => type === 'message-assistant'),
    );
    const plain = JSON.stringify(sent).replaceAll(/,"cache_control":[^}]*\}/g, '');
    expect(JSON.parse(plain)).toEqual(historyFrom(beforeAnswer));
  });

  test('goes on correctly wherever its process dies', async () => {
    const whole = await roomWith(longTask);
    await whole.run('Look at everything.');
    const events = [...whole.bench.events];
    const start = events.findIndex(({ type }) => type === 'compaction-start');
    const end = events.findIndex(({ type }) => type === 'compaction-end');
    expect(end - start).toBeGreaterThan(8);
    for (let cut = start; cut <= end + 1; cut += 1) {
      const again = await roomWith(longTask);
      again.bench.events.push(...events.slice(0, cut));
      again.bench.events.push({ type: 'run-start' } as never);
      const promptTokens = cut > end ? 0 : 9_010;
      expect(await again.run('', { promptTokens })).toMatchObject({ message: 'All done.' });
      for (const { body } of again.bench.server.requests) expectValid(body.messages);
      const shortenings = again.bench.events.slice(cut).filter(({ type }) => type === 'compaction-end');
      expect(shortenings).toHaveLength(cut > end ? 0 : 1);
    }
  });

  test('goes on without shortening where the next process has the room', async () => {
    const { bench, run } = await roomWith(longTask);
    await run('Look at everything.');
    const end = bench.events.findIndex(({ type }) => type === 'compaction-end');
    const again = await roomWith(() => say('Done with it.'));
    again.bench.events.push(...bench.events.slice(0, end), { type: 'run-start' } as never);
    expect(await again.run('', { contextWindow: 1_000_000, promptTokens: 9_010 })).toMatchObject({
      message: 'Done with it.',
    });
    expect(again.bench.server.requests).toHaveLength(1);
    expect(historyFrom(again.bench.events).at(-1)?.content).toEqual([
      { type: 'text', text: 'Done with it.' },
    ]);
  });

  test('goes on with what a person says whose process died in the middle', async () => {
    const { bench, run } = await roomWith(longTask);
    await run('Look at everything.');
    const events = bench.events.slice(
      0,
      bench.events.findIndex(({ type }) => type === 'compaction-end'),
    );
    const history = historyFrom([...events, { type: 'message-user', text: 'Leave that.' } as never]);
    expectValid(history);
    expect(history.at(-1)?.content.at(-1)).toEqual({ type: 'text', text: 'Leave that.' });
    expect(JSON.stringify(history)).not.toMatch(/Nothing more|cannot be called now/);
  });

  test('is summed up without a quiet turn where no tool was named for it', async () => {
    const { bench, run } = await roomWith(longTask);
    await run('Look at everything.', { flushTools: ['not_there'] });
    expect(bench.server.requests.some(({ body }) => asksToKeep(body))).toBe(false);
    expect(bench.types()).toContain('compaction-end');
  });

  test('keeps every first and last word of the person, also when it is shortened twice', async () => {
    let round = 0;
    const { bench, run } = await roomWith(({ body }) => {
      if (asksForSummary(body)) {
        round += 1;
        return say(`Summary ${round}.`, 100);
      }
      if (asksToKeep(body)) return say('nothing', 100);
      return lastToolResults(body).length === 0 ? call('glob', { pattern: '*' }, 100) : say('Done.', 9_000);
    });
    await run('First.');
    await run('Second.', { promptTokens: 9_000 });
    await run('Third.', { promptTokens: 9_000 });
    await run('Fourth.', { promptTokens: 9_000 });
    const [first = ''] = userTexts(bench.server.requests.at(-1)?.body ?? never);
    expect(first).toMatch(/^First\./);
    expect(first).toMatch(/Summary 3\./);
    expect(first).not.toMatch(/Summary [12]\./);
    expect(JSON.stringify(bench.server.requests.at(-1)?.body.messages)).toMatch(/Fourth\./);
  });

  test('ends where the budget is used up in between', async () => {
    const { bench, run } = await roomWith(longTask);
    let asked = 0;
    const whyOver = async () => {
      asked += 1;
      return asked > 4 ? 'Used up.' : undefined;
    };
    const end = await run('Look.', { budget: { add: async () => {}, whyOver } });
    expect(end).toMatchObject({ outcome: 'max-budget', message: 'Used up.' });
    expect(bench.types()).not.toContain('compaction-end');
  });

  test('is stopped at once in between', async () => {
    const { bench, run } = await roomWith((request) => {
      if (!asksForSummary(request.body)) return longTask(request);
      bench.stop.abort();
      return { hang: true };
    });
    expect(await run('Look.')).toMatchObject({ outcome: 'stopped' });
  });
});

const never: MessagesBody = { model: '', max_tokens: 0, messages: [] };
const tooLong: Answer = {
  status: 400,
  body: {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'prompt is too long: 210042 tokens > 200000 maximum' },
  },
};

describe('a conversation that the server calls too long', () => {
  test('is shortened until it fits, and gone on with', async () => {
    const sizeOf = (body: MessagesBody) => JSON.stringify(body.messages).length;
    const { bench, run } = await roomWith((request) => {
      const { body, index } = request;
      if (sizeOf(body) > (asksForSummary(body) ? 12_000 : 60_000)) return tooLong;
      if (asksForSummary(body)) return say('Summed up.');
      if (asksToKeep(body)) return say('nothing');
      if (userTexts(body)[0]?.includes('Summed up.')) return say('All done.');
      return call('run_command', { command: `seq ${index}0000 ${index}0999` }, 10);
    });
    const end = await run('Count.', { contextWindow: 200_000, maxTurns: 60 });
    expect(end).toMatchObject({ outcome: 'success', message: 'All done.' });
    for (const { body } of bench.server.requests) expectValid(body.messages);
    expect(historyFrom(bench.events)[0]?.content[0]).toEqual({ type: 'text', text: 'Count.' });
  });

  test('ends the run where nothing of it fits', async () => {
    const { bench, run } = await roomWith(({ index }) =>
      index < 4 ? call('glob', { pattern: `${index}` }, 10) : tooLong,
    );
    const end = await run('Go.', { contextWindow: 200_000 });
    expect(end).toMatchObject({ outcome: 'failed', problem: { kind: 'invalid' } });
    expect(bench.server.requests.length).toBeLessThan(12);
  });

  test('ends the run at once where the task alone is too long', async () => {
    const { bench, run } = await roomWith(() => tooLong);
    expect(await run('Go.')).toMatchObject({ outcome: 'failed' });
    expect(bench.server.requests).toHaveLength(1);
  });
});

test('the window of a model', () => {
  const windows = ['claude-opus-5-5', 'claude-haiku-4-5', 'claude-opus-4-6', 'claude-opus-4-8', 'qwen3'].map(
    contextWindow,
  );
  expect(windows).toEqual([1_000_000, 200_000, 200_000, 1_000_000, 200_000]);
});
