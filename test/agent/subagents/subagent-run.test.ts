import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { makeCliPlace, until } from '../../cli/cli-place.ts';
import type { ModelServerRequest } from '../../model-server/answer.ts';
import { lastToolResults, systemText } from '../../model-server/script.ts';
import { childPid, endOf, sessionOf, start } from '../engine/run-place.ts';
import { call, parts, say, sessionsOf, use, whoAsks, writeAgent } from './subagent-place.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const streamed = (stdout: string): readonly Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const toolsOf = ({ body }: ModelServerRequest) => (body.tools ?? []).map(({ name }) => name);
const hasReport = ({ body }: ModelServerRequest, id: string) =>
  lastToolResults(body).find((result) => result.id === id);

describe('subagents of a run', { timeout: 180_000 }, () => {
  it('that only read go side by side, each with a journal and tools of its own', async () => {
    const place = await makeCliPlace(cli.path);
    await writeAgent(place, 'looker', 'tools: Read, Grep\nmodel: haiku\nomitClaudeMd: true\n');
    const waiting: (() => void)[] = [];
    // Neither is answered before both have asked: one after another they would never end.
    const together = async () => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const go of waiting) go();
      });
      return call(use('read', { path: 'CLAUDE.md' }, 'r'));
    };
    const server = await place.serve(
      parts({
        main: [
          call(
            use('subagent', { agent: 'looker', task: 'Look left' }, 'left'),
            use('subagent', { agent: 'looker', task: 'Look right' }, 'right'),
          ),
          say('Both reported.'),
        ],
        looker: [together, say('Seen.')],
      }),
    );
    const done = await place.run([
      '-p',
      'Look',
      '--model',
      'claude-sonnet-5-5',
      '--output-format',
      'stream-json',
      '--verbose',
    ]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const looking = server.requests.filter((request) => whoAsks(request) === 'looker');
    expect(looking).toHaveLength(4);
    const [first] = looking;
    if (first === undefined) throw new Error('No request.');
    expect(toolsOf(first)).toEqual(['read', 'list', 'grep', 'recall']);
    expect(first.body.model).toBe('claude-haiku-5-5');
    expect(systemText(first.body)).toContain('Work as looker does.');
    expect(systemText(first.body)).not.toContain('Answer briefly.');
    const messages = streamed(done.stdout);
    expect(messages[0]).toMatchObject({ subtype: 'init', agents: ['general', 'looker'] });
    const nested = messages.filter(({ parent_tool_use_id }) => parent_tool_use_id === 'left');
    expect(nested.map(({ type }) => type)).toEqual(['assistant', 'user']);
    expect(messages.at(-1)).toMatchObject({ result: 'Both reported.' });
    const [parent, ...children] = await sessionsOf(place);
    expect(children.map(({ header }) => [header.parent, header.agent])).toEqual([
      [parent?.header.session, 'looker'],
      [parent?.header.session, 'looker'],
    ]);
    const started = parent?.events.flatMap((event) =>
      event.type === 'subagent-start' ? [event.session] : [],
    );
    expect(started?.sort()).toEqual(children.map(({ header }) => header.session).sort());
    const report = parent?.events.find((event) => event.type === 'tool-result' && event.id === 'left');
    expect(report).toMatchObject({
      ok: true,
      text: expect.stringMatching(/^Seen\.\n\[Subagent looker, session [0-9a-f-]{36}\]$/),
    });
    // The newest session that can be continued is the person's, not a subagent's.
    const listed = JSON.parse((await place.run(['sessions', '--json'])).stdout) as {
      sessions: { id: string; subagent?: unknown }[];
    };
    expect(listed.sessions.filter(({ subagent }) => subagent === undefined).map(({ id }) => id)).toEqual([
      parent?.header.session,
    ]);
  });

  it('cost what they cost: the result counts them', async () => {
    const place = await makeCliPlace(cli.path);
    const usage = { input_tokens: 50_000, output_tokens: 0 };
    const priced = (answer: object) => ({ ...answer, usage }) as ReturnType<typeof say>;
    await place.serve(
      parts({
        main: [priced(call(use('subagent', { agent: 'general', task: 'Do' }, 'one'))), priced(say('Done.'))],
        general: [priced(say('Report.'))],
      }),
    );
    const done = await place.run(['-p', 'Go', '--model', 'claude-sonnet-5-5', '--output-format', 'json']);
    // Three requests at 10 cents.
    expect(JSON.parse(done.stdout)).toMatchObject({ total_cost_usd: expect.closeTo(0.3), num_turns: 2 });
    const limited = await place.run([
      '-p',
      'Go',
      '--model',
      'claude-sonnet-5-5',
      '--output-format',
      'json',
      '--max-budget-usd',
      '0.15',
    ]);
    expect(JSON.parse(limited.stdout)).toMatchObject({
      subtype: 'error_max_budget_usd',
      total_cost_usd: expect.closeTo(0.2),
    });
  });

  it('ask the same person, named, and are not more than two deep', async () => {
    const place = await makeCliPlace(cli.path);
    await writeAgent(place, 'writer');
    await writeAgent(place, 'helper');
    const server = await place.serve(
      parts({
        main: [call(use('subagent', { agent: 'writer', task: 'Write' }, 'one')), say('Done.')],
        writer: [call(use('subagent', { agent: 'helper', task: 'Help' }, 'two')), say('Written.')],
        helper: [call(use('write', { path: 'made.txt', content: 'made\n' }, 'w')), say('Helped.')],
      }),
    );
    const watched = start(place, { prompt: 'Write it' });
    await watched.run.ended;
    expect(await readFile(join(place.repository, 'made.txt'), 'utf8')).toBe('made\n');
    const asked = watched.events.flatMap((event) => (event.type === 'approval-ask' ? [event.request] : []));
    expect(asked).toMatchObject([
      { id: 'one/two/w', tool: 'write', summary: '[writer] [helper] Create made.txt' },
    ]);
    const toolsFor = (name: string) =>
      toolsOf(server.requests.find((request) => whoAsks(request) === name) as ModelServerRequest);
    expect(toolsFor('writer')).toContain('subagent');
    expect(toolsFor('helper')).not.toContain('subagent');
    expect(toolsFor('helper')).toContain('write');
    expect(endOf(watched.events)).toMatchObject({ outcome: 'success', message: 'Done.' });
  });

  it('may do less than the run by their own mode, never more', async () => {
    const place = await makeCliPlace(cli.path);
    await writeAgent(place, 'bold', 'permissionMode: bypassPermissions\n');
    await writeAgent(place, 'planner', 'permissionMode: plan\n');
    const writing = [call(use('write', { path: 'made.txt', content: 'x' }, 'w')), say('Tried.')];
    const script = (agent: string) =>
      parts({
        main: [call(use('subagent', { agent, task: 'Write' }, 'one')), say('Done.')],
        [agent]: writing,
      });
    const server = await place.serve(script('bold'));
    await place.run(['-p', 'Go']);
    const refused = server.requests.flatMap(({ body }) => lastToolResults(body)).find(({ id }) => id === 'w');
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('not permitted') });
    const other = await place.serve(script('planner'));
    await place.run(['-p', 'Go', '--permission-mode', 'acceptEdits']);
    const planned = other.requests.flatMap(({ body }) => lastToolResults(body)).find(({ id }) => id === 'w');
    expect(planned).toMatchObject({ isError: true, text: expect.stringContaining('plan mode') });
    await expect(readFile(join(place.repository, 'made.txt'))).rejects.toThrow('ENOENT');
  });

  it('are not offered where a rule denies them, and can be gone on with', async () => {
    const place = await makeCliPlace(cli.path);
    await writeAgent(place, 'allowed');
    await writeAgent(place, 'denied');
    let session = '';
    const server = await place.serve(
      parts({
        main: [
          call(
            use('subagent', { agent: 'denied', task: 'x' }, 'no'),
            use('subagent', { agent: 'allowed', task: 'First' }, 'one'),
          ),
          (request) => {
            session = /session ([0-9a-f-]{36})/.exec(hasReport(request, 'one')?.text ?? '')?.[1] ?? '';
            return call(
              use('subagent', { agent: 'allowed', task: 'Second', session }, 'two'),
              use('subagent', { agent: 'general', task: 'Other', session }, 'wrong'),
            );
          },
          say('Done.'),
        ],
        allowed: [say('One.'), say('Two.')],
      }),
    );
    expect(await place.run(['-p', 'Go', '--disallowedTools', 'Agent(denied)'])).toMatchObject({ code: 0 });
    const last = server.requests.at(-1) as ModelServerRequest;
    expect(systemText(last.body)).not.toContain('For denied.');
    const texts = JSON.stringify(last.body.messages);
    expect(texts).toContain('There is no subagent \\"denied\\". There are: allowed, general.');
    expect(hasReport(last, 'two')).toMatchObject({ isError: false, text: expect.stringContaining('Two.') });
    expect(hasReport(last, 'wrong')?.text).toBe(
      `Session ${session} is not one of a subagent "general" of this session.`,
    );
  });

  it('in a worktree of their own leave the main work tree alone', async () => {
    const place = await makeCliPlace(cli.path);
    await writeAgent(place, 'apart', 'isolation: worktree\n');
    const outside = join(place.repository, 'outside.txt');
    const server = await place.serve(
      parts({
        main: [call(use('subagent', { agent: 'apart', task: 'Make it' }, 'one')), say('Done.')],
        apart: [
          call(
            use('write', { path: 'made.txt', content: 'made\n' }, 'in'),
            use('write', { path: outside, content: 'x' }, 'out'),
          ),
          say('Made.'),
        ],
      }),
    );
    expect(await place.run(['-p', 'Go', '--permission-mode', 'acceptEdits'])).toMatchObject({ code: 0 });
    await expect(readFile(join(place.repository, 'made.txt'))).rejects.toThrow('ENOENT');
    const apart = server.requests.findLast((request) => whoAsks(request) === 'apart') as ModelServerRequest;
    expect(hasReport(apart, 'in')).toMatchObject({ isError: false });
    expect(systemText(apart.body)).toContain('You work in a worktree of your own');
    const report = hasReport(server.requests.at(-1) as ModelServerRequest, 'one')?.text ?? '';
    const path = /in the worktree (\S+), on no branch/.exec(report)?.[1] ?? '';
    expect(await readFile(join(path, 'made.txt'), 'utf8')).toBe('made\n');
    expect(report).toContain('New: made.txt');
    expect(hasReport(apart, 'out')).toMatchObject({ isError: true });
    expect(await place.git('status', '--porcelain', '--', 'CLAUDE.md', 'made.txt')).toBe('');
  });
});

