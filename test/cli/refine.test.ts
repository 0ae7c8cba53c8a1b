import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerBlock } from '../model-server/answer.ts';
import { scripted, userTexts } from '../model-server/script.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

interface Call {
  readonly outcome: string;
  readonly tokens: number;
  readonly usd: number | null;
  readonly reason?: string;
}

const key = `sk-ant-${'api03-abcdefghijklmnopqrst'}`;

async function placeWithProposal(): Promise<{ readonly place: CliPlace; readonly id: string }> {
  const place = await makeCliPlace(cli.path);
  await place.run(['set-up']);
  await place.write('package.json', '{"name":"demo","dependencies":{}}\n');
  await place.git('add', '.');
  await place.git('commit', '-q', '-m', 'Set up');
  await place.write('package.json', '{"name":"demo","dependencies":{"better-sqlite3":"12.0.0"}}\n');
  await place.write('.env.example', `KEY=${key}\n`);
  await place.git('add', '.');
  const why = 'Because the in-memory index was 9x larger than the database on our own notes.';
  await place.git('commit', '-q', '-m', `Use better-sqlite3 for search\n\n${why}`);
  expect(await place.run(['capture'])).toMatchObject({ code: 0 });
  const { proposals } = await json<{ proposals: readonly { id: string; record: { kind: string } }[] }>(
    place,
    'memory',
    'show',
  );
  const id = proposals.find(({ record }) => record.kind === 'decision')?.id;
  if (id === undefined) throw new Error('nothing was proposed');
  return { place, id };
}

const retell = (input: object) => ({
  content: [{ type: 'tool_use', name: 'retell_record', input } as AnswerBlock],
});
const good = {
  title: 'Search is kept in SQLite',
  why: 'The in-memory index took nine times the space.',
  quotes: ['the in-memory index was 9x larger than the database'],
};

const shown = async (place: CliPlace, id: string) => (await place.run(['memory', 'show', id])).stdout;
const calls = (place: CliPlace) => json<{ calls: readonly Call[] }>(place, 'memory', 'refine', '--calls');

describe('varve memory refine', () => {
  it('asks nobody until a kind is allowed', async () => {
    const { place, id } = await placeWithProposal();
    const server = await place.serve(() => retell(good));
    const refused = await place.run(['memory', 'refine', id]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('varve memory refine --allow decision');
    expect(server.requests).toHaveLength(0);
    expect((await place.run(['memory', 'refine'])).stdout).toContain('no kind of proposal');
    expect((await calls(place)).calls).toEqual([]);
  });

  it('puts a proposal into better words that quote the evidence; undo takes it back', async () => {
    const { place, id } = await placeWithProposal();
    const server = await place.serve(scripted([retell(good)]));
    const before = await shown(place, id);
    expect(await place.run(['memory', 'refine', id, '--allow', 'decision'])).toMatchObject({ code: 0 });
    const text = await shown(place, id);
    expect(text).toContain('Search is kept in SQLite.');
    expect(text).toContain('**Why:** The in-memory index took nine times the space.');
    expect(text).toContain('“the in-memory index was 9x larger than the database”');
    expect(text).toContain('varve_status: proposed');
    expect((await calls(place)).calls.map(({ outcome }) => outcome)).toEqual(['started', 'proposed']);

    const sent = userTexts(server.requests[0]?.body ?? { model: '', max_tokens: 0, messages: [] }).join('');
    expect(sent).toContain('9x larger');
    expect(sent).not.toContain(key);
    expect(await place.run(['memory', 'undo'])).toMatchObject({ code: 0 });
    expect(await shown(place, id)).toBe(before);
  });

  it.each([
    ['quotes what the evidence does not say', { ...good, quotes: ['we were told to by legal'] }],
    ['quotes nothing', { ...good, quotes: [] }],
    ['has no title', { quotes: good.quotes }],
    ['holds a secret', { ...good, why: `The key is ${key}.` }],
  ])('does not use an answer that %s', async (_why, answer) => {
    const { place, id } = await placeWithProposal();
    await place.serve(scripted([retell(answer)]));
    const before = await shown(place, id);
    expect(await place.run(['memory', 'refine', id, '--allow', 'decision'])).toMatchObject({ code: 1 });
    expect(await shown(place, id)).toBe(before);
    expect((await calls(place)).calls.at(-1)?.outcome).toBe('not-used');
  });

  it('makes no call that could go over the cap of the day', async () => {
    const { place, id } = await placeWithProposal();
    const server = await place.serve(() => retell(good));
    const args = ['memory', 'refine', id, '--allow', 'decision', '--tokens-per-day', '500'];
    const refused = await place.run(args);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('0 of 500 tokens');
    expect(server.requests).toHaveLength(0);
    const config = JSON.parse(await readFile(join(place.varveHome, 'config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ refine: { kinds: ['decision'], tokensPerDay: 500, usdPerDay: 0.5 } });
  });
});
