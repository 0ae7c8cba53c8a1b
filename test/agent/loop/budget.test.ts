import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBudgetMeter } from '../../../src/agent/loop/budget.ts';
import { NO_USAGE } from '../../../src/agent/model/usage.ts';
import { openDaySpend } from '../../../src/agent/session/spend.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';
import type { Answer } from '../../model-server/answer.ts';
import { createLoopBench, type LoopBench } from './loop-bench.ts';

let home = '';
const benches: LoopBench[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'varve-spend-'));
});
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.dispose();
  await rm(home, { recursive: true, force: true });
});

/** Each answer uses 1,000 tokens and, by the price of the bench's model, 0.0036 US dollars. */
async function endlessBench(): Promise<LoopBench> {
  const bench = await createLoopBench({
    mode: 'bypassPermissions',
    decide: ({ index }): Answer => ({
      content: [{ type: 'tool_use', name: 'glob', input: { pattern: `${index}` } }],
      usage: { input_tokens: 800, output_tokens: 200 },
    }),
  });
  benches.push(bench);
  return bench;
}

const spendAt = async (time: string) =>
  openDaySpend({
    files: nodeFiles,
    clock: { now: () => Date.parse(time) },
    owner: await currentOwner(),
    home,
  });
const usage = { inputTokens: 40, outputTokens: 30, cacheReadTokens: 20, cacheWriteTokens: 10 };

describe('a run with a limit', () => {
  test('of US dollars ends before the request that would come after it', async () => {
    const bench = await endlessBench();
    const end = await bench.run('Go.', { budget: createBudgetMeter({ usd: 0.007 }) });
    expect(end).toMatchObject({ outcome: 'max-budget', turns: 2 });
    expect(end.costUsd).toBeCloseTo(0.0072);
    expect(end.message).toBe(
      'The run reached its limit of $0.0070: $0.0072 were used. Continue the session with a higher limit to go on.',
    );
    expect(bench.server.requests).toHaveLength(2);
  });

  test('of tokens ends at it, and what another run used by the same meter counts', async () => {
    const bench = await endlessBench();
    const budget = createBudgetMeter({ tokens: 3_000 });
    await budget.add(usage, null);
    expect(await bench.run('Go.', { budget })).toMatchObject({ outcome: 'max-budget', turns: 3 });
    expect(await bench.run('Go on.', { budget })).toMatchObject({ outcome: 'max-budget', turns: 0 });
    expect(bench.server.requests).toHaveLength(3);
  });

  test('of US dollars does not begin with a model whose price is not known', async () => {
    const bench = await endlessBench();
    const budget = createBudgetMeter({ usd: 5 });
    const end = await bench.run('Go.', { modelName: 'qwen3', budget });
    expect(end).toMatchObject({ outcome: 'max-budget', turns: 0 });
    expect(end.message).toMatch(/price of qwen3 is not known, so the limit of \$5\.00 cannot be kept/);
    expect(bench.server.requests).toEqual([]);
    expect(
      await bench.run('Go.', { modelName: 'qwen3', budget: createBudgetMeter({ tokens: 900 }) }),
    ).toMatchObject({
      outcome: 'max-budget',
      turns: 1,
    });
  });

  test('of US dollars ends where a subagent was answered by a model without a known price', async () => {
    const budget = createBudgetMeter({ usd: 5 });
    expect(await budget.whyOver('claude-sonnet-5-5')).toBeUndefined();
    await budget.add(usage, null);
    expect(await budget.whyOver('claude-sonnet-5-5')).toMatch(/is not known/);
  });

  test('of tokens takes what was counted, and ends where nobody tells what an answer took', async () => {
    const counted = createBudgetMeter({ tokens: 200 });
    await counted.add({ ...usage, basis: 'counted' }, null);
    expect(await counted.whyOver('editor:a/b')).toBeUndefined();
    await counted.add({ ...usage, basis: 'counted' }, null);
    expect(await counted.whyOver('editor:a/b')).toMatch(/limit of 200 tokens: 200 were used/);

    const spend = await spendAt('2026-11-22T12:00:00Z');
    for (const limits of [{ tokens: 200 }, { day: { tokens: 200, spend } }]) {
      const meter = createBudgetMeter(limits);
      expect(await meter.whyOver('editor:a/b')).toBeUndefined();
      await meter.add({ ...NO_USAGE, basis: 'unknown' }, null);
      expect(await meter.whyOver('editor:a/b')).toMatch(
        /cannot be kept: how many tokens editor:a\/b uses is not told\. Set a limit of turns/,
      );
    }
    const unlimited = createBudgetMeter({});
    await unlimited.add({ ...NO_USAGE, basis: 'unknown' }, null);
    expect(await unlimited.whyOver('editor:a/b')).toBeUndefined();
  });

  test('of tokens a day counts what other runs used on that day', async () => {
    const limit = { tokens: 2_500 };
    const evening = await spendAt('2026-11-22T23:59:00Z');
    const first = await endlessBench();
    const budget = () => createBudgetMeter({ day: { ...limit, spend: evening } });
    expect(await first.run('Go.', { budget: budget(), maxTurns: 2 })).toMatchObject({ outcome: 'max-turns' });
    const end = await first.run('Go.', { budget: budget() });
    expect(end).toMatchObject({ outcome: 'max-budget', turns: 1 });
    expect(end.message).toMatch(/2,500 tokens a day for all runs is reached: 3,000 were used today/);

    const morning = await spendAt('2026-11-23T00:01:00Z');
    const next = createBudgetMeter({ day: { ...limit, spend: morning } });
    expect(await next.whyOver('claude-sonnet-5-5')).toBeUndefined();
  });
});