describe('a run that ends in the middle of a subagent', { timeout: 180_000 }, () => {
  const script = () =>
    parts({
      main: [call(use('subagent', { agent: 'general', task: 'Count' }, 'one')), say('Done.')],
      general: [
        call(use('run_command', { command: 'echo one >> log.txt' }, 'a')),
        call(use('run_command', { command: 'echo two >> log.txt' }, 'b')),
        say('Counted.'),
      ],
    });

  it.each([
    ['SIGKILL', 'a'],
    ['SIGTERM', 'a'],
    ['SIGKILL', 'last'],
  ] as const)('by %s at %s goes on with it: nothing twice, nothing begun again', async (signal, at) => {
    const place = await makeCliPlace(cli.path);
    const answers = script();
    const isHeld = (request: ModelServerRequest) =>
      at === 'a'
        ? whoAsks(request) === 'general' && request.body.messages.length === 3
        : whoAsks(request) === undefined && request.body.messages.length === 3;
    let holds = true;
    const server = await place.serve((request) =>
      holds && isHeld(request) ? { hang: true } : answers(request),
    );
    const mode = { permissionMode: 'bypassPermissions' } as const;
    const first = start(place, { prompt: 'Go', ...mode });
    await until('the request that is held', () => server.requests.find(isHeld));
    process.kill(await childPid(place), signal);
    await first.run.ended;
    holds = false;
    const second = start(place, { prompt: '', resume: sessionOf(first.events) ?? '', ...mode });
    await second.run.ended;
    expect(endOf(second.events)).toMatchObject({ outcome: 'success', message: 'Done.' });
    expect(await readFile(join(place.repository, 'log.txt'), 'utf8')).toBe('one\ntwo\n');
    const [parent, ...children] = await sessionsOf(place);
    expect(children).toHaveLength(1);
    expect(children[0]?.events.filter(({ type }) => type === 'message-user')).toHaveLength(1);
    const results = parent?.events.filter((event) => event.type === 'tool-result');
    expect(results).toMatchObject([{ id: 'one', ok: true, text: expect.stringMatching(/^Counted\./) }]);
  });

  it('has its end for an answer where only the answer was lost', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(script());
    await place.run(['-p', 'Go', '--permission-mode', 'bypassPermissions']);
    const [parent] = await sessionsOf(place);
    if (parent === undefined) throw new Error('No session.');
    // As if the process had died right after the subagent's end.
    const path = join(parent.directory, `${parent.header.session}.jsonl`);
    const lines = (await readFile(path, 'utf8')).split('\n');
    const end = lines.findIndex((line) => line.includes('"type":"tool-result"'));
    await writeFile(path, `${lines.slice(0, end).join('\n')}\n`);
    const again = await place.serve(script());
    const done = await place.run([
      '-p',
      '--resume',
      parent.header.session,
      '--permission-mode',
      'bypassPermissions',
    ]);
    expect(done).toMatchObject({ code: 0, stdout: 'Done.\n' });
    expect(again.requests.map(whoAsks)).toEqual([undefined]);
    expect(await readFile(join(place.repository, 'log.txt'), 'utf8')).toBe('one\ntwo\n');
  });
});
