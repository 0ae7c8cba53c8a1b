import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { main } from '../../../src/cli/main.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** A repository that is set up, and the terminal in it. */
async function terminalIn(directory: string): Promise<(...args: readonly string[]) => Promise<Said>> {
  const root = join(directory, 'root');
  await mkdir(root);
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', root, ...args]);
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.org');
  const environment = { PATH: process.env['PATH'], VARVE_HOME: join(directory, 'varve') };
  const run = async (...args: readonly string[]): Promise<Said> => {
    let [out, said] = ['', ''];
    const code = await main({
      version: '0.0.0',
      args,
      cwd: root,
      environment,
      homeDirectory: join(directory, 'home'),
      platform: process.platform,
      files: nodeFiles,
      clock: { now: () => Date.UTC(2026, 2, 2) },
      random: (count) => randomBytes(count),
      gitFor: (folder) => createGit({ directory: folder, environment: process.env }),
      terminal: {
        out: async (text) => {
          out += text;
        },
        say: (text) => {
          said += text;
        },
        isInteractive: false,
        outputIsTerminal: false,
        onClosed: () => ({ dispose: () => {} }),
      },
      input: {
        isTerminal: false,
        readAll: async () => '',
        pieces: async function* () {},
        listen: () => ({ dispose: () => {} }),
      },
      onEndSignal: () => ({ dispose: () => {} }),
      openEditor: async () => 1,
      program: { command: process.execPath, args: [] },
      importModule: (url) => import(url),
    });
    return { code, out, said };
  };
  expect(await run('set-up')).toMatchObject({ code: 0 });
  return run;
}

async function added(run: (...args: readonly string[]) => Promise<Said>, title: string): Promise<string> {
  const { out } = await run('memory', 'add', '--title', title, '--json');
  return (JSON.parse(out) as { proposal: { id: string } }).proposal.id;
}

it('retires, lists what was put away and restores it, by the names that are listed', async () => {
  const run = await terminalIn(await temporaryDirectory());
  const [kept, rejected] = [await added(run, 'Use Postgres'), await added(run, 'Use MySQL')];
  expect(await run('memory', 'trash')).toMatchObject({ code: 0, out: '', said: 'Nothing was put away.\n' });
  await run('memory', 'accept', kept);
  await run('memory', 'reject', rejected);
  const retired = await run('memory', 'retire', kept.slice(-6), '--reason', 'We moved on.');
  expect(retired).toMatchObject({ code: 0, said: 'We moved on.\n' });
  expect(retired.out).toContain('Retired: Use Postgres');

  const listed = JSON.parse((await run('memory', 'trash', '--json')).out) as {
    version: number;
    items: { id: string; why: string; title: string; who: string; note?: string }[];
  };
  expect(listed.version).toBe(1);
  expect(listed.items.map(({ id, why, title }) => [id, why, title]).sort()).toEqual(
    [
      [kept, 'retired', 'Use Postgres'],
      [rejected, 'rejected', 'Use MySQL'],
    ].sort(),
  );
  expect(listed.items.find(({ id }) => id === kept)?.note).toBe('We moved on.');
  expect((await run('memory', 'trash')).out).toMatch(
    /2026-03-02 00:00 {2}rejected +decision +Use MySQL {2}person:Ada/,
  );

  expect((await run('memory', 'restore', kept.slice(-6))).out).toContain(
    'It is accepted again: Use Postgres',
  );
  expect((await run('memory', 'restore', rejected)).out).toContain('It awaits review again: Use MySQL');
  expect((await run('memory', 'trash')).out).toBe('');
  expect((await run('memory', 'show')).out).toMatch(/^proposed .*Use MySQL.*\naccepted .*Use Postgres\n$/);
}, 120_000);

it('says what is missing and what is not there', async () => {
  const run = await terminalIn(await temporaryDirectory());
  expect(await run('memory', 'restore', 'nothing')).toMatchObject({
    code: 1,
    said: 'Nothing that was put away is called "nothing". See varve memory trash.\n',
  });
  expect((await run('memory', 'restore')).code).toBe(1);
  expect((await run('memory', 'retire')).code).toBe(1);
  expect((await run('memory', 'retire', 'nothing')).said).toContain('There is no record');
});
