import { existsSync } from 'node:fs';
import { chmod, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decide } from '../model-server/answer.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const session = '11111111-2222-4333-8444-555555555555';
const flags = ['--permission-mode', 'acceptEdits'];
const say = (text: string): ReturnType<Decide> => ({ content: [{ type: 'text', text }] });

/** Writes, says so; asked again it does the next thing. */
const steps =
  (...files: readonly (readonly [string, string])[]): Decide =>
  ({ index }) => {
    const [path, content] = files[index] ?? [];
    if (path === undefined) return say('Written.');
    const input = { path, content };
    return { content: [{ type: 'tool_use', id: `toolu_${index}_${path}`, name: 'write', input }] };
  };

async function makeRepository(place: CliPlace): Promise<void> {
  await place.write('a.txt', 'one\n');
  await place.write('gone.txt', 'in the commit\n');
  await place.write('run.sh', '#!/bin/sh\n');
  await place.git('checkout', '-q', '-b', 'feature/x');
  await place.git('add', '.');
  await place.git('-c', 'user.name=A', '-c', 'user.email=a@x', 'commit', '-qm', 'Begin');
  await place.git('remote', 'add', 'origin', 'https://example.com/demo.git');
  await place.write('a.txt', 'one, edited and not committed\r\n');
  await chmod(join(place.repository, 'run.sh'), 0o755);
  await rm(join(place.repository, 'gone.txt'));
  await symlink('a.txt', join(place.repository, 'link'));
}

const textOf = (directory: string, path: string): Promise<string | undefined> =>
  readFile(join(directory, path), 'utf8').catch(() => undefined);

async function gitIn(place: CliPlace, directory: string, ...args: string[]): Promise<string> {
  return (await place.git('-C', directory, ...args)).trim();
}

describe('varve resume --fresh', () => {
  it('puts the work of a session into a new folder, to the byte, and goes on there', async () => {
    const place = await makeCliPlace(cli.path);
    await makeRepository(place);
    await place.serve(steps(['made.txt', 'made\n']));
    await place.run(['-p', 'Make it', '--session-id', session, ...flags]);
    const server = await place.serve(steps(['here.txt', 'here\n']));
    const into = join(place.repository, '../fresh');
    const done = await place.run([
      'resume',
      session,
      '--fresh',
      '--into',
      into,
      '--prompt',
      'Go on',
      ...flags,
    ]);
    expect(done).toMatchObject({ code: 0, stdout: 'Written.\n' });
    expect(done.stderr).toMatch(/clone [\d.]+ s · files [\d.]+ s · memory [\d.]+ s · first step [\d.]+ s\n/);
    expect(await textOf(into, 'a.txt')).toBe('one, edited and not committed\r\n');
    expect(await textOf(into, 'link')).toBe('one, edited and not committed\r\n');
    expect(await textOf(into, 'made.txt')).toBe('made\n');
    expect(await textOf(into, 'here.txt')).toBe('here\n');
    expect(existsSync(join(into, 'gone.txt'))).toBe(false);
    expect(await gitIn(place, into, 'symbolic-ref', '--short', 'HEAD')).toBe('feature/x');
    expect(await gitIn(place, into, 'remote', 'get-url', 'origin')).toBe('https://example.com/demo.git');
    expect(await gitIn(place, into, 'status', '--porcelain')).toContain(' M run.sh');
    expect(JSON.stringify(server.requests[0]?.body)).toContain('Make it');
    // What it comes from stays as it was.
    expect(existsSync(join(place.repository, 'here.txt'))).toBe(false);
    const again = await place.run(['resume', session, '--fresh', '--into', into, ...flags]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
  });

  it('brings back a worktree that was removed, as the last run left it', async () => {
    const place = await makeCliPlace(cli.path);
    await makeRepository(place);
    await place.git('worktree', 'add', '-q', '../side', '-b', 'side');
    const side = join(place.repository, '../side');
    await place.serve(steps(['made.txt', 'made\n']));
    const made = await place.run(['-p', 'Make it', '--session-id', session, ...flags], { cwd: side });
    expect(made).toMatchObject({ code: 0 });
    await place.git('worktree', 'remove', '--force', side);
    const server = await place.serve(steps());
    const done = await place.run([
      'resume',
      session,
      '--fresh',
      '--into',
      side,
      '--prompt',
      'And?',
      ...flags,
    ]);
    expect(done).toMatchObject({ code: 0, stdout: 'Written.\n' });
    expect(await textOf(side, 'made.txt')).toBe('made\n');
    expect(await textOf(side, 'a.txt')).toBe('one\n');
    expect(await gitIn(place, side, 'symbolic-ref', '--short', 'HEAD')).toBe('side');
    const sent = JSON.stringify(server.requests[0]?.body.messages);
    expect(sent).toContain('Written.');
  });

  it('goes on from the last checkpoint where the folder is gone in the middle of a run', async () => {
    const place = await makeCliPlace(cli.path);
    await makeRepository(place);
    await place.git('worktree', 'add', '-q', '../side', '-b', 'side');
    const side = join(place.repository, '../side');
    // The first write is in the checkpoint that stands before the second one; then the server hangs.
    const begun = steps(['first.txt', 'first\n'], ['second.txt', 'second\n']);
    const server = await place.serve((request) => (request.index < 2 ? begun(request) : { hang: true }));
    const run = place.start(['-p', 'Make both', '--session-id', session, ...flags], { cwd: side });
    await expect.poll(() => server.requests.length, { timeout: 30_000 }).toBe(3);
    run.child.kill('SIGKILL');
    await run.finished;
    await place.git('worktree', 'remove', '--force', side);
    const next = await place.serve(steps(['second.txt', 'second, again\n']));
    const done = await place.run(['resume', session, '--fresh', ...flags]);
    expect(done).toMatchObject({ code: 0, stdout: 'Written.\n' });
    expect(done.stderr).toContain('goes on from its last checkpoint');
    const into = /The work is in (.+) now/.exec(done.stderr)?.[1] ?? '';
    expect(into).toContain(join(place.repository, '../side-'));
    expect(await textOf(into, 'first.txt')).toBe('first\n');
    expect(await textOf(into, 'second.txt')).toBe('second, again\n');
    const sent = JSON.stringify(next.requests[0]?.body.messages);
    expect(sent).toContain('first.txt');
    expect(sent).not.toContain('second.txt');
  });

  it('says what it cannot clone, and leaves nothing behind', async () => {
    const place = await makeCliPlace(cli.path);
    await makeRepository(place);
    await place.serve(() => say('Nothing to do.'));
    await place.git('worktree', 'add', '-q', '../side', '-b', 'side');
    const side = join(place.repository, '../side');
    await place.run(['-p', 'Look', '--session-id', session, ...flags], { cwd: side });
    const empty = await place.run(['resume', session, '--fresh', '--into', '../x', '--from', '../nowhere']);
    expect(empty).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('could not be cloned'),
    });
    expect(existsSync(join(place.repository, '../x'))).toBe(false);
  });
});
