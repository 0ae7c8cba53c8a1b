import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastToolResults, scripted } from '../model-server/script.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

async function makePlace() {
  const place = await makeCliPlace(cli.path);
  await place.write('CLAUDE.md', '# Demo\n\n- Answer briefly.\n- Dates are stored in UTC.\n');
  await place.write('server/CLAUDE.md', '# Server\n\n- Storing takes two copies.\n');
  await place.git('add', '.');
  return place;
}

describe('varve memory search', () => {
  it('prints place, title and excerpt, aligned, and nothing else on standard output', async () => {
    const place = await makePlace();
    const done = await place.run(['memory', 'search', 'stored', 'dates']);
    expect(done).toEqual({
      code: 0,
      signal: null,
      stderr: '',
      stdout: [
        'CLAUDE.md:4         Dates are stored in UTC.  (project, Demo)',
        '    Dates are stored in UTC.',
        'server/CLAUDE.md:3  Storing takes two copies.  (folder, Server, on-demand)',
        '    Storing takes two copies.',
        '',
      ].join('\n'),
    });
  });

  it('prints the documented JSON, and as many as asked for', async () => {
    const place = await makePlace();
    const all = await json<{ query: string; hits: readonly object[] }>(
      place,
      'memory',
      'search',
      'stored dates',
    );
    expect(all.query).toBe('stored dates');
    expect(all.hits).toHaveLength(2);
    expect(all.hits[0]).toEqual({
      kind: 'entry',
      id: expect.stringMatching(/CLAUDE\.md#[0-9a-f]{12}$/),
      title: 'Dates are stored in UTC.',
      section: 'Demo',
      path: `${place.repository}/CLAUDE.md`,
      place: 'project',
      state: 'loaded',
      excerpt: 'Dates are stored in UTC.',
      matches: [
        { start: 0, end: 5 },
        { start: 10, end: 16 },
      ],
      line: 3,
      score: expect.any(Number),
    });
    const one = await json<typeof all>(place, 'memory', 'search', 'stored dates', '--limit', '1');
    expect(one.hits).toEqual(all.hits.slice(0, 1));
  });

  it('says so where nothing is found, which is no failure', async () => {
    const place = await makePlace();
    const sentence = 'Nothing that is remembered here has these words.\n';
    for (const query of ['lighthouse', 'the of', '.*', '🎉', '__proto__'])
      expect(await place.run(['memory', 'search', query])).toMatchObject({
        code: 0,
        stdout: '',
        stderr: sentence,
      });
    expect((await json<{ hits: unknown }>(place, 'memory', 'search', 'lighthouse')).hits).toEqual([]);
  });

  it.each([
    [[], 'Say what to look for: varve memory search WORDS.'],
    [['  '], 'Say what to look for: varve memory search WORDS.'],
    [['tea', '--limit', '0'], '--limit is a number from 1 to 200.'],
    [['tea', '--limit', 'all'], '--limit is a number from 1 to 200.'],
  ])('answers %j with a sentence', async (args, sentence) => {
    const place = await makeCliPlace(cli.path);
    const done = await place.run(['memory', 'search', ...args]);
    expect(done).toMatchObject({ code: 1, stdout: '', stderr: `${sentence}\n` });
  });

  it('marks the words on a terminal only', async () => {
    const place = await makePlace();
    const environment = { FORCE_COLOR: '1' };
    const { stdout } = await place.run(['memory', 'search', 'UTC'], { environment });
    expect(stdout).toContain('Dates are stored in \u001B[1mUTC\u001B[22m.');
  });
});

describe('a run', () => {
  it('asks memory, and gets what was accepted or loads, not what is proposed', async () => {
    const place = await makePlace();
    expect(await place.run(['set-up'])).toMatchObject({ code: 0 });
    for (const title of ['Store uploads in two copies', 'Store thumbnails nowhere'])
      await place.run(['memory', 'add', '--kind', 'decision', '--title', title]);
    const { proposals } = await json<{ proposals: { id: string; record: { description: string } }[] }>(
      place,
      'memory',
      'show',
    );
    const uploads = proposals.find(({ record }) => record.description.includes('uploads'));
    await place.run(['memory', 'accept', uploads?.id ?? '']);
    const asked = { type: 'tool_use', name: 'recall', input: { query: 'how do we store things' } } as const;
    let answer = '';
    await place.serve(
      scripted([
        { content: [asked] },
        ({ body }) => {
          answer = lastToolResults(body)[0]?.text ?? '';
          return { content: [{ type: 'text', text: 'ok' }] };
        },
      ]),
    );
    expect(await place.run(['-p', 'Look it up'])).toMatchObject({ code: 0, stdout: 'ok\n' });
    expect(answer).toMatch(
      /^\.varve\/memory\/decision-store-uploads[^\n]*\.md:\d+ \(decision: Store uploads in two copies\)$/m,
    );
    expect(answer).toContain('server/CLAUDE.md:3 (folder, Server)\n  Storing takes two copies.');
    expect(answer).not.toContain('thumbnails');
  });
});
