// What goes wrong around a run, from outside: what the model is told and what the person.
import { symlinkSync, writeFileSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, AnswerBlock } from '../model-server/answer.ts';
import { lastToolResults, scripted, userTexts } from '../model-server/script.ts';
import type { ModelServer } from '../model-server/server.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { type CliPlace, makeCliPlace, until } from './cli-place.ts';
import { messagesOf } from './message-shape.ts';

/** Whole processes, several for some tests: a busy machine takes its time. */
const LIMIT_MS = 240_000;

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
}, LIMIT_MS);
afterAll(() => cli.dispose());

const say = (text: string): Answer => ({ content: [{ type: 'text', text }] });
const call = (name: string, input: unknown): Answer => ({
  content: [{ type: 'tool_use', name, input } as AnswerBlock],
});

/** What the model was told of its last call, behind request `index`. */
function toldAt(server: ModelServer, index: number) {
  const body = server.requests[index]?.body;
  return body === undefined ? [] : lastToolResults(body).map(({ text, isError }) => ({ text, isError }));
}

interface JsonResult {
  readonly result: string;
  readonly permission_denials: readonly { readonly tool_name: string; readonly tool_input: unknown }[];
}

async function resultOf(place: CliPlace, ...args: readonly string[]): Promise<JsonResult> {
  const done = await place.run(['-p', 'Go', '--output-format', 'json', ...args]);
  expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(done.stdout) as JsonResult;
}

describe('a run whose prompt is large', { timeout: LIMIT_MS }, () => {
  it('takes 5 MB, whole', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(() => say('Read it.'));
    const input = 'All of it. '.repeat(480_000);
    expect(input.length).toBeGreaterThan(5 * 1024 * 1024);
    expect(await place.run(['-p'], { input })).toMatchObject({ code: 0, stdout: 'Read it.\n' });
    expect(userTexts(server.requests[0]?.body ?? { model: '', max_tokens: 0, messages: [] }).at(-1)).toBe(
      input.trimEnd(),
    );
  });

  it('refuses more than 10 MB and says what to do, before anything is asked', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(() => say('Never said.'));
    const running = place.start(['-p'], { input: 'open' });
    // The reader goes away in the middle: that is no error of ours.
    running.child.stdin?.on('error', () => {});
    running.child.stdin?.end('x'.repeat(11 * 1024 * 1024));
    expect(await running.finished).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: 'Standard input is larger than 10 MB. Put it in a file and name the file.\n',
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe('a model that asks for what it may not or cannot have', { timeout: LIMIT_MS }, () => {
  it('is told which tools there are when it calls one that does not exist', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(scripted([call('launch_missiles', {}), say('Then not.')]));
    expect((await resultOf(place)).result).toBe('Then not.');
    expect(toldAt(server, 1)).toEqual([
      {
        isError: true,
        text: expect.stringMatching(/^There is no tool "launch_missiles"\. The tools are: read, list, .*\.$/),
      },
    ]);
  });

  it('is told what was wrong with an input that does not parse', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(scripted([call('read', { file: 3 }), say('I see.')]));
    expect((await resultOf(place)).result).toBe('I see.');
    expect(toldAt(server, 1)).toEqual([
      { isError: true, text: expect.stringMatching(/^The input of read is not valid: .*"path"/) },
    ]);
  });

  it('does not get /etc/shadow, by tool or by command, in any mode but the one that bypasses', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(
      scripted([
        call('read', { path: '/etc/shadow' }),
        call('run_command', { command: 'cat /etc/shadow' }),
        say('I may not.'),
      ]),
    );
    const { permission_denials: denials } = await resultOf(place, '--permission-mode', 'acceptEdits');
    expect(denials.map(({ tool_name: tool }) => tool)).toEqual(['read', 'run_command']);
    for (const index of [1, 2]) {
      expect(toldAt(server, index)).toEqual([
        { isError: true, text: expect.stringMatching(/^This was not permitted and nothing was done\. /) },
      ]);
    }
  });

  it('does not write through a link that leads out', async () => {
    const place = await makeCliPlace(cli.path);
    const outside = join(place.home, 'outside.txt');
    writeFileSync(outside, 'mine\n');
    await symlink(outside, join(place.repository, 'inside.txt'));
    symlinkSync(place.home, join(place.repository, 'dir'));
    const server = await place.serve(
      scripted([
        call('write', { path: 'inside.txt', content: 'yours\n' }),
        call('write', { path: 'dir/new.txt', content: 'yours\n' }),
        say('I may not.'),
      ]),
    );
    const { permission_denials: denials } = await resultOf(place, '--permission-mode', 'acceptEdits');
    expect(denials.map(({ tool_input: input }) => input)).toEqual([
      { path: 'dir/new.txt', content: 'yours\n' },
    ]);
    expect([...toldAt(server, 1), ...toldAt(server, 2)]).toEqual([
      { isError: true, text: 'inside.txt has not been read in this run. Read it first, then change it.' },
      { isError: true, text: expect.stringMatching(/^This was not permitted and nothing was done\. /) },
    ]);
    expect(await readFile(outside, 'utf8')).toBe('mine\n');
    await expect(readFile(join(place.home, 'new.txt'))).rejects.toThrow('ENOENT');
  });

  it('is told that a file changed since it was read, and nothing is written over', async () => {
    const place = await makeCliPlace(cli.path);
    const path = join(place.repository, 'note.txt');
    writeFileSync(path, 'Answer briefly.\n');
    const server = await place.serve(
      scripted([
        call('read', { path: 'note.txt' }),
        () => {
          writeFileSync(path, 'Answer at length.\n');
          return call('edit', { path: 'note.txt', old_string: 'briefly', new_string: 'kindly' });
        },
        () => call('write', { path: 'note.txt', content: 'gone' }),
        say('It changed.'),
      ]),
    );
    const done = await place.run(['-p', 'Go', '--permission-mode', 'acceptEdits']);
    expect(done).toMatchObject({ code: 0, stdout: 'It changed.\n' });
    for (const index of [2, 3]) {
      expect(toldAt(server, index)).toEqual([
        { isError: true, text: expect.stringMatching(/note\.txt.* changed .*[Rr]ead it again/s) },
      ]);
    }
    expect(await readFile(path, 'utf8')).toBe('Answer at length.\n');
  });

  it('is stopped from making the same call again and again', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve((request) =>
      request.index < 6 ? call('list', { path: '.' }) : say('Enough.'),
    );
    const done = await place.run(['-p', 'Go']);
    expect(done).toMatchObject({ code: 0, stdout: 'Enough.\n' });
    expect(done.stderr).toContain(
      'The model made the same call of list 5 times in a row; it was not carried out again.\n',
    );
    expect(toldAt(server, 4)).toEqual([{ isError: false, text: expect.stringContaining('CLAUDE.md') }]);
    expect(toldAt(server, 5)).toEqual([
      {
        isError: true,
        text: 'This is the same call 5 times in a row, and it was not carried out again. Use the results you have, or do something else.',
      },
    ]);
  });
});

