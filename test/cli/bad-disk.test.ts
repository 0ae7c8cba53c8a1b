import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journal } from '../agent/engine/run-place.ts';
import { task } from '../agent/engine/scripted-task.ts';
import { leftBehind, thirtySteps } from '../agent/engine/thirty-steps.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

describe('a run whose disk takes no more', () => {
  it.skipIf(process.platform === 'win32')(
    'ends before its next effect, says why, and goes on when there is room again',
    async () => {
      const place = await makeCliPlace(cli.path);
      await place.serve(task(thirtySteps));
      const full = await withFileLimit(place, 24, ['-p', 'Do it', '--permission-mode', 'bypassPermissions']);
      expect(full.code).toBe(1);
      expect(full.stderr + full.stdout).toContain('could not be written');
      const { events } = await journal(place);
      const results = events.flatMap((event) => (event.type === 'tool-result' ? [event.id] : []));
      expect(results.length).toBeGreaterThan(3);
      expect(results.length).toBeLessThan(thirtySteps.length);
      const done = await place.run(['-p', '--continue', '--permission-mode', 'bypassPermissions']);
      expect(done).toMatchObject({ code: 0, stdout: 'All steps are done.\n' });
      const { log } = (await leftBehind(place)) as { log: string };
      expect(log.trim().split('\n')).toEqual([...Array(10).keys()].map((round) => `line-0${round}`));
    },
    60_000,
  );

  it('does not begin where nothing can be kept, and changes nothing', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(task(thirtySteps));
    const file = join(place.home, 'file');
    await writeFile(file, '');
    const done = await place.run(['-p', 'Do it'], { environment: { VARVE_HOME: join(file, 'state') } });
    expect(done).toMatchObject({ code: 1, stdout: '' });
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.stderr).toContain(join(file, 'state'));
    expect(server.requests).toEqual([]);
    expect((await place.git('status', '--short')).trim()).toBe('');
  });
});

describe('a session whose clock went back', () => {
  it('goes on in the order of its events, and is not called young or old for it', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(task(thirtySteps.slice(0, 3)));
    await place.run(['-p', 'Do it', '--permission-mode', 'bypassPermissions']);
    const { path } = await journal(place);
    const ahead = (await readFile(path, 'utf8')).replaceAll(
      /"(time|created)":(\d{13})/g,
      (_whole, key: string, time: string) => `"${key}":${Number(time) + 86_400_000}`,
    );
    await writeFile(path, ahead);
    const done = await place.run(['-p', '--continue', 'And now?']);
    expect(done).toMatchObject({ code: 0, stdout: 'All steps are done.\n' });
    const { events } = await journal(place);
    const seqs = events.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
    expect(
      events.filter(({ type }) => type === 'message-user').map((event) => 'text' in event && event.text),
    ).toEqual(['Do it', 'And now?']);
    const listed = await place.run(['sessions']);
    expect(listed.stdout).toContain('just now');
  });
});

/** Files may grow to `blocks` of 512 bytes: what a full disk is to a journal, without filling one. */
async function withFileLimit(place: CliPlace, blocks: number, args: readonly string[]) {
  const child = spawn(
    'sh',
    ['-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', process.execPath, place.cli, ...args],
    {
      cwd: place.repository,
      env: place.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: code as number | null, stdout, stderr };
}
