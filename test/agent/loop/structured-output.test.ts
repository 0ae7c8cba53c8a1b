import { afterEach, describe, expect, test } from 'vitest';
import { historyFrom } from '../../../src/agent/loop/history.ts';
import { type OutputSchema, readOutputSchema } from '../../../src/agent/loop/output-schema.ts';
import type { Answer, AnswerBlock } from '../../model-server/answer.ts';
import { lastToolResults, scripted, userTexts } from '../../model-server/script.ts';
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

async function schemaOf(schema: unknown): Promise<OutputSchema> {
  const read = await readOutputSchema(JSON.stringify(schema));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const countOnly = {
  type: 'object',
  properties: { count: { type: 'integer' } },
  required: ['count'],
  additionalProperties: false,
};
const say = (text: string): Answer => ({ content: [{ type: 'text', text }] });
const handIn = (input: unknown, id?: string): AnswerBlock => ({
  type: 'tool_use',
  name: 'structured_output',
  input,
  ...(id !== undefined && { id }),
});
const body = (bench: LoopBench, index: number) =>
  bench.server.requests[index]?.body ?? { model: '', max_tokens: 0, messages: [] };

describe('a schema', () => {
  test.each([
    ['{', /^is not valid JSON: /],
    ['[]', /must be a JSON object/],
    ['{"type":"array"}', /"type" must be "object"/],
    [
      '{"type":"object","properties":{"a":{"type":"number","minimum":"x"}}}',
      /^is not a valid JSON Schema: .*minimum/,
    ],
    ['{"type":"object","nosuchkeyword":1}', /nosuchkeyword/],
    ['{"type":"object","properties":{"a":{"$ref":"https://elsewhere/x.json"}}}', /can't resolve reference/],
  ])('%s is refused before anything is asked', async (text, why) => {
    const read = await readOutputSchema(text);
    expect(read.ok ? '' : read.error).toMatch(why);
  });

  test('names each place that does not fit, a few at a time; format is annotation only', async () => {
    const schema = await schemaOf({
      type: 'object',
      properties: {
        at: { type: 'string', format: 'date-time' },
        list: { type: 'array', items: { type: 'number' } },
      },
      additionalProperties: false,
    });
    expect(schema.whyUnfit({ at: 'no date', list: [1] })).toBeUndefined();
    expect(schema.whyUnfit({ list: [1, 'two'], more: 1 })).toBe(
      'the whole: must NOT have additional properties "more"; /list/1: must be number',
    );
    expect(schema.whyUnfit({ list: Array(20).fill('x') })).toMatch(/\/list\/9: must be number; and 10 more$/);
    expect(schema.whyUnfit('text')).toBe('the whole: must be object');
  });

  test('of 2020-12 is read as such', async () => {
    const schema = await schemaOf({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] } },
    });
    expect(schema.whyUnfit({ pair: ['a', 'b'] })).toBe('/pair/1: must be number');
  });
});

describe('a run with a schema', () => {
  test('ends with the answer that fits, after the work and its corrections', async () => {
    const bench = await benchWith(
      scripted([
        { content: [{ type: 'tool_use', name: 'list', input: {} }] },
        { content: [handIn({ count: 'two' })] },
        { content: [{ type: 'text', text: 'Now.' }, handIn({ count: 2 })] },
      ]),
    );
    const end = await bench.run('Count.', { outputSchema: await schemaOf(countOnly) });
    expect(end).toMatchObject({
      outcome: 'success',
      message: '{"count":2}',
      structuredOutput: { count: 2 },
      turns: 3,
    });
    const offered = body(bench, 0).tools?.at(-1);
    expect(offered).toMatchObject({ name: 'structured_output', input_schema: countOnly });
    expect(offered?.cache_control).toBeDefined();
    expect(lastToolResults(body(bench, 2))).toEqual([
      { id: 'toolu_1_0', text: 'The answer does not fit the schema: /count: must be integer', isError: true },
    ]);
    expect(bench.types()).not.toContain('approval-ask');
  });

  test('ends after five answers that do not fit, the same one five times too', async () => {
    for (const answer of [(index: number) => ({ count: `${index}` }), () => ({ count: 'same' })]) {
      const bench = await benchWith(({ index }) => ({ content: [handIn(answer(index))] }));
      const end = await bench.run('Count.', { outputSchema: await schemaOf(countOnly) });
      expect(end.outcome).toBe('no-structured-output');
      expect(end.message).toMatch(/in 5 attempts\. The last one does not fit: \/count: must be integer\./);
      expect(end).not.toHaveProperty('structuredOutput');
      expect(bench.server.requests).toHaveLength(5);
    }
  });

  test('asks a model for it that only talks, five times at most', async () => {
    const bench = await benchWith(({ index }) => say(`Done ${index}.`));
    const end = await bench.run('Count.', { outputSchema: await schemaOf(countOnly) });
    expect(end).toMatchObject({ outcome: 'no-structured-output' });
    expect(end.message).toMatch(/It was never handed in/);
    expect(bench.server.requests).toHaveLength(5);
    expect(userTexts(body(bench, 1)).at(-1)).toMatch(/call structured_output/);
  });

  test('takes an input that is no JSON as one that does not fit', async () => {
    const bench = await benchWith(
      scripted([{ content: [handIn('{"count": 2')] }, { content: [handIn({ count: 2 })] }]),
    );
    const end = await bench.run('Count.', { outputSchema: await schemaOf(countOnly) });
    expect(end).toMatchObject({ structuredOutput: { count: 2 }, turns: 2 });
  });

  test('whose process died behind the answer ends with it, without a further request', async () => {
    const outputSchema = await schemaOf(countOnly);
    for (const lastKept of ['message-assistant', 'tool-result'] as const) {
      const bench = await benchWith(scripted([{ content: [handIn({ count: 2 }, 'only')] }]));
      await bench.run('Count.', { outputSchema });
      const cut = bench.events.findIndex(({ type }) => type === lastKept) + 1;
      const history = historyFrom(bench.events.slice(0, cut));
      expect(await bench.run('', { outputSchema, history })).toMatchObject({
        outcome: 'success',
        structuredOutput: { count: 2 },
        turns: 0,
      });
      expect(bench.server.requests).toHaveLength(1);
    }
  });

  test('that is asked something new after its answer begins anew', async () => {
    const outputSchema = await schemaOf(countOnly);
    const bench = await benchWith(
      scripted([{ content: [handIn({ count: 2 })] }, { content: [handIn({ count: 3 })] }]),
    );
    await bench.run('Count.', { outputSchema });
    expect(await bench.run('Again.', { outputSchema })).toMatchObject({ structuredOutput: { count: 3 } });
  });
});
