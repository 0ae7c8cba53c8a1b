import { expect, it } from 'vitest';
import { createCodexReader } from '../../../../src/agent/history/codex/codex-reader.ts';
import { homeWith, machineAt, readAll, told } from '../machine.ts';

// Made by hand, from the public source of the versions that wrote them.

const THREAD = '0199a213-81c0-7800-8aa1-bbab2a035a53';
const PATH = `.codex/sessions/2025/10/02/rollout-2025-10-02T10-00-00-${THREAD}.jsonl`;

type Json = Readonly<Record<string, unknown>>;

function lines(...records: readonly (readonly [string, Json])[]): string {
  return records
    .map(([type, payload], index) => {
      const timestamp = new Date(Date.UTC(2025, 9, 2, 10, 0, index)).toISOString();
      return `${JSON.stringify({ timestamp, type, payload })}\n`;
    })
    .join('');
}

const meta: readonly [string, Json] = [
  'session_meta',
  {
    id: THREAD,
    timestamp: '2025-10-02T10:00:00.000Z',
    cwd: '/home/user/work',
    originator: 'codex_vscode',
    cli_version: '0.44.0',
    instructions: null,
    git: { commit_hash: 'abc', branch: 'main' },
  },
];

const item = (payload: Json): readonly [string, Json] => ['response_item', payload];
const event = (payload: Json): readonly [string, Json] => ['event_msg', payload];
const message = (role: string, text: string) =>
  item({
    type: 'message',
    role,
    content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }],
  });
const call = (id: string, name: string, input: unknown) =>
  item({ type: 'function_call', name, arguments: JSON.stringify(input), call_id: id });
const output = (id: string, text: string) =>
  item({ type: 'function_call_output', call_id: id, output: text });

async function read(content: string, path = PATH) {
  const [transcript, ...others] = await readAll(
    createCodexReader(),
    machineAt(await homeWith({ [path]: content })),
  );
  expect(others).toEqual([]);
  if (!transcript) throw new Error('No session was found.');
  return transcript;
}

it('reads what a person asked for, without what the program and the editor put there', async () => {
  const transcript = await read(
    lines(
      meta,
      message('user', '<user_instructions>\n\nBe kind.\n\n</user_instructions>'),
      message('user', '<environment_context>\n  <cwd>/home/user/work</cwd>\n</environment_context>'),
      ['turn_context', { cwd: '/home/user/work/deep', model: 'gpt-5-codex', approval_policy: 'on-request' }],
      message(
        'user',
        '# Context from my IDE setup:\n\n## Active file: a.ts\n\n## Open tabs:\n- a.ts: a.ts\n\n## My request for Codex:\nAdd a test.\n',
      ),
      event({ type: 'user_message', message: 'Add a test.', kind: 'plain' }),
      event({ type: 'agent_reasoning', text: '**Thinking**' }),
      item({ type: 'reasoning', summary: [], encrypted_content: 'abc' }),
      event({ type: 'agent_message', message: 'It is added.' }),
      message('assistant', 'It is added.'),
      event({
        type: 'token_count',
        info: { total_token_usage: { input_tokens: 40, cached_input_tokens: 9, output_tokens: 2 } },
      }),
    ),
  );
  expect(told(transcript.entries)).toEqual(['prompt: Add a test.', 'answer: It is added.']);
  expect(transcript).toMatchObject({
    id: THREAD,
    cwd: '/home/user/work/deep',
    branch: 'main',
    model: 'gpt-5-codex',
    toolVersion: '0.44.0',
    state: 'done',
    turns: 1,
    usage: { inputTokens: 40, outputTokens: 2 },
    created: Date.UTC(2025, 9, 2, 10),
    problems: [],
  });
});

it('reads commands and patches in the forms that they had', async () => {
  const shell = (script: string) => ({ command: ['bash', '-lc', script], workdir: '/home/user/work/deep' });
  const gave = (text: string, code: number) =>
    JSON.stringify({ output: text, metadata: { exit_code: code, duration_seconds: 0.1 } });
  const patch = '*** Begin Patch\n*** Update File: a.ts\n*** Move to: b.ts\n@@\n-a\n+b\n*** End Patch';
  const transcript = await read(
    lines(
      meta,
      message('user', 'Try it.'),
      call('1', 'shell', shell('npm test')),
      output('1', gave('1 failed\n', 1)),
      call('2', 'shell', { command: ['apply_patch', patch], workdir: '/home/user/work' }),
      output('2', gave('Success.\n', 0)),
      call('3', 'shell_command', { command: 'ls', workdir: 'deep' }),
      output('3', 'Exit code: 0\nWall time: 0.1 seconds\nOutput:\na.ts\n'),
      item({
        type: 'local_shell_call',
        call_id: '4',
        status: 'completed',
        action: { type: 'exec', command: ['git', 'log', '-1', '--format=%h %s'] },
      }),
      call('5', 'shell', { command: ['cmd', '/c', 'dir'] }),
      output('5', 'exec command rejected by user'),
      event({
        type: 'exec_command_end',
        call_id: '4',
        exit_code: 128,
        aggregated_output: 'fatal',
        cwd: '/home/user',
      }),
      event({
        type: 'patch_apply_end',
        call_id: '2',
        success: true,
        stdout: 'Success.',
        changes: {
          '/home/user/work/a.ts': { update: { unified_diff: '', move_path: '/home/user/work/b.ts' } },
        },
      }),
    ),
  );
  expect(told(transcript.entries)).toEqual([
    'prompt: Try it.',
    'shell | execute | npm test | failed1',
    'shell | write | a.ts, b.ts | >/home/user/work/a.ts | >/home/user/work/b.ts | ok',
    'shell_command | execute | ls | ok',
    'local_shell | execute | git log -1 "--format=%h %s" | failed128',
    'shell | execute | dir | failed',
  ]);
  expect(transcript.entries[1]).toMatchObject({ result: { text: '1 failed\n', exitCode: 1 } });
  expect(transcript.entries[3]).toMatchObject({ result: { text: 'a.ts\n', exitCode: 0 } });
  expect(transcript.entries[5]).toMatchObject({ result: { denied: true } });
});

