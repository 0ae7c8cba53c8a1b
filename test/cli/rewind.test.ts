import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerBlock } from '../model-server/answer.ts';
import { scripted } from '../model-server/script.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, makeCliPlace } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const say = (text: string) => ({ content: [{ type: 'text', text } as AnswerBlock] });
const call = (name: string, input: unknown, id: string) => ({
  content: [{ type: 'tool_use', name, input, id } as AnswerBlock],
});

const session = '11111111-2222-4333-8444-555555555555';

interface Listed {
  readonly version: number;
  readonly checkpoints: readonly {
    readonly number: number;
    readonly reason: string;
    readonly prompt: string;
    readonly filesChanged: number | null;
  }[];
}

/** Two prompts: a command that changes three files and a tool that changes one. */
async function worked(): Promise<CliPlace> {
  const place = await makeCliPlace(cli.path);
  await place.write('src/app.ts', 'export const port = 1;\n');
  await place.git('add', '.');
  await place.git('commit', '-q', '-m', 'App');
  await place.write('notes.txt', 'mine, not in git\n');
  const command = 'echo two > src/app.ts; rm notes.txt; echo made > made.txt';
  await place.serve(
    scripted([
      call('run_command', { command }, 'one'),
      say('Changed.'),
      call('write', { path: 'other.txt', content: 'other\n' }, 'two'),
      say('Written.'),
    ]),
  );
  const flags = ['--permission-mode', 'bypassPermissions'];
  const first = await place.run(['-p', 'Change the port', '--session-id', session, ...flags]);
  expect(first).toMatchObject({ code: 0, stdout: 'Changed.\n' });
  const second = await place.run(['-p', 'Write another', '--resume', session, ...flags]);
  expect(second).toMatchObject({ code: 0, stdout: 'Written.\n' });
  return place;
}

const textOf = (place: CliPlace, path: string): Promise<string | undefined> =>
  readFile(join(place.repository, path), 'utf8').catch(() => undefined);