describe('the spend of a day', () => {
  test('is added up by several writers at once, nothing lost', async () => {
    const [one, other] = [await spendAt('2026-11-22T10:00:00Z'), await spendAt('2026-11-22T11:00:00Z')];
    await Promise.all([1, 2].flatMap(() => [one.add(100, 0.5), other.add(10, null)]));
    expect(await one.tokens()).toEqual({ ok: true, value: 220 });
    expect(JSON.parse(await readFile(join(home, 'spend.json'), 'utf8'))).toEqual({
      version: 1,
      days: { '2026-11-22': { tokens: 220, usd: 1, answers: 4 } },
    });
  });

  test('keeps a month', async () => {
    const day = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString().slice(0, 10);
    const before = [...Array(32).keys()].map((at) => [day(at + 1), { tokens: 1, usd: 0, answers: 1 }]);
    await writeFile(
      join(home, 'spend.json'),
      JSON.stringify({ version: 1, days: Object.fromEntries(before) }),
    );
    await (await spendAt(`${day(33)}T10:00:00Z`)).add(1, 0);
    const { days } = JSON.parse(await readFile(join(home, 'spend.json'), 'utf8'));
    expect(Object.keys(days)).toHaveLength(31);
    expect(Object.keys(days).at(-1)).toBe('2026-02-02');
  });

  test.each([
    '{"version":2,"days":{}}',
    '{"version":1,"days":{"2026-11-22":{"tokens":"many"}}}',
    '{',
    'null',
  ])('that reads %s lets no request leave and is not written over', async (text) => {
    await writeFile(join(home, 'spend.json'), text);
    const bench = await endlessBench();
    const day = { tokens: 1_000_000, spend: await spendAt('2026-11-22T10:00:00Z') };
    const end = await bench.run('Go.', { budget: createBudgetMeter({ day }) });
    expect(end).toMatchObject({ outcome: 'max-budget', turns: 0 });
    expect(end.message).toMatch(/limit of tokens a day cannot be kept: .*spend\.json/);
    expect((await day.spend.add(1, 0)).ok).toBe(false);
    expect(await readFile(join(home, 'spend.json'), 'utf8')).toBe(text);
  });
});