it('takes back what was rolled back, as an end of its own', async () => {
  const turn = (prompt: string, answer: string) => [
    event({ type: 'task_started' }),
    message('user', prompt),
    message('assistant', answer),
    event({ type: 'task_complete', last_agent_message: answer }),
  ];
  const transcript = await read(
    lines(
      meta,
      ...turn('One?', 'One.'),
      ...turn('Two?', 'Two.'),
      ...turn('Three?', 'Three.'),
      event({ type: 'thread_rolled_back', num_turns: 2 }),
      ...turn('Four?', 'Four.'),
      ['compacted', { message: 'Four turns.' }],
      event({ type: 'task_started' }),
      message('user', 'Five?'),
      event({ type: 'turn_aborted', reason: 'interrupted' }),
    ),
  );
  expect(told(transcript.entries)).toEqual([
    'prompt: One?',
    'answer: One.',
    'prompt: Four?',
    'answer: Four.',
    'compaction: Four turns.',
    'prompt: Five?',
    'stopped: A person stopped it.',
  ]);
  expect(transcript.branches.map(({ entries }) => told(entries).slice(2))).toEqual([
    ['prompt: Two?', 'answer: Two.', 'prompt: Three?', 'answer: Three.'],
  ]);
  expect([transcript.state, transcript.turns]).toEqual(['stopped', 4]);
});

it('does not make up what came of a call that was cut off', async () => {
  const transcript = await read(
    lines(
      meta,
      event({ type: 'task_started' }),
      message('user', 'Try it.'),
      call('1', 'shell', { command: ['rm', '-r', 'build'] }),
      event({ type: 'task_started' }),
      message('user', 'Go on.'),
    ),
  );
  expect(told(transcript.entries)).toEqual([
    'prompt: Try it.',
    'shell | execute | rm -r build | ...',
    'prompt: Go on.',
  ]);
  expect(transcript.state).toBe('interrupted');
});

it('reads lines that were the payload itself', async () => {
  const content = [
    { id: THREAD, timestamp: '2025-06-01T10:00:00.000Z', instructions: null },
    { record_type: 'state' },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello?' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
  ];
  const transcript = await read(content.map((line) => `${JSON.stringify(line)}\n`).join(''));
  expect(told(transcript.entries)).toEqual(['prompt: Hello?', 'answer: Hello.']);
  expect(transcript).toMatchObject({ state: 'done', cwd: '', created: Date.UTC(2025, 5, 1, 10) });
});

it('keeps the copy that a fork began with, and leaves out the one of a subagent', async () => {
  const parent = { ...meta[1], id: '0199a213-0000-7800-8aa1-bbab2a035a53' };
  const copied = [
    ['session_meta', parent] as const,
    event({ type: 'task_started' }),
    message('user', 'Before?'),
    message('assistant', 'Before.'),
  ];
  const own = [event({ type: 'task_started' }), message('user', 'Now?'), message('assistant', 'Now.')];
  const fork = await read(
    lines(['session_meta', { ...meta[1], forked_from_id: parent.id }], ...copied, ...own),
  );
  expect(told(fork.entries)).toEqual(['prompt: Before?', 'answer: Before.', 'prompt: Now?', 'answer: Now.']);
  expect(fork.lineage).toEqual({ how: 'fork', from: parent.id });
  const source = {
    subagent: { thread_spawn: { parent_thread_id: parent.id, depth: 1, agent_role: 'explorer' } },
  };
  const spawned = { ...meta[1], source, agent_role: 'explorer', subagent_history_start_ordinal: 5 };
  const numbered = lines(['session_meta', spawned], ...copied, ...own)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, ordinal) => `${JSON.stringify({ ...JSON.parse(line), ordinal })}\n`);
  const child = await read(numbered.join(''));
  expect(told(child.entries)).toEqual(['prompt: Now?', 'answer: Now.']);
  expect(child.lineage).toEqual({ how: 'subagent', from: parent.id, agent: 'explorer' });
});

it('ends where files say that each of them goes on from the other', async () => {
  const other = '0199a213-82c0-7800-8aa1-bbab2a035a53';
  const base = (id: string) => ({ history_base: { thread_id: id, end_ordinal_exclusive: 9 } });
  const home = await homeWith({
    [PATH]: lines(['session_meta', { ...meta[1], ...base(other) }], message('user', 'One?')),
    [PATH.replace(THREAD, other)]: lines(
      ['session_meta', { ...meta[1], id: other, ...base(THREAD) }],
      message('user', 'Two?'),
    ),
  });
  const transcripts = await readAll(createCodexReader(), machineAt(home));
  expect(transcripts.map(({ problems }) => problems.length)).toEqual([1, 1]);
});
