import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

interface Session {
  readonly id: string;
  readonly path: string;
}

const SECRET = 'hunter2-and-more';

async function placeWithSessions(...prompts: readonly string[]): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.serve(() => ({ content: [{ type: 'text', text: 'All is well.' }] }));
  for (const prompt of prompts) await place.run(['-p', prompt]);
  return place;
}

async function sessionsOf(place: CliPlace): Promise<readonly Session[]> {
  return (await json<{ sessions: Session[] }>(place, 'sessions')).sessions;
}

async function stateOf(place: CliPlace): Promise<string> {
  const [project = ''] = await readdir(join(place.varveHome, 'projects'));
  return join(place.varveHome, 'projects', project);
}

async function age({ path }: Session, days: number): Promise<void> {
  const at = new Date(Date.now() - days * 86_400_000);
  await utimes(path, at, at);
}

describe('varve purge', () => {
  it('says what would go, and deletes it for good with --yes', async () => {
    const place = await placeWithSessions('First task', 'Second task');
    const [second, first] = await sessionsOf(place);
    const looked = await place.run(['purge', '--session', first?.id ?? '']);
    expect(looked).toMatchObject({ code: 0, stdout: `${first?.id}  First task\n` });
    expect(looked.stderr).toBe('1 session would be deleted for good. Run it again with --yes to do it.\n');
    expect(await sessionsOf(place)).toHaveLength(2);
    const done = await place.run(['purge', '--session', first?.id ?? '', '--yes']);
    expect(done).toMatchObject({ code: 0, stderr: 'Deleted for good: 1 session.\n' });
    expect(await sessionsOf(place)).toMatchObject([{ id: second?.id }]);
    expect(await place.run(['purge', '--session', first?.id ?? '', '--yes'])).toMatchObject({
      code: 1,
      stderr: `No session found with session ID: ${first?.id}\n`,
    });
    expect(await json(place, 'purge', '--all', '--yes')).toMatchObject({ done: true });
    expect(await sessionsOf(place)).toEqual([]);
    expect(await place.run(['purge', '--all', '--yes'])).toMatchObject({
      code: 0,
      stderr: 'Nothing of that is kept here.\n',
    });
  });

  it('cuts a text out of everything that is kept, without it ever standing in a command line', async () => {
    const place = await placeWithSessions(`The password is ${SECRET}.`);
    const purge = await place.run(['purge', '--text', '--yes'], { input: `${SECRET}\n` });
    expect(purge).toMatchObject({ code: 0 });
    const [session] = await sessionsOf(place);
    expect(await readFile(session?.path ?? '', 'utf8')).not.toContain(SECRET);
    expect(await place.run(['resume', session?.id ?? '', '--brief'])).toMatchObject({ code: 0 });
    expect(await place.run(['purge', '--text'], { input: 'abc\n' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('at least 6 characters'),
    });
  });

  it('deletes what is past its time after a run, once a day, and says so; never with settings it cannot read', async () => {
    const place = await placeWithSessions('Old task');
    const [old] = await sessionsOf(place);
    if (old === undefined) throw new Error('There is no session.');
    await age(old, 91);
    await writeFile(join(place.varveHome, 'config.json'), '{"version":1,"retentionDays":"long"}');
    await sweepIsDue(place);
    const kept = await place.run(['-p', 'New task']);
    expect(kept.stderr).not.toContain('was swept');
    expect(await place.run(['purge', '--expired', '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('retentionDays'),
    });
    await writeFile(join(place.varveHome, 'config.json'), '{"version":1}');
    await sweepIsDue(place);
    const swept = await place.run(['-p', 'Newer task']);
    expect(swept.stderr).toContain('1 session past their time');
    expect((await sessionsOf(place)).map(({ id }) => id)).not.toContain(old.id);
  });

  it('wants to be told what goes', async () => {
    const place = await makeCliPlace(cli.path);
    for (const args of [['purge'], ['purge', '--all', '--expired'], ['purge', 'something']])
      expect(await place.run(args)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('Say what goes'),
      });
  });
});

describe('varve doctor', () => {
  it('finds a fresh machine fit, and writes nothing', async () => {
    const place = await makeCliPlace(cli.path);
    const done = await place.run(['doctor']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(/^ok +Node +v\d+/m);
    expect(done.stdout).toMatch(/^ok +Git +2\./m);
    expect(done.stdout).toMatch(/^note +Model +No key/m);
    await expect(readdir(place.varveHome)).rejects.toThrow('ENOENT');
  });

  it('finds a changed ledger, a damaged journal, settings and a state that others can read, and ends with 1', async () => {
    const place = await placeWithSessions('Task');
    await place.run(['set-up']);
    const state = await stateOf(place);
    const ledger = join(state, 'ledger.jsonl');
    const lines = (await readFile(ledger, 'utf8')).split('\n');
    await writeFile(
      ledger,
      lines.map((line, at) => (at === 1 ? line.replace('"begin"', '"bogus"') : line)).join('\n'),
    );
    const [session] = await sessionsOf(place);
    await writeFile(session?.path ?? '', 'no journal\n');
    await writeFile(join(place.varveHome, 'config.json'), '{"version":1,"stateQuotaMb":-1}');
    await chmod(place.varveHome, 0o755);
    const done = await place.run(['doctor', '--json']);
    expect(done.code).toBe(1);
    const { findings } = JSON.parse(done.stdout) as {
      findings: readonly { subject: string; state: string; text: string }[];
    };
    // The tests may run in a container.
    const bad = findings.filter(
      ({ subject, state: found }) => subject !== 'Container' && (found === 'error' || found === 'warning'),
    );
    expect(bad).toMatchObject([
      { subject: 'Local state', state: 'warning', text: expect.stringContaining('other users') },
      { subject: 'Settings', state: 'warning', text: expect.stringContaining('stateQuotaMb') },
      { subject: 'Ledger', state: 'error', text: expect.stringContaining('Line 2') },
      { subject: 'Sessions', state: 'warning', text: expect.stringContaining(session?.id ?? '-') },
    ]);
    expect(findings.find(({ subject }) => subject === 'Model')).toMatchObject({
      state: 'good',
      text: expect.stringContaining('key: ANTHROPIC_API_KEY'),
    });
    expect(done.stdout).not.toContain('test-key');
  });

  it('says that a home which cannot be written stops everything', async () => {
    const place = await makeCliPlace(cli.path);
    await mkdir(join(place.home, 'elsewhere'));
    await writeFile(join(place.home, 'elsewhere', 'file'), '');
    const done = await place.run(['doctor'], {
      environment: { VARVE_HOME: join(place.home, 'elsewhere', 'file') },
    });
    expect(done.code).toBe(1);
    expect(done.stdout).toMatch(/^ERROR +Local state/m);
  });
});

async function sweepIsDue(place: CliPlace): Promise<void> {
  const mark = join(await stateOf(place), 'cache', 'swept');
  const at = new Date(Date.now() - 2 * 86_400_000);
  await utimes(mark, at, at).catch(() => {});
}
