import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, describe as group, it, onTestFinished } from 'vitest';
import { projectSlug } from '../../../src/memory/hierarchy/places.ts';
import { findProgram } from '../../claude-code/program.ts';
import { until } from '../../cli/cli-place.ts';
import { makeEditPlace, value } from '../../memory/workspace/edit-place.ts';
import { call, makeClaudePlace, ofType } from './claude-place.ts';
import { endOf, sessionOf } from './run-place.ts';

const found = await findProgram();
const program = found ?? '';
const reason = found === undefined ? ' (skipped: not installed here, npm run test:claude-code does)' : '';
/** The rest takes half a minute more and needs all of the program. */
const whole = process.env['VARVE_FULL'] === undefined ? it.skip : it;
const limit = { timeout: 120_000 };
const describe = found === undefined ? group.skip : group;

const bash = (command: string) => call('Bash', { command, description: 'A command' });

describe(`a run of the installed Claude Code${reason}`, limit, () => {
  it('says what it says, counts and costs as Claude Code does, and saves its session', async () => {
    const place = await makeClaudePlace(program, () => ({ steps: [] }), {
      memory: { files: ['/demo/CLAUDE.md'], tokens: 3 },
    });
    const { run, events } = place.start({ prompt: 'Say it' });
    expect(await run.ended).toMatchObject({ code: 0, errorText: '' });
    expect(events.map(({ type }) => type).filter((type) => type !== 'heartbeat')).toEqual([
      'run-start',
      'message-user',
      'text-delta',
      'message-assistant',
      'usage-update',
      'run-end',
    ]);
    const [begun] = ofType(events, 'run-start');
    expect(begun).toMatchObject({ engine: 'claude', resumed: false, cwd: place.repository });
    expect(begun?.tools).toContain('Edit');
    expect(begun?.memory).toEqual({ files: ['/demo/CLAUDE.md'], tokens: 3 });
    const [said] = ofType(events, 'message-user');
    expect(said?.text).toBe('Say it');
    const end = endOf(events);
    expect(end).toMatchObject({ outcome: 'success', message: 'All done.', turns: 1 });
    expect(end?.type === 'run-end' && end.costUsd).toBeGreaterThan(0);
    expect(end?.type === 'run-end' && end.usage.inputTokens).toBeGreaterThan(1_000);
    const transcripts = join(place.home, '.claude/projects', projectSlug(place.repository));
    expect(await readdir(transcripts)).toContain(`${begun?.session}.jsonl`);
    expect(JSON.stringify(place.server.requests)).not.toContain('Varve');
  });

  it('asks about an edit with its diff, and shows what changed with what was before', async () => {
    const place = await makeClaudePlace(program, (repository) => ({
      steps: [
        [call('Read', { file_path: join(repository, 'a.txt') })],
        [call('Edit', { file_path: join(repository, 'a.txt'), old_string: 'two', new_string: 'zwei' })],
        [call('Write', { file_path: join(repository, 'new.txt'), content: 'hello\n' })],
      ],
    }));
    const { run, events } = place.start({});
    expect(await run.ended).toMatchObject({ code: 0 });
    const asks = ofType(events, 'approval-ask').map(({ request }) => request);
    expect(asks.map(({ tool, summary, path }) => [tool, summary, path])).toEqual([
      ['Edit', 'Edit a.txt', place.path('a.txt')],
      ['Write', 'Write new.txt', place.path('new.txt')],
    ]);
    expect(asks[0]?.detail).toContain('-two\n+zwei\n');
    const changes = ofType(events, 'tool-end').map(({ name, ok, change }) => ({ name, ok, change }));
    expect(changes.map(({ name, ok }) => [name, ok])).toEqual([
      ['Read', true],
      ['Edit', true],
      ['Write', true],
    ]);
    expect(changes[1]?.change).toMatchObject({ path: place.path('a.txt') });
    expect(changes[1]?.change?.diff).toContain('--- a/a.txt\n+++ b/a.txt\n');
    expect(await readFile(changes[1]?.change?.beforeObject ?? '', 'utf8')).toBe('one\ntwo\n');
    expect(changes[2]?.change).toMatchObject({ path: place.path('new.txt') });
    expect(changes[2]?.change).not.toHaveProperty('beforeObject');
    expect(await readFile(place.path('a.txt'), 'utf8')).toBe('one\nzwei\n');
  });

  whole('does not do what a person denies, and lists it', async () => {
    const place = await makeClaudePlace(program, () => ({ steps: [[bash('touch made')]] }));
    const { run, events } = place.start({}, 'deny');
    await run.ended;
    expect(await readdir(place.repository)).not.toContain('made');
    expect(ofType(events, 'tool-end')).toMatchObject([
      { name: 'Bash', ok: false, denial: 'The person denied this call.' },
    ]);
    expect(endOf(events)).toMatchObject({ outcome: 'success', denials: [{ tool: 'Bash' }] });
  });

  whole('does what a rule allows without asking', async () => {
    const place = await makeClaudePlace(program, () => ({ steps: [[bash('touch made')]] }));
    const { run, events } = place.start({ allowedTools: ['Bash(touch *)'] }, 'deny');
    await run.ended;
    expect(ofType(events, 'approval-ask')).toEqual([]);
    expect(await readdir(place.repository)).toContain('made');
  });

  whole('asks once for what is allowed for the session, and keeps what is allowed for always', async () => {
    const steps = [[bash('touch made')], [bash('touch also')], [bash('touch third')]];
    const place = await makeClaudePlace(program, () => ({ steps }));
    const first = place.start({}, 'always');
    await first.run.ended;
    const asks = ofType(first.events, 'approval-ask').map(({ request }) => request.offeredRule);
    expect(asks).toEqual(['Bash(touch made *)', 'Bash(touch also *)', 'Bash(touch third *)']);
    expect(place.kept).toEqual(asks);
    const edits = await makeClaudePlace(program, (repository) => ({
      steps: ['1', '2'].map((content) => [call('Write', { file_path: join(repository, 'n.txt'), content })]),
    }));
    const { run, events } = edits.start({}, 'session');
    await run.ended;
    expect(ofType(events, 'approval-ask').map(({ request }) => request.offeredRule)).toEqual([
      `Edit(/${edits.path('n.txt')})`,
    ]);
    expect(await readFile(edits.path('n.txt'), 'utf8')).toBe('2');
  });

  it.each(['default', 'acceptEdits'] as const)(
    'never writes a file with unsaved edits (%s)',
    async (mode) => {
      const place = await makeClaudePlace(program, (repository) => ({
        steps: [
          [call('Read', { file_path: join(repository, 'a.txt') })],
          [call('Edit', { file_path: join(repository, 'a.txt'), old_string: 'two', new_string: 'zwei' })],
        ],
      }));
      const { run, events } = place.start({ permissionMode: mode }, 'once', (path) => path.endsWith('a.txt'));
      await run.ended;
      expect(await readFile(place.path('a.txt'), 'utf8')).toBe('one\ntwo\n');
      const [, edit] = ofType(events, 'tool-end');
      expect(edit).toMatchObject({ ok: false, text: expect.stringContaining('unsaved edits') });
      expect(ofType(events, 'approval-ask')).toEqual([]);
    },
  );

  whole('asks in every mode before memory files are written, by a tool or by a command', async () => {
    const place = await makeClaudePlace(program, (repository) => ({
      steps: [
        [call('Read', { file_path: join(repository, 'CLAUDE.md') })],
        [call('Write', { file_path: join(repository, 'CLAUDE.md'), content: 'x' })],
        [bash('echo y > CLAUDE.md')],
        [call('Write', { file_path: join(repository, 'b.txt'), content: 'b' })],
      ],
    }));
    const { run, events } = place.start(
      { permissionMode: 'acceptEdits', allowedTools: ['Bash(echo *)', 'Edit'] },
      'deny',
    );
    await run.ended;
    const asks = ofType(events, 'approval-ask').map(({ request }) => request);
    expect(asks.map(({ tool }) => tool)).toEqual(['Write', 'Bash']);
    expect(asks.every(({ offeredRule }) => offeredRule === undefined)).toBe(true);
    expect(await readFile(place.path('CLAUDE.md'), 'utf8')).toBe('# Demo\n');
    expect(await readFile(place.path('b.txt'), 'utf8')).toBe('b');
  });

  whole('takes an answer to its own question, and a steering message before its next request', async () => {
    const questions = [
      {
        question: 'Which?',
        header: 'Pick',
        multiSelect: false,
        options: [
          { label: 'Red', description: 'r' },
          { label: 'Blue', description: 'b' },
        ],
      },
    ];
    const place = await makeClaudePlace(program, () => ({
      steps: [[call('AskUserQuestion', { questions })], [bash('touch made')]],
    }));
    const { run, events } = place.start({}, 'never');
    const question = await until('the question', () => ofType(events, 'question-ask')[0]);
    expect(question).toMatchObject({ question: 'Which?', options: ['Red', 'Blue'] });
    run.send({ type: 'question-answer', id: question.id, text: 'Blue' });
    const ask = await until('the approval', () => ofType(events, 'approval-ask')[0]);
    run.send({ type: 'steer', text: 'Use fewer words.' });
    run.send({ type: 'approval-answer', id: ask.request.id, decision: 'once' });
    await run.ended;
    expect(JSON.stringify(place.server.requests.at(-1)?.body.messages)).toContain('Use fewer words.');
    expect(JSON.stringify(place.server.requests.at(-1)?.body.messages)).toContain('=\\"Blue\\"');
    expect(ofType(events, 'message-user').map(({ text, steer }) => [text, steer])).toEqual([
      ['Do it', undefined],
      ['Use fewer words.', true],
    ]);
    expect(events.filter(({ type }) => type === 'run-end')).toHaveLength(1);
  });

  whole('reads what was typed while it said its last word, in a turn of its own', async () => {
    const place = await makeClaudePlace(program, () => ({ steps: [] }));
    const { run, events } = place.start({});
    let isTyped = false;
    run.onEvent((event) => {
      if (event.type !== 'message-assistant' || isTyped) return;
      isTyped = true;
      run.send({ type: 'steer', text: 'One more thing.' });
    });
    await run.ended;
    expect(JSON.stringify(place.server.requests.at(-1)?.body.messages)).toContain('One more thing.');
    expect(ofType(events, 'message-user').map(({ text }) => text)).toEqual(['Do it', 'One more thing.']);
    expect(events.filter(({ type }) => type === 'run-end')).toHaveLength(1);
  });

  it('stops in the middle of a command, and while it waits for an answer', async () => {
    const place = await makeClaudePlace(program, () => ({ steps: [[bash('touch begun; sleep 621.5')]] }));
    const busy = place.start({});
    await until('the command', async () =>
      (await readdir(place.repository)).includes('begun') ? true : undefined,
    );
    await busy.run.stop();
    expect(endOf(busy.events)).toMatchObject({ outcome: 'stopped' });
    await until('the end of the command', async () =>
      (await pidsWith('sleep', place.repository)).length === 0 ? true : undefined,
    );
    const waiting = place.start({}, 'never');
    const ask = await until('the approval', () => ofType(waiting.events, 'approval-ask')[0]);
    await waiting.run.stop();
    expect(ofType(waiting.events, 'approval-answer')).toMatchObject([
      { id: ask.request.id, decision: 'deny' },
    ]);
    expect(endOf(waiting.events)).toMatchObject({ outcome: 'stopped' });
  });

  whole('goes on with its session after it was killed, and in a fork', async () => {
    const place = await makeClaudePlace(program, () => ({ steps: [[bash('touch begun; sleep 622.5')]] }));
    const { run, events } = place.start({ prompt: 'Remember the word heron' });
    await until('the command', async () =>
      (await readdir(place.repository)).includes('begun') ? true : undefined,
    );
    const session = sessionOf(events) ?? '';
    const pids = await pidsWith('--permission-prompt-tool=stdio', place.repository);
    expect(pids).toHaveLength(1);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    onTestFinished(async () => {
      for (const pid of await pidsWith('sleep', place.repository)) process.kill(pid, 'SIGKILL');
    });
    expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(endOf(events)).toBeUndefined();
    const again = place.start({ prompt: 'Go on', resume: session });
    await again.run.ended;
    expect(sessionOf(again.events)).toBe(session);
    expect(endOf(again.events)).toMatchObject({ outcome: 'success' });
    expect(JSON.stringify(place.server.requests.at(-1)?.body.messages)).toContain('heron');
    const fork = place.start({ prompt: 'Other way', resume: session, fork: true });
    await fork.run.ended;
    expect(sessionOf(fork.events)).not.toBe(session);
    expect(JSON.stringify(place.server.requests.at(-1)?.body.messages)).toContain('heron');
  });

  whole('shows what a subagent does under the call that started it', async () => {
    const place = await makeClaudePlace(program, () => ({
      steps: [[call('Agent', { description: 'Look', prompt: 'SUBTASK', subagent_type: 'general-purpose' })]],
      subagent: { prompt: 'SUBTASK', steps: [[bash('touch sub')]] },
    }));
    const { run, events } = place.start({});
    await run.ended;
    const below = ofType(events, 'subagent-event');
    expect(new Set(below.map(({ agent }) => agent))).toEqual(new Set(['general-purpose']));
    expect(below.map(({ event }) => event.type)).toEqual(
      expect.arrayContaining(['tool-start', 'tool-end', 'message-assistant']),
    );
    expect(ofType(events, 'approval-ask')).toMatchObject([{ request: { tool: 'Bash' } }]);
    expect(await readdir(place.repository)).toContain('sub');
  });

  whole('ends at its limits of turns and tokens, and says why it failed', async () => {
    const steps = Array.from({ length: 4 }, (_, index) => [bash(`touch made${index}`)]);
    const place = await makeClaudePlace(program, () => ({ steps }));
    const turns = place.start({ budget: { turns: 2 } });
    await turns.run.ended;
    expect(endOf(turns.events)).toMatchObject({ outcome: 'max-turns' });
    const tokens = place.start({ budget: { tokens: 20_000 } });
    await tokens.run.ended;
    expect(endOf(tokens.events)).toMatchObject({ outcome: 'max-budget' });
    expect(ofType(tokens.events, 'tool-end').length).toBeLessThan(4);
    const refused = await makeClaudePlace(program, () => ({ steps: [], always: { status: 400 } }));
    const failed = refused.start({});
    await failed.run.ended;
    expect(endOf(failed.events)).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('400'),
    });
    const unknown = refused.start({ resume: '0198d5f2-0000-7000-8000-000000000000' });
    expect((await unknown.run.ended).code).not.toBe(0);
    expect(JSON.stringify([endOf(unknown.events), await unknown.run.ended])).toContain(
      'No conversation found',
    );
  });

  whole('says that it waits before it asks the model again', async () => {
    const place = await makeClaudePlace(program, () => ({ steps: [], first: { status: 529 } }));
    const { run, events } = place.start({});
    await run.ended;
    const [retry] = ofType(events, 'retry-wait');
    expect(retry).toMatchObject({ attempt: 1 });
    expect(retry?.delayMs).toBeGreaterThan(0);
    expect(endOf(events)).toMatchObject({ outcome: 'success' });
  });

  it('writes its auto memory without our asking, and Varve shows what it wrote', async () => {
    const edit = await makeEditPlace();
    await edit.write('CLAUDE.md', '# Harbor\n');
    edit.git('add', '-A');
    edit.git('commit', '-q', '-m', 'Start');
    const workspace = await edit.open();
    const plan = await workspace.planSetUp({
      place: 'repository',
      claudeRules: true,
      agentsPointer: false,
      capture: 'proposed',
    });
    value(await workspace.apply(value(plan)));
    value(await workspace.foreign.look());
    const note = join(edit.home, '.claude/projects', projectSlug(edit.root), 'memory/docker.md');
    const content = '---\nname: docker\ndescription: Tests need Docker\n---\nStart it first.\n';
    const where = { repository: edit.root, home: edit.home };
    const script = () => ({ steps: [[call('Write', { file_path: note, content })]] });
    const place = await makeClaudePlace(program, script, {}, where);
    const { run, events } = place.start({}, 'deny');
    await run.ended;
    expect(ofType(events, 'tool-end')).toMatchObject([{ ok: true }]);
    expect(ofType(events, 'approval-ask')).toEqual([]);
    value(await workspace.foreign.look());
    expect(await workspace.foreign.list()).toMatchObject([
      { kind: 'created', by: 'Claude Code', label: expect.stringContaining('docker.md') },
    ]);
  });
});

/** Processes with this text in their command line that run in the directory. */
async function pidsWith(text: string, cwd: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const matching = await Promise.all(
    pids.map(async (pid) => {
      const [where, line] = await Promise.all([
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ]);
      return where === cwd && line.includes(text) ? [pid] : [];
    }),
  );
  return matching.flat();
}
