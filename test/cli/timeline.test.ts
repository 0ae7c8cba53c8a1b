import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

async function placeWithRecords(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.run(['set-up']);
  const add = async (kind: string, title: string, body: string, path: string): Promise<void> => {
    const args = ['memory', 'add', '--kind', kind, '--title', title, '--body', body, '--path', path];
    expect(await place.run(args)).toMatchObject({ code: 0 });
  };
  await add('decision', 'Fees are whole cents', '**Why:** Floats drift.', 'src/fees/cents.ts');
  await add('milestone', 'The first berth is let', 'A boat lies there.', 'src/berths/let.ts');
  expect(await place.run(['memory', 'accept', '--all'])).toMatchObject({ code: 0 });
  return place;
}

describe('varve memory log', () => {
  it('shows decisions and milestones by month, or by area of the code', async () => {
    const place = await placeWithRecords();
    const byTime = await place.run(['memory', 'log']);
    expect(byTime).toMatchObject({ code: 0, stderr: '' });
    expect(byTime.stdout).toMatch(/^[A-Z][a-z]+ \d{4}\n {2}\d{4}-\d\d-\d\d {2}\w{6} {2}\w+/);
    expect(byTime.stdout).toMatch(/decision +Fees are whole cents {2}src\/fees\n {14}Floats drift\./);
    const byArea = await place.run(['memory', 'log', '--by', 'area']);
    expect(byArea.stdout.split('\n').filter((line) => /^\S/.test(line))).toEqual(['src/berths', 'src/fees']);
    const one = await place.run(['memory', 'log', '--limit', '1', '--json']);
    expect(JSON.parse(one.stdout)).toMatchObject({
      version: 1,
      records: [{ status: 'accepted', area: expect.any(String), supersedes: [], supersededBy: [] }],
    });
  });

  it('says what it does not know', async () => {
    const place = await makeCliPlace(cli.path);
    expect(await place.run(['memory', 'log', '--by', 'mood'])).toMatchObject({
      code: 1,
      stderr: '--by is time or area, not "mood".\n',
    });
    expect(await place.run(['memory', 'log'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'Nothing was accepted into this memory yet.\n',
    });
  });
});

describe('varve memory export', () => {
  it('writes decisions as ADR files once, beside those that are there', async () => {
    const place = await placeWithRecords();
    await place.write('docs/decisions/0003-by-hand.md', '# By hand\n');
    expect(await place.run(['memory', 'export'])).toMatchObject({ code: 0, stderr: '1 decision written.\n' });
    const directory = join(place.repository, 'docs/decisions');
    expect((await readdir(directory)).sort()).toEqual(['0003-by-hand.md', '0004-fees-are-whole-cents.md']);
    const text = await readFile(join(directory, '0004-fees-are-whole-cents.md'), 'utf8');
    expect(text).toContain('Chosen option: "Fees are whole cents", because Floats drift.');
    expect(text).toContain('* Code: `src/fees/cents.ts`');
    expect(await place.run(['memory', 'export'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'There is no decision that is not a decision document already.\n',
    });
    expect(await readFile(join(directory, '0003-by-hand.md'), 'utf8')).toBe('# By hand\n');
  });

  it('drafts a changelog on standard output and writes nothing', async () => {
    const place = await placeWithRecords();
    const before = await place.git('status', '--short');
    const draft = await place.run(['memory', 'export', '--format', 'changelog']);
    expect(draft.stdout).toMatch(/^# Changelog\n/);
    expect(draft.stdout).toContain('- Fees are whole cents: Floats drift.');
    expect(await place.git('status', '--short')).toBe(before);
  });
});
