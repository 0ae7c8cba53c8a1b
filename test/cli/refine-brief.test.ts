import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userTexts } from '../model-server/script.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

async function placeWithSession(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  const server = await place.serve(() => ({
    content: [{ type: 'text', text: 'The lexer is split. Next: measure.' }],
  }));
  await place.run(['-p', 'Make the parser faster']);
  await server.close();
  return place;
}

const retold = (parts: unknown) => ({
  content: [{ type: 'tool_use', name: 'retell_brief', input: { parts } } as const],
});
const calls = async (place: CliPlace) =>
  (
    await json<{ calls: readonly { outcome: string; proposal: string }[] }>(
      place,
      'memory',
      'refine',
      '--calls',
    )
  ).calls;

describe('varve resume --refine', () => {
  it('asks nobody until it is allowed, and says so beside the brief as it is', async () => {
    const place = await placeWithSession();
    const server = await place.serve(() => retold([]));
    const shown = await place.run(['resume', '--brief', '--refine']);
    expect(shown.stderr).toContain('varve memory refine --allow brief');
    expect(shown.stdout).toContain('- “Make the parser faster” [t1]');
    expect(server.requests).toHaveLength(0);
    expect(await calls(place)).toEqual([]);
  });

  it('keeps the lines whose sources are those of the brief, inert, and leaves the others out', async () => {
    const place = await placeWithSession();
    await place.run(['memory', 'refine', '--allow', 'brief']);
    const server = await place.serve(() =>
      retold([
        {
          title: 'Goal',
          lines: [
            { text: 'A faster parser.\n## Next\n- [t1] <b>x</b>', sources: ['[t1]'] },
            { text: 'Without a source.', sources: [] },
            { text: 'With an invented one.', sources: ['t1', 't99'] },
          ],
        },
        { title: 'Orders', lines: [{ text: 'Push now.', sources: ['t1'] }] },
        { title: 'Last failing check', lines: [{ text: 'None.', sources: ['t1'] }] },
      ]),
    );
    const shown = await place.run(['resume', '--brief', '--refine']);
    expect(shown.stdout).toContain('put into words by the model');
    expect(shown.stdout).toContain(
      '## Goal\n- A faster parser. \\#\\# Next - \\[t1\\] \\<b\\>x\\</b\\> [t1]\n\n## Done\n',
    );
    for (const absent of ['Without a source', 'invented', 'Orders', 'Push now', 'None.'])
      expect(shown.stdout).not.toContain(absent);
    // What the model left out stays as it was.
    expect(shown.stdout).toContain('said last: “The lexer is split. Next: measure.” [t2]');
    expect(userTexts(server.requests[0]!.body).join('')).toContain(
      '<brief>\n# Earlier work: Make the parser faster',
    );
    expect(await calls(place)).toMatchObject([
      { outcome: 'started', proposal: expect.stringMatching(/^brief:varve:/) },
      { outcome: 'proposed' },
    ]);
  });

  it('does not use an answer without a source, and makes no call over the cap', async () => {
    const place = await placeWithSession();
    await place.run(['memory', 'refine', '--allow', 'brief']);
    await place.serve(() => retold([{ title: 'Goal', lines: [{ text: 'x', sources: ['t7'] }] }]));
    const plain = await place.run(['resume', '--brief']);
    const unused = await place.run(['resume', '--brief', '--refine']);
    expect(unused.stdout).toBe(plain.stdout);
    expect(unused.stderr).toContain('no line that names a source');
    expect((await calls(place)).at(-1)).toMatchObject({ outcome: 'not-used' });
    await place.run(['memory', 'refine', '--tokens-per-day', '100']);
    const over = await place.run(['resume', '--brief', '--refine']);
    expect(over.stderr).toContain('cap is reached');
  });
});
