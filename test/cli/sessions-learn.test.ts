import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

async function placeWith(...prompts: readonly string[]): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.run(['set-up']);
  await place.serve(() => ({ content: [{ type: 'text', text: 'I will.' }] }));
  for (const prompt of prompts) expect(await place.run(['-p', prompt])).toMatchObject({ code: 0 });
  return place;
}

interface Shown {
  readonly proposals: readonly {
    readonly id: string;
    readonly origin: string;
    readonly place: string;
    readonly group: string;
    readonly record: { readonly kind: string; readonly description: string; readonly body: string };
    readonly evidence: Readonly<Record<string, unknown>>;
  }[];
}
const waiting = async (place: CliPlace) => (await json<Shown>(place, 'memory', 'show')).proposals;

const said = "Let's use zod instead of joi because it infers types. Then rename the folder.";
const rule = 'From now on, write commit messages in the imperative mood.';

describe('varve sessions learn', () => {
  it('proposes what was said, once, on this machine, as nobody’s accepted word', async () => {
    const place = await placeWith(said, rule, 'Tidy up');
    const dry = await place.run(['sessions', 'learn', '--dry-run']);
    expect(dry).toMatchObject({ code: 0, stderr: '3 sessions looked at: 2 would be proposed.\n' });
    expect(await waiting(place)).toEqual([]);

    expect(await place.run(['sessions', 'learn'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('3 sessions looked at: 2 proposed.'),
    });
    const found = await waiting(place);
    expect(found.map(({ record }) => record.description).sort()).toEqual([
      'Use zod instead of joi; it infers types',
      'Write commit messages in the imperative mood',
    ]);
    const decision = found.find(({ record }) => record.kind === 'decision');
    expect(decision).toMatchObject({ origin: 'untrusted', place: 'machine', group: 'other agent' });
    expect(decision?.evidence).toMatchObject({
      source: expect.stringMatching(/^session:varve:[0-9a-f-]{36}$/),
      rule: 'said-decision',
      subject: 'stated:use zod instead of joi',
      evidence: [{ session: expect.any(String), turn: 1, tool: 'varve', entry: expect.stringMatching(/^#/) }],
    });
    expect(decision?.record.body).toContain('**Why:** It infers types.');
    expect(decision?.record.body).toContain("“Let's use zod instead of joi because it infers types.”");
    // Nothing of it stands in the working tree.
    expect(await readdir(join(place.repository, '.varve/proposed'))).toEqual(['.keep']);
    expect((await place.git('status', '--porcelain', '.varve/memory')).trim()).not.toContain('zod');

    const again = await place.run(['sessions', 'learn']);
    expect(again.stderr).toContain('0 proposed, 2 known.');
    expect(await waiting(place)).toHaveLength(2);
  });

  it('does not ask again what was rejected', async () => {
    const place = await placeWith(said);
    await place.run(['sessions', 'learn']);
    const [proposal] = await waiting(place);
    await place.run(['memory', 'reject', proposal!.id]);
    expect((await place.run(['sessions', 'learn'])).stderr).toContain('0 proposed, 1 known.');
    expect((await place.run(['sessions', 'learn', '--dry-run'])).stderr).toContain(
      '0 would be proposed, 1 known.',
    );
    // Said again in another session it is the same.
    await place.run(['-p', said]);
    expect((await place.run(['sessions', 'learn'])).stderr).toContain(
      '2 sessions looked at: 0 proposed, 2 known.',
    );
    expect(await waiting(place)).toEqual([]);
  });

  it('takes one session by the beginning of its id, and says what cannot be', async () => {
    const place = await placeWith(said, rule);
    const { sessions } = await json<{ sessions: { id: string; title: string }[] }>(place, 'sessions');
    const id = sessions.find(({ title }) => title.startsWith('From now on'))?.id ?? '';
    const done = await json<{ sessions: number; proposed: object[] }>(place, 'sessions', 'learn', id);
    expect(done).toMatchObject({ sessions: 1, proposed: [{ record: { kind: 'convention' } }] });
    for (const [args, sentence] of [
      [['learn', 'zzzz'], 'No session found'],
      [['learn', id, '--since', '2d'], 'not both'],
      [['learn', '--since', 'whenever'], '--since is a day'],
    ] as const) {
      expect(await place.run(['sessions', ...args])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(sentence),
      });
    }
  });

  it('keeps no secret, and nothing where memory is not set up', async () => {
    const key = `sk-ant-${'A1b2C3d4'.repeat(6)}`;
    const place = await placeWith(`Never use the key ${key} in tests. ${said}`);
    const done = await place.run(['sessions', 'learn']);
    expect(done.stderr).toContain('looks like it holds a secret');
    expect(done.stderr).not.toContain(key);
    expect(await waiting(place)).toHaveLength(1);
    const [project = ''] = await readdir(join(place.varveHome, 'projects'));
    const inbox = join(place.varveHome, 'projects', project, 'inbox');
    for (const name of await readdir(inbox))
      expect(await readFile(join(inbox, name), 'utf8')).not.toContain(key);

    const bare = await makeCliPlace(cli.path);
    await bare.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
    await bare.run(['-p', said]);
    expect(await bare.run(['sessions', 'learn'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('set-up'),
    });
    expect((await bare.run(['sessions', 'learn', '--dry-run'])).stderr).toContain('1 would be proposed');
  });
});
