import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { json, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

describe('earlier work in the terminal', () => {
  it('lists sessions, prints the brief of one that is done, and what comes next', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(() => ({ content: [{ type: 'text', text: 'All is well.' }] }));
    await place.run(['-p', 'Look after the parser']);
    const { sessions } = await json<{ sessions: { id: string; state: string; title: string }[] }>(
      place,
      'sessions',
    );
    expect(sessions).toMatchObject([{ state: 'done', title: 'Look after the parser' }]);
    const id = sessions[0]?.id ?? '';
    const resumed = await place.run(['resume', id.slice(0, 13)]);
    expect(resumed).toMatchObject({ code: 0, stderr: `Go on with: varve -p --resume ${id} "…"\n` });
    expect(resumed.stdout).toContain('# Earlier work: Look after the parser');
    expect(resumed.stdout).toContain('said last: “All is well.” [t2]');
    expect(await json(place, 'resume', id)).toMatchObject({ session: id, pending: false });
  });

  it('of a newer version is shown and not continued', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(() => ({ status: 400 }));
    await place.run(['-p', 'Old task']);
    const { sessions } = await json<{ sessions: { id: string; path: string }[] }>(place, 'sessions');
    const { id, path } = sessions[0] ?? { id: '', path: '' };
    const newer = (await readFile(path, 'utf8')).replace('{"version":1', '{"version":7');
    await writeFile(path, newer);
    const resumed = await place.run(['resume', id]);
    expect(resumed).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('update Varve to continue it'),
    });
    const run = await place.run(['-p', 'go on', '--resume', id]);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('update Varve to continue it') });
    expect(await readFile(path, 'utf8')).toBe(newer);
  });

  it('goes on only where it belongs', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
    await place.run(['-p', 'Task']);
    await place.git('worktree', 'add', '-q', '../second', '-b', 'second');
    const second = join(place.repository, '../second');
    const done = await place.run(['-p', 'more', '--continue'], { cwd: second });
    expect(done).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`belongs to ${place.repository}`),
    });
  });
});

describe('a second clone', () => {
  it('is told which projects it may be, and the choice holds from then on', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    await place.git('clone', '-q', '.', '../clone');
    const clone = { cwd: join(place.repository, '../clone') };
    const asked = await place.run(['memory', 'tree'], clone);
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    const choice = /VARVE_PROJECT=([0-9A-Z]{26})/.exec(asked.stderr)?.[1];
    await place.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
    const chosen = await place.run(['-p', 'x'], { ...clone, environment: { VARVE_PROJECT: choice } });
    expect(chosen).toMatchObject({ code: 0, stdout: 'ok\n' });
    expect(await place.run(['sessions'], clone)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('x'),
    });
  });
});

describe('a state that cannot be used', () => {
  it('written by a newer Varve is read and never written, and a run says so', async () => {
    const place = await makeCliPlace(cli.path);
    await place.run(['set-up']);
    const [project = ''] = await readdir(join(place.varveHome, 'projects'));
    const path = join(place.varveHome, 'projects', project, 'project.json');
    const state = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await writeFile(path, JSON.stringify({ ...state, version: 99 }));
    expect((await place.run(['memory', 'tree'])).code).toBe(0);
    await place.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
    for (const args of [
      ['memory', 'add', '--title', 'x'],
      ['-p', 'x'],
    ]) {
      const done = await place.run(args);
      expect(done).toMatchObject({ code: 1, stdout: '' });
      expect(done.stderr).toMatch(/newer/i);
    }
  });

  it('that is a file where a directory should be gets a sentence', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
    await writeFile(place.varveHome, 'in the way');
    const done = await place.run(['-p', 'x']);
    expect(done).toMatchObject({ code: 1, stdout: '' });
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.stderr).not.toMatch(/^\s+at /m);
    expect((await place.run(['memory', 'tree'])).code).toBe(0);
  });
});