describe('varve rewind', () => {
  it('lists what a run can be brought back to, shows it, does it and takes it back', async () => {
    const place = await worked();
    const below = join(place.repository, 'src');
    const listed = await place.run(['rewind', '11111111', '--json'], { cwd: below });
    expect(JSON.parse(listed.stdout) as Listed).toMatchObject({
      version: 1,
      session,
      checkpoints: [
        { number: 1, reason: 'prompt', prompt: 'Change the port', filesChanged: 3 },
        { number: 3, reason: 'prompt', prompt: 'Write another', filesChanged: 1 },
        { number: 4, reason: 'end', prompt: 'Write another', filesChanged: 0 },
      ],
    });
    const people = await place.run(['rewind', session]);
    expect(people.stdout).toMatch(
      / 1 {2}before the prompt {3}Change the port {2}\(just now · 3 files changed after it\)\n/,
    );
    const dry = await place.run(['rewind', session, '1', '--dry-run']);
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('-two\n+export const port = 1;\n'),
    });
    expect(await textOf(place, 'other.txt')).toBe('other\n');

    const done = await place.run(['rewind', '11111111', '1'], { cwd: below });
    expect(done).toMatchObject({ code: 0, stdout: '' });
    expect(done.stderr).toContain('2 files put back, 2 removed');
    expect(done.stderr).toContain(
      'The conversation goes on from before 2 prompts:\n  Change the port\n  Write another\n',
    );
    const after = { app: await textOf(place, 'src/app.ts'), notes: await textOf(place, 'notes.txt') };
    expect(after).toEqual({ app: 'export const port = 1;\n', notes: 'mine, not in git\n' });
    expect([await textOf(place, 'made.txt'), await textOf(place, 'other.txt')]).toEqual([
      undefined,
      undefined,
    ]);

    const redone = await place.run(['rewind', session, '--redo', '--json']);
    expect(JSON.parse(redone.stdout)).toMatchObject({ done: true, what: 'both', conflicts: [] });
    expect(await textOf(place, 'made.txt')).toBe('made\n');
    expect(await textOf(place, 'notes.txt')).toBeUndefined();
  });

  it('sends the conversation on from where it was brought back to', async () => {
    const place = await worked();
    expect(await place.run(['rewind', session, '3', '--conversation'])).toMatchObject({ code: 0 });
    expect(await textOf(place, 'other.txt')).toBe('other\n');
    // Nothing is left to be done: the next word is the person's.
    const server = await place.serve(() => say('Another way.'));
    expect(await place.run(['-p', '--resume', session])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing of session'),
    });
    expect(server.requests).toEqual([]);
    expect(await place.run(['-p', 'Try differently', '--resume', session])).toMatchObject({ code: 0 });
    const sent = JSON.stringify(server.requests[0]?.body.messages);
    expect(sent).toContain('Change the port');
    expect(sent).toContain('Try differently');
    expect(sent).not.toContain('Write another');
  });

  it('that was cut off is finished when the session goes on, and what is planned tells of it before', async () => {
    const place = await worked();
    expect(await place.run(['rewind', session, '1'])).toMatchObject({ code: 0 });
    // As a process leaves it that dies before the last file and the last line.
    const [project = ''] = await readdir(join(place.varveHome, 'projects'));
    const journal = join(place.varveHome, 'projects', project, 'sessions', `${session}.jsonl`);
    const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n');
    expect(lines.at(-1)).toContain('"type":"rewind"');
    await writeFile(journal, `${lines.slice(0, -1).join('\n')}\n`);
    await place.write('made.txt', 'made\n');

    const brief = await place.run(['resume', session, '--json']);
    const plan = JSON.parse(brief.stdout) as { readonly problems: readonly string[] };
    expect(plan.problems).toEqual([expect.stringContaining(`varve rewind ${session} 1`)]);

    const nothing = await place.run(['-p', '--resume', session]);
    expect(nothing).toMatchObject({ code: 1 });
    expect(nothing.stderr).toContain('The rewind to checkpoint 1 was cut off, and is finished now.');
    expect(nothing.stderr).toContain('Nothing of session');
    expect(await textOf(place, 'made.txt')).toBeUndefined();
    const server = await place.serve(() => say('Another way.'));
    const gone = await place.run(['-p', 'Try differently', '--resume', session]);
    expect(gone).toMatchObject({ code: 0, stderr: expect.not.stringContaining('cut off') });
    expect(JSON.stringify(server.requests[0]?.body.messages)).not.toContain('Change the port');
  });

  it('that was cut off is left to a session of another working tree', async () => {
    const place = await worked();
    expect(await place.run(['rewind', session, '1'])).toMatchObject({ code: 0 });
    await place.write('made.txt', 'made\n');
    const [project = ''] = await readdir(join(place.varveHome, 'projects'));
    const journal = join(place.varveHome, 'projects', project, 'sessions', `${session}.jsonl`);
    const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n');
    await writeFile(journal, `${lines.slice(0, -1).join('\n')}\n`);
    await place.git('worktree', 'add', '-q', '../other', '-b', 'other');
    const other = await place.run(['-p', 'Go on', '--resume', session], {
      cwd: join(place.repository, '../other'),
    });
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('belongs to') });
    expect(await textOf(place, 'made.txt')).toBe('made\n');
    // The run here tells it and goes on.
    await place.serve(() => say('Another way.'));
    const here = await place.run(['-p', 'Go on', '--resume', session]);
    expect(here).toMatchObject({ code: 0, stderr: expect.stringContaining('is finished now') });
  });

  it('says what it does not understand', async () => {
    const place = await makeCliPlace(cli.path);
    await mkdir(join(place.repository, 'x'));
    for (const [args, message] of [
      [['rewind', 'abcdef'], 'No session found'],
      [['rewind', session, 'two'], '"two" is no number of a checkpoint'],
      [['rewind', session, '2', '--redo'], '--redo takes back'],
      [['rewind', session, '1'], 'No session found with session ID'],
    ] as const) {
      expect(await place.run([...args])).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining(message),
      });
    }
  });
});
