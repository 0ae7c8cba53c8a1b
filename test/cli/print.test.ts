import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerBlock } from '../model-server/answer.ts';
import { lastToolResults, scripted, systemText } from '../model-server/script.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { makeCliPlace, until } from './cli-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
}, 240_000);
afterAll(() => cli.dispose());

const say = (text: string) => ({ content: [{ type: 'text', text } as AnswerBlock] });
const call = (name: string, input: unknown, id?: string) => ({
  content: [{ type: 'tool_use', name, input, ...(id !== undefined && { id }) } as AnswerBlock],
});

/** Whole processes, several for some tests: a busy machine takes its time. */
const LIMIT_MS = 240_000;

describe('varve -p', { timeout: LIMIT_MS }, () => {
  it('prints the answer alone on standard output and sends effective memory', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(scripted([say('Forty-two.')]));
    const done = await place.run(['-p', 'What is it?']);
    expect(done).toMatchObject({ code: 0, stdout: 'Forty-two.\n', stderr: '' });
    expect(server.requests[0]?.body.messages).toMatchObject([
      { role: 'user', content: [{ text: 'What is it?' }] },
    ]);
    expect(systemText(server.requests[0]?.body ?? { model: '', max_tokens: 0, messages: [] })).toContain(
      'Answer briefly.',
    );
  });

  it('takes the prompt from standard input, below one that is given', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(() => say('ok'));
    expect(await place.run(['-p'], { input: 'from a pipe\n' })).toMatchObject({ code: 0 });
    expect(await place.run(['-p', 'Explain:'], { input: 'code\n' })).toMatchObject({ code: 0 });
    const prompts = server.requests.map(({ body }) => JSON.stringify(body.messages[0]?.content));
    expect(prompts[0]).toContain('"from a pipe"');
    expect(prompts[1]).toContain('"Explain:\\ncode"');
  });

  it('speaks stream-json as claude -p does', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(scripted([call('read', { path: 'CLAUDE.md' }, 'toolu_1'), say('It says: be brief.')]));
    const session = '11111111-2222-4333-8444-555555555555';
    const done = await place.run([
      '-p',
      'Read it',
      '--output-format',
      'stream-json',
      '--verbose',
      '--session-id',
      session,
    ]);
    const messages = done.stdout
      .trimEnd()
      .split('\n')
      .map((line) => masked(JSON.parse(line), place.repository));
    await expect(`${JSON.stringify(messages, undefined, 2)}\n`).toMatchFileSnapshot('golden/stream.json.txt');
    expect(done).toMatchObject({ code: 0, stderr: '' });
  });

  it('speaks json as claude -p does', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(() => say('Done.'));
    const session = '11111111-2222-4333-8444-555555555555';
    const done = await place.run(['-p', 'Do it', '--output-format', 'json', '--session-id', session]);
    await expect(
      `${JSON.stringify(masked(JSON.parse(done.stdout), place.repository), undefined, 2)}\n`,
    ).toMatchFileSnapshot('golden/result.json.txt');
  });

  it('denies what it would have to ask for, lists it, and changes nothing', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(
      scripted([
        call('write', { path: 'new.txt', content: 'x' }, 'toolu_1'),
        call('run_command', { command: 'touch made' }, 'toolu_2'),
        (request) =>
          say(
            lastToolResults(request.body).every(({ isError }) => isError) ? 'Both refused.' : 'Not refused!',
          ),
      ]),
    );
    const done = await place.run(['-p', 'Write', '--output-format', 'json']);
    const result = JSON.parse(done.stdout) as { result: string; permission_denials: unknown };
    expect(done.code).toBe(0);
    expect(result).toMatchObject({
      subtype: 'success',
      result: 'Both refused.',
      permission_denials: [
        { tool_name: 'write', tool_use_id: 'toolu_1', tool_input: { path: 'new.txt', content: 'x' } },
        { tool_name: 'run_command', tool_use_id: 'toolu_2', tool_input: { command: 'touch made' } },
      ],
    });
    expect((await place.git('status', '--short')).trim()).toBe('');
  });

  it('does what --allowedTools allows, in either spelling, and --disallowedTools wins', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(
      scripted([
        call('write', { path: 'a.txt', content: 'a' }),
        call('run_command', { command: 'echo hi > b.txt' }),
        call('run_command', { command: 'rm a.txt' }),
        say('ok'),
      ]),
    );
    const done = await place.run([
      '-p',
      'Go',
      '--output-format',
      'json',
      '--allowed-tools',
      'Edit',
      'Bash',
      '--disallowedTools',
      'Bash(rm *)',
    ]);
    const result = JSON.parse(done.stdout) as { permission_denials: { tool_input: unknown }[] };
    expect(result.permission_denials).toMatchObject([{ tool_input: { command: 'rm a.txt' } }]);
    expect((await place.git('status', '--short')).trim().split('\n').sort()).toEqual([
      '?? a.txt',
      '?? b.txt',
    ]);
  });

  it('heeds the deny rules of a project and not its allow rules', async () => {
    const place = await makeCliPlace(cli.path);
    await place.write(
      '.claude/settings.json',
      JSON.stringify({ permissions: { allow: ['Bash'], deny: ['Read(./secret.txt)'] } }),
    );
    await place.write('secret.txt', 'hunter2');
    const server = await place.serve(
      scripted([
        call('read', { path: 'secret.txt' }),
        call('run_command', { command: 'cat secret.txt' }),
        say('ok'),
      ]),
    );
    const done = await place.run(['-p', 'Go', '--output-format', 'json']);
    expect((JSON.parse(done.stdout) as { permission_denials: unknown[] }).permission_denials).toHaveLength(2);
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.toContain('hunter2');
  });

  it('ends with an error at --max-turns, and goes on with --continue', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(scripted([call('list', { path: '.' }), say('Now done.')]));
    const first = await place.run(['-p', 'Look', '--max-turns', '1', '--output-format', 'json']);
    expect(first.code).toBe(1);
    expect(JSON.parse(first.stdout)).toMatchObject({
      subtype: 'error_max_turns',
      is_error: true,
      // As with claude -p: the turn that the limit did not let begin counts.
      num_turns: 2,
      errors: ['The run reached its limit of 1 turns. Continue the session to go on.'],
    });
    const second = await place.run(['-p', '--continue']);
    expect(second).toMatchObject({ code: 0, stdout: 'Now done.\n' });
    expect(server.requests[1]?.body.messages).toHaveLength(3);
  });

  it('keeps one conversation over --resume', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(scripted([say('First.'), say('Second.')]));
    const first = JSON.parse((await place.run(['-p', 'One', '--output-format', 'json'])).stdout) as {
      session_id: string;
    };
    const second = await place.run(['-p', 'Two', '--resume', first.session_id, '--output-format', 'json']);
    expect(JSON.parse(second.stdout)).toMatchObject({ result: 'Second.', session_id: first.session_id });
    expect(server.requests[1]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('says in one sentence what is wrong, and exits with 1', async () => {
    const place = await makeCliPlace(cli.path);
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['-p', 'x'], /No key for the model is set/],
      [['-p'], /Give the task/],
      [['-p', 'x', 'y'], /One prompt is expected/],
      [
        ['-p', 'x', '--resume', '11111111-2222-4333-8444-555555555555'],
        /No key|No session found with session ID/,
      ],
      [['-p', 'x', '--output-format', 'jsn'], /Did you mean json\?/],
      [['-p', 'x', '--permission-mode', 'yolo'], /--permission-mode is one of/],
      [['-p', 'x', '--max-turns', 'many'], /--max-turns is a number/],
      [['-p', 'x', '--session-id', 'abc'], /must be a UUID/],
      [['-p', 'x', '--modle', 'y'], /Did you mean --model\?/],
      [['--permission-mode', 'plan'], /varve -p/],
    ];
    for (const [args, sentence] of cases) {
      const done = await place.run(args);
      expect({ args, code: done.code, stdout: done.stdout }).toEqual({ args, code: 1, stdout: '' });
      expect(done.stderr).toMatch(sentence);
      expect(done.stderr.trim().split('\n')).toHaveLength(1);
      expect(done.stderr).not.toContain('    at ');
    }
  });

  it('tells why the model did not answer, as the result', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(() => ({ status: 401 }));
    const done = await place.run(['-p', 'x', '--output-format', 'json']);
    expect(done.code).toBe(1);
    expect(JSON.parse(done.stdout)).toMatchObject({
      subtype: 'success',
      is_error: true,
      terminal_reason: 'api_error',
      api_error_status: 401,
    });
    expect((JSON.parse(done.stdout) as { result: string }).result).toMatch(/key/i);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'ends on %s with %i in the middle of an answer, and the session goes on later',
    async (signal, code) => {
      const place = await makeCliPlace(cli.path);
      const server = await place.serve((request) =>
        request.index === 0 ? { cutAfter: 1000, content: [], hangAfter: 3 } : say('There.'),
      );
      const running = place.start(['-p', 'Wait', '--output-format', 'json']);
      await until('the request', () => server.requests[0]);
      running.child.kill(signal);
      const done = await running.finished;
      expect(done).toMatchObject({ code, signal: null });
      expect(JSON.parse(done.stdout)).toMatchObject({ is_error: true });
      expect(await place.run(['resume'])).toMatchObject({ code: 0, stdout: 'There.\n' });
      expect(server.requests[1]?.body.messages).toEqual(server.requests[0]?.body.messages);
    },
  );

  it('is quiet when nobody reads its output any more, and leaves a session that goes on', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve((request) =>
      request.index < 3
        ? { ...call('list', { path: '.' }, `toolu_${request.index}`), chunkDelayMs: 40 }
        : say('end'),
    );
    const running = place.start(['-p', 'x', '--output-format', 'stream-json']);
    await until('the request', () => server.requests[0]);
    running.child.stdout?.destroy();
    const [code] = (await once(running.child, 'exit')) as [number];
    expect(code).toBe(143);
    expect((await running.finished).stderr).toBe('');
    expect((await place.run(['resume'])).stdout).toBe('end\n');
  });

  it('works outside git', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(() => say('fine'));
    expect(await place.run(['-p', 'x'], { cwd: place.home })).toMatchObject({ code: 0, stdout: 'fine\n' });
    expect(server.requests).toHaveLength(1);
  });

  it('keeps prompt and journal on disk before the request leaves', async () => {
    const place = await makeCliPlace(cli.path);
    let journal = '';
    const server = await place.serve(async () => {
      const rows = JSON.parse((await place.run(['sessions', '--json'])).stdout) as {
        sessions: { path: string; state: string }[];
      };
      expect(rows.sessions[0]?.state).toBe('running');
      journal = await readFile(rows.sessions[0]?.path ?? '', 'utf8');
      return say('ok');
    });
    expect(await place.run(['-p', 'Remember this prompt'])).toMatchObject({ code: 0 });
    expect(server.requests).toHaveLength(1);
    expect(journal).toContain('Remember this prompt');
    expect(journal).toContain('"request-start"');
  });
});

/** Ids and durations differ from run to run; everything else is part of the contract. */
function masked(value: unknown, repository: string): unknown {
  const text = JSON.stringify(value)
    .replaceAll(repository, '/demo')
    .replace(/"(uuid|timestamp)":"[^"]+"/g, '"$1":"…"')
    // Whether there is a sandbox is the machine's; which tools there are is told elsewhere.
    .replace(/"varve_sandbox":\{[^}]*\},/g, '')
    .replace(/"(tools|agents|skills)":\[[^\]]*\]/g, '"$1":["…"]')
    .replace(/"(duration_ms|duration_api_ms)":\d+/g, '"$1":0')
    .replace(/"tokens":\d+/g, '"tokens":0')
    .replace(/"((?:input|output|cache_\w+_input)_tokens|\w+Tokens)":\d+/g, '"$1":0')
    .replace(/"(total_cost_usd|costUSD)":[\d.]+/g, '"$1":0')
    .replace(/"varve_version":"[^"]+"/g, '"varve_version":"…"');
  return JSON.parse(text);
}
