import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openclawReader } from '../../../../src/agent/history/openclaw/openclaw-reader.ts';
import { homeWith, machineAt, readAll, recordedHome, startingWith, told } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';

const home = recordedHome('openclaw');
const recorded = () => readAll(openclawReader, machineAt(home));

readerContract('OpenClaw', { reader: openclawReader, home });

it('tells a session of the database by its key, with compressed events and calls made through others', async () => {
  const long = startingWith(await recorded(), 'Greet people by name.');
  expect(told(long.entries)).toEqual([
    'prompt: Greet people by name.',
    'answer: Looking around first.',
    'read | read | greet.js | </home/user/project/greet.js | ok',
    'read | read | missing.js | </home/user/project/missing.js | failed',
    'answer: Now the change.',
    'edit | write | greet.js | >/home/user/project/greet.js | ok',
    'write | write | /home/user/project/test.js | >/home/user/project/test.js | ok',
    'exec | execute | echo failed && exit 3 | failed3',
    'answer: Let somebody look.',
    'tool_call | other | tool_call | ok',
    'sessions_spawn | delegate | looker | ok',
    'answer: Greeting takes a name now.',
    'answer: Somebody looked at it.',
    'compaction: ## Latest user request context',
    'prompt: /compact',
    expect.stringMatching(/^other: .* Compacted/),
    'prompt: Thank you.',
    'answer: You are welcome.',
  ]);
  expect(long).toMatchObject({
    id: 'agent:main:greeting',
    toolVersion: '2026.9.6',
    cwd: '/home/user/project',
    model: 'claude-sonnet-4-5',
    state: 'done',
    turns: 6,
    problems: [],
  });
  // One event is compressed: what the tool answered that called another.
  const called = long.entries.find((entry) => entry.kind === 'call' && entry.name === 'tool_call');
  expect(called).toMatchObject({ result: { text: '(instructions of the program)' } });
  expect(long.costUsd).toBeCloseTo(
    ((long.usage?.inputTokens ?? 0) * 3 + (long.usage?.outputTokens ?? 0) * 15) / 1_000_000,
    9,
  );
});

it('tells whose subagent a session is of, also before it is read, and its task alone', async () => {
  const child = startingWith(await recorded(), 'Look at greet.js.');
  expect(told(child.entries)).toEqual(['prompt: Look at greet.js.', 'answer: It is one line.']);
  expect(child).toMatchObject({
    title: 'looker',
    lineage: { how: 'subagent', from: 'agent:main:greeting', agent: 'looker' },
  });
  const { sessions } = await openclawReader.find(machineAt(home), 100);
  expect(sessions.find(({ id }) => id === child.id)).toMatchObject({
    parent: 'agent:main:greeting',
    isShared: true,
  });
});

it('says how a session ended', async () => {
  const transcripts = await recorded();
  expect(startingWith(transcripts, 'Ask what is refused.').state).toBe('failed');
  expect(startingWith(transcripts, 'Wait for me.').state).toBe('stopped');
  const killed = startingWith(transcripts, 'Begin something.');
  expect([killed.state, told(killed.entries).at(-1)]).toEqual([
    'interrupted',
    'exec | execute | sleep 50 | ...',
  ]);
});

it('gives a session that a key stood for before its own id', async () => {
  const place = await homeWith({});
  await cp(home, place, { recursive: true });
  const database = new DatabaseSync(join(place, '.openclaw/agents/main/agent/openclaw-agent.sqlite'));
  const before = database
    .prepare('SELECT current_session_id AS id FROM session_nodes WHERE session_key = ?')
    .get('agent:main:greeting');
  database.exec(
    "UPDATE session_nodes SET current_session_id = 'another' WHERE session_key = 'agent:main:greeting'",
  );
  database.close();
  const transcripts = await readAll(openclawReader, machineAt(place));
  expect(startingWith(transcripts, 'Greet people by name.').id).toBe(before?.['id']);
});

const line = (id: string, parentId: string | null, text: string) =>
  JSON.stringify({ type: 'message', id, parentId, message: { role: 'user', content: text } });
const lines = [
  '{"type":"session","version":3,"id":"s1","timestamp":"2026-01-05T10:00:00Z","cwd":"/w"}',
  line('a', null, '[Mon 2026-01-05 10:00 PST] First.'),
  line('b', 'a', 'Taken back.'),
  '{"type":"leaf","id":"l","parentId":"b","targetId":"a"}',
  line('c', 'l', 'Second.'),
  '{"type":"message","id":"d","parentId":"c","appendMode":"side","message":{"role":"user","content":"Beside."}}',
  '{"type":"reset","id":"r","parentId":"c"}',
  line('e', 'r', 'Third.'),
];

// Made by hand: lines of pi, with what OpenClaw adds to them (transcript-tree.ts of 2026.9.6).
const older = {
  '.openclaw/agents/main/sessions/s1.jsonl': `${lines.join('\n')}\n`,
  '.openclaw/agents/main/sessions/s1.jsonl.deleted.2026-01-01': 'put away',
  '.openclaw/agents/main/sessions/sessions.json': JSON.stringify({
    'agent:main:main': { sessionId: 's0' },
    'agent:main:subagent:x': { sessionId: 's1', label: 'looker', spawnedBy: 'agent:main:main' },
  }),
  '.openclaw-work/agents/main/sessions/s2.jsonl': `${lines.slice(0, 2).join('\n')}\n`,
};

it('reads the files of versions before the database, of every profile', async () => {
  const transcripts = await readAll(openclawReader, machineAt(await homeWith(older)));
  expect(transcripts.map(({ id }) => id).sort()).toEqual(['s1', 's2']);
  const one = transcripts.find(({ id }) => id === 's1');
  expect(told(one?.entries ?? [])).toEqual([
    'prompt: First.',
    'prompt: Second.',
    'other: The conversation begins anew here.',
    'prompt: Third.',
  ]);
  expect(one?.branches.map(({ entries }) => told(entries).at(-1))).toEqual([
    'prompt: Beside.',
    'prompt: Taken back.',
  ]);
  expect(one).toMatchObject({
    title: 'looker',
    cwd: '/w',
    lineage: { how: 'subagent', from: 's0', agent: 'looker' },
  });
});

it('opens a session by its key alone', () => {
  expect(openclawReader.reopenings({ id: 'agent:main:main', cwd: '/w' })).toEqual([
    { kind: 'terminal', command: 'openclaw', args: ['tui', '--session', 'agent:main:main'], cwd: '/w' },
    {
      kind: 'terminal',
      command: 'openclaw',
      args: ['tui', '--local', '--session', 'agent:main:main'],
      cwd: '/w',
    },
  ]);
  expect(openclawReader.reopenings({ id: '0199', cwd: '/w' })).toEqual([]);
});