describe('a server that goes away', { timeout: LIMIT_MS }, () => {
  it('in the middle of an answer is asked again, and the answer counts once', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(({ index }) => (index === 0 ? { cutAfter: 4 } : say('Whole.')));
    const done = await place.run(['-p', 'Go', '--output-format', 'stream-json']);
    const messages = messagesOf(done.stdout);
    expect(done.code).toBe(0);
    expect(messages.filter(({ type }) => type === 'assistant')).toHaveLength(1);
    expect(messages.find(({ subtype }) => subtype === 'api_retry')).toMatchObject({
      attempt: 1,
      max_retries: 6,
      error: 'unknown',
      error_status: null,
    });
    expect(messages.at(-1)).toMatchObject({ type: 'result', result: 'Whole.', num_turns: 1 });
    expect(server.requests).toHaveLength(2);
  });

  it('for good ends the run as failed, and the turn goes on later', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(({ index }) => (index === 0 ? { status: 400 } : say('Back again.')));
    const done = await place.run(['-p', 'Go']);
    expect(done).toMatchObject({ code: 1, stdout: expect.stringContaining('Refused with 400.') });
    expect(await place.run(['resume'])).toMatchObject({ code: 0, stdout: 'Back again.\n' });
    expect(server.requests[1]?.body.messages).toEqual(server.requests[0]?.body.messages);
  });
});

describe('a second process on a session', { timeout: LIMIT_MS }, () => {
  it('is told, and offered a fork that goes on from where the session stands', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(({ index }) =>
      index === 0 ? { hang: true } : say(index === 1 ? 'In the fork.' : 'In the first.'),
    );
    const session = '11111111-2222-4333-8444-555555555555';
    const running = place.start(['-p', 'Wait', '--session-id', session]);
    await until('the request', () => server.requests[0]);
    const second = await place.run(['-p', 'Me too', '--resume', session]);
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(
      /is being continued by another process .* --resume \S+ --fork-session "…"\n$/,
    );
    const fork = await place.run([
      '-p',
      'Me too',
      '--resume',
      session,
      '--fork-session',
      '--output-format',
      'json',
    ]);
    const result = JSON.parse(fork.stdout) as { session_id: string; result: string };
    expect(result.result).toBe('In the fork.');
    expect(result.session_id).not.toBe(session);
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(143);
    expect((await place.run(['resume', session])).stdout).toBe('In the first.\n');
  });
});
