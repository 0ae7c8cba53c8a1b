import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decide } from '../model-server/answer.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const session = '11111111-2222-4333-8444-555555555555';
const flags = ['--permission-mode', 'acceptEdits', '--output-format', 'text'];

/** Writes a file, then says so. */
const writes =
  (path: string, content: string): Decide =>
  ({ body }) =>
    JSON.stringify(body.messages.at(-1)).includes('tool_result')
      ? { content: [{ type: 'text', text: 'Written.' }] }
      : {
          content: [{ type: 'tool_use', id: `toolu_${path}`, name: 'write', input: { path, content } }],
          stopReason: 'tool_use',
        };

describe('a session whose folder was renamed', () => {
  it('goes on in the folder as it is called now, with what it saw and what it can be brought back to', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('a.txt', 'one\n');
    await place.git('init', '-q', '-b', 'main');
    await place.git('add', '.');
    await place.git('-c', 'user.name=A', '-c', 'user.email=a@x', 'commit', '-qm', 'Begin');
    await place.serve(writes('made.txt', 'made\n'));
    const first = await place.run(['-p', 'Make it', '--session-id', session, ...flags]);
    expect(first).toMatchObject({ code: 0 });

    const moved = join(place.repository, '../renamed');
    await rename(place.repository, moved);
    const server = await place.serve(writes('more.txt', 'more\n'));
    const second = await place.run(['-p', 'Go on', '--resume', session, ...flags], { cwd: moved });
    expect(second).toMatchObject({ code: 0, stdout: 'Written.\n' });
    expect(await readFile(join(moved, 'more.txt'), 'utf8')).toBe('more\n');
    const sent = JSON.stringify(server.requests[0]?.body);
    expect(sent).toContain('Make it');
    expect(sent).toContain(`This session began in another folder: ${place.repository}.`);
    expect(sent).toContain(`now at ${moved}`);

    const back = await place.run(['rewind', session, '1'], { cwd: moved });
    expect(back).toMatchObject({ code: 0 });
    await expect(readFile(join(moved, 'made.txt'), 'utf8')).rejects.toThrow('ENOENT');
    await expect(readFile(join(moved, 'more.txt'), 'utf8')).rejects.toThrow('ENOENT');
  });

  it('stays where its folder is still there, and a fork goes on here', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write('a.txt', 'one\n');
    await place.git('init', '-q', '-b', 'main');
    await place.git('add', '.');
    await place.git('-c', 'user.name=A', '-c', 'user.email=a@x', 'commit', '-qm', 'Begin');
    await place.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
    await place.run(['-p', 'Task', '--session-id', session]);
    await place.git('worktree', 'add', '-q', '../second', '-b', 'second');
    const second = { cwd: join(place.repository, '../second') };
    const refused = await place.run(['-p', 'more', '--resume', session], second);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--fork-session') });
    const server = await place.serve(writes('here.txt', 'here\n'));
    const forked = await place.run(['-p', 'more', '--resume', session, '--fork-session', ...flags], second);
    expect(forked).toMatchObject({ code: 0, stdout: 'Written.\n' });
    expect(await readFile(join(second.cwd, 'here.txt'), 'utf8')).toBe('here\n');
    expect(JSON.stringify(server.requests[0]?.body)).toContain(`now at ${second.cwd}`);
    await expect(readFile(join(place.repository, 'here.txt'), 'utf8')).rejects.toThrow('ENOENT');
  });
});

describe('a fork from within', () => {
  it('holds what was said before the place that is named, and nothing after it', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(writes('made.txt', 'made\n'));
    await place.run(['-p', 'First thing', '--session-id', session, ...flags]);
    await place.run(['-p', 'Second thing', '--resume', session, ...flags]);
    const ask = async (before: string) => {
      const server = await place.serve(() => ({ content: [{ type: 'text', text: 'ok' }] }));
      const fork = ['--resume', session, '--fork-session', '--fork-before', before];
      const done = await place.run(['-p', 'Another way', ...fork]);
      return { done, sent: JSON.stringify(server.requests[0]?.body.messages) };
    };
    const second = await ask('2');
    expect(second.done).toMatchObject({ code: 0 });
    expect(second.sent).toContain('First thing');
    expect(second.sent).toContain('Written.');
    expect(second.sent).not.toContain('Second thing');
    const middle = await ask('1.2');
    expect(middle.sent).toContain('made.txt');
    expect(middle.sent).not.toContain('Written.');
    const none = await ask('7');
    expect(none.done).toMatchObject({ code: 1, stderr: expect.stringContaining('it has 2 prompts') });
  });
});
