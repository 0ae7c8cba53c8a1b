import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunBudget, RunEvent } from '../../../src/agent/engine/run-channel.ts';
import type { ModelEvent } from '../../../src/agent/model/model.ts';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { type CliPlace, makeCliPlace, until } from '../../cli/cli-place.ts';
import { endOf, journal, start, type Watched } from './run-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const model = 'editor:copilot/large';
const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
type Asked = Extract<RunEvent, { type: 'model-ask' }>;

const end = (content: (ModelEvent & { type: 'message-end' })['content']): ModelEvent => {
  const stopReason = content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn';
  return { type: 'message-end', content, stopReason, usage, model };
};

function asked({ events }: Watched): readonly Asked[] {
  return events.filter((event) => event.type === 'model-ask');
}

async function startIn(place: CliPlace, budget?: RunBudget): Promise<Watched> {
  // No key and no server anywhere: only the editor can answer.
  place.environment['ANTHROPIC_BASE_URL'] = undefined;
  return start(place, { prompt: 'Read it', model, ...(budget && { budget }) });
}

describe('a run with a model of the editor', { timeout: 120_000 }, () => {
  it('asks over the channel, tools included, and goes on with what comes back', async () => {
    const watched = await startIn(await makeCliPlace(cli.path));
    const answer = (id: string, event: ModelEvent) => watched.run.send({ type: 'model-event', id, event });
    const first = await until('a request', () => asked(watched)[0]);
    expect(first.request.model).toBe(model);
    expect(first.request.tools.map(({ name }) => name)).toContain('read');
    expect(JSON.stringify(first.request.messages)).toContain('Read it');
    answer(first.id, { type: 'text-delta', text: 'Let me ' });
    const call = { type: 'tool_use', id: 'c1', name: 'read', input: { path: 'CLAUDE.md' } } as const;
    answer(first.id, end([{ type: 'text', text: 'Let me look.' }, call]));
    const second = await until('the next request', () => asked(watched)[1]);
    expect(JSON.stringify(second.request.messages.at(-1))).toContain('Answer briefly');
    answer(second.id, end([{ type: 'text', text: 'Done.' }]));
    expect(await watched.run.ended).toMatchObject({ code: 0 });
    expect(watched.events).toContainEqual(expect.objectContaining({ type: 'text-delta', text: 'Let me ' }));
    expect(endOf(watched.events)).toMatchObject({ outcome: 'success', message: 'Done.', costUsd: null });
  });

  it('ends with what the editor says went wrong', async () => {
    const watched = await startIn(await makeCliPlace(cli.path));
    const { id } = await until('a request', () => asked(watched)[0]);
    const problem = { kind: 'unauthorized', message: 'Allow it first.' } as const;
    watched.run.send({ type: 'model-event', id, event: { type: 'failure', problem } });
    await watched.run.ended;
    expect(endOf(watched.events)).toMatchObject({ outcome: 'failed', message: 'Allow it first.' });
  });

  it('takes its request back when it is stopped', async () => {
    const watched = await startIn(await makeCliPlace(cli.path));
    const { id } = await until('a request', () => asked(watched)[0]);
    await watched.run.stop();
    expect(watched.events).toContainEqual(expect.objectContaining({ type: 'model-stop', id }));
    expect(endOf(watched.events)).toMatchObject({ outcome: 'stopped' });
  });

  it('keeps a limit of tokens by what the editor counts, and says that it was counted', async () => {
    const place = await makeCliPlace(cli.path);
    const watched = await startIn(place, { tokens: 1_000 });
    const counted = { ...usage, inputTokens: 900, outputTokens: 100, basis: 'counted' } as const;
    const { id } = await until('a request', () => asked(watched)[0]);
    const call = { type: 'tool_use', id: 'c1', name: 'read', input: { path: 'CLAUDE.md' } } as const;
    watched.run.send({ type: 'model-event', id, event: { ...end([call]), usage: counted } as ModelEvent });
    await watched.run.ended;
    expect(asked(watched)).toHaveLength(1);
    expect(endOf(watched.events)).toMatchObject({
      outcome: 'max-budget',
      usage: counted,
      costUsd: null,
      message: expect.stringContaining('limit of 1,000 tokens: 1,000 were used'),
    });
    expect((await journal(place)).events.at(-1)).toMatchObject({ totals: { usage: counted } });
  });

  it('does not begin with a limit of dollars, and does not go on where a limit of tokens cannot be kept', async () => {
    const dollars = await startIn(await makeCliPlace(cli.path), { usd: 1 });
    await dollars.run.ended;
    expect(asked(dollars)).toEqual([]);
    expect(endOf(dollars.events)).toMatchObject({
      outcome: 'max-budget',
      message: expect.stringContaining(`The price of ${model} is not known`),
    });
    const tokens = await startIn(await makeCliPlace(cli.path), { tokens: 1_000 });
    const { id } = await until('a request', () => asked(tokens)[0]);
    const call = { type: 'tool_use', id: 'c1', name: 'read', input: { path: 'CLAUDE.md' } } as const;
    const event = { ...end([call]), usage: { ...usage, basis: 'unknown' } } as ModelEvent;
    tokens.run.send({ type: 'model-event', id, event });
    await tokens.run.ended;
    expect(endOf(tokens.events)).toMatchObject({
      outcome: 'max-budget',
      message: expect.stringContaining(`how many tokens ${model} uses is not told`),
    });
  });

  it('says that there is no editor where there is none', async () => {
    const place = await makeCliPlace(cli.path);
    const done = await place.run(['-p', 'x', `--model=${model}`]);
    expect(done.code).toBe(1);
    expect(done.stdout + done.stderr).toContain('lives in the editor');
  });
});
