import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { opencodeReader } from '../../../../src/agent/history/opencode/opencode-reader.ts';
import { homeWith, machineAt, readAll, recordedHome, startingWith, told } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';

const home = recordedHome('opencode');
const recorded = () => readAll(opencodeReader, machineAt(home));

readerContract('OpenCode', { reader: opencodeReader, home });

const beginning = [
  'prompt: Greet people by name.',
  'answer: Looking around first.',
  'read | read | /home/user/project/greet.js | </home/user/project/greet.js | ok',
  expect.stringMatching(/^glob \| search \| \*\.md \| (ok|failed)$/),
  'plan: active Change it; open Test it',
  'answer: Now the change.',
  'edit | write | /home/user/project/greet.js | >/home/user/project/greet.js | ok',
  'write | write | /home/user/project/test.js | >/home/user/project/test.js | ok',
  'read | read | /home/user/project/missing.js | </home/user/project/missing.js | failed',
  'bash | execute | echo failed && exit 3 | failed3',
  'answer: Let somebody look.',
  'task | delegate | Look at it | ok',
  'answer: Greeting takes a name now.',
  'bash | execute | ls | ok',
  'compaction: ## Summary',
  'prompt: Is anything left to do?',
  'answer: Nothing is left.',
];

it('tells a session of the database and its log, without what a person took back', async () => {
  const transcripts = await recorded();
  const long = transcripts.find(({ title }) => title === 'Greeting by name');
  expect(told(long?.entries ?? [])).toEqual(beginning);
  // That it was taken back stands in the log beside the database alone.
  expect(long?.branches.map(({ entries }) => told(entries))).toEqual([
    [...beginning, 'prompt: Paint it red.', 'answer: It is red now.'],
  ]);
  expect(long).toMatchObject({
    toolVersion: '1.18.33',
    cwd: '/home/user/project',
    model: 'claude-sonnet-4-5',
    state: 'done',
    turns: 7,
    problems: [],
  });
  expect(long?.usage?.inputTokens).toBeGreaterThan(40_000);
  expect(long?.costUsd).toBeCloseTo(
    ((long?.usage?.inputTokens ?? 0) * 3 + (long?.usage?.outputTokens ?? 0) * 15) / 1_000_000,
    6,
  );
  const copy = transcripts.find(({ title }) => title === 'Greeting by name (fork #1)');
  expect(told(copy?.entries ?? [])).toEqual([...beginning, 'prompt: Thank you.', 'answer: You are welcome.']);
});

it('tells whose subagent a session is of, also before it is read', async () => {
  const transcripts = await recorded();
  const child = startingWith(transcripts, 'Look at greet.js.');
  const parent = transcripts.find(({ title }) => title === 'Greeting by name');
  expect(child.lineage).toEqual({ how: 'subagent', from: parent?.id, agent: 'general' });
  const { sessions } = await opencodeReader.find(machineAt(home), 100);
  expect(sessions.find(({ id }) => id === child.id)).toMatchObject({ parent: parent?.id, isShared: true });
});

it('says how a session ended', async () => {
  const transcripts = await recorded();
  const ends = ['Ask what is refused.', 'Wait for me.', 'Begin something.'].map((prompt) => {
    const { state, entries } = startingWith(transcripts, prompt);
    return [state, told(entries).at(-1)];
  });
  expect(ends).toEqual([
    ['failed', 'error: Refused with 400.'],
    ['stopped', 'stopped: Aborted'],
    ['interrupted', 'bash | execute | sleep 5 | ...'],
  ]);
  const stopped = startingWith(transcripts, 'Wait for me.');
  expect(told(stopped.entries).at(-2)).toBe('bash | execute | sleep 60 | failed');
});

// Made by hand: the layout of storage.ts and message-v2.ts in anomalyco/opencode before sessions were in a database.
const older = recordedHome('opencode-files');

it('reads the files of versions before the database', async () => {
  const [old, ...others] = await readAll(opencodeReader, machineAt(older));
  expect(others).toEqual([]);
  expect(old).toMatchObject({
    id: 'ses_1',
    title: '',
    toolVersion: '0.15.0',
    model: 'gpt-5',
    state: 'done',
    usage: { inputTokens: 15, outputTokens: 6 },
    costUsd: 0.5,
  });
  expect(old?.entries[0]).toMatchObject({ kind: 'prompt', text: 'Move it.', pictures: 1 });
  expect(told(old?.entries ?? []).slice(1)).toEqual([
    'patch | write | a.ts, b.ts, /w/c.ts | >/w/a.ts | >/w/b.ts | >/w/c.ts | ok',
  ]);
});

readerContract('OpenCode before its database', { reader: opencodeReader, home: older });

it('takes a session that was taken over into the database from there', async () => {
  const alone = await opencodeReader.find(machineAt(home), 100);
  const [one] = alone.sessions;
  const name = `.local/share/opencode/storage/session/p1/${one?.id}.json`;
  const both = await homeWith({ [name]: JSON.stringify({ id: one?.id, directory: '/w' }) });
  await cp(home, both, { recursive: true });
  await cp(older, both, { recursive: true });
  const { sessions } = await opencodeReader.find(machineAt(both), 100);
  expect(sessions).toHaveLength(alone.sessions.length + 1);
  expect(sessions.find(({ id }) => id === one?.id)?.path).toMatch(/opencode\.db$/);
});

it('looks where a person said its data is kept, and opens a session by its id', async () => {
  const elsewhere = await homeWith({});
  await cp(join(home, '.local/share/opencode'), join(elsewhere, 'data/opencode'), { recursive: true });
  const moved = await opencodeReader.find(machineAt(elsewhere, { XDG_DATA_HOME: `${elsewhere}/data` }), 100);
  const own = `${elsewhere}/data/opencode/opencode.db`;
  const named = await opencodeReader.find(machineAt(elsewhere, { OPENCODE_DB: own }), 100);
  expect([moved.sessions.length, named.sessions.length]).toEqual([6, 6]);
  expect(opencodeReader.reopenings({ id: 'ses_1a', cwd: '/w' })).toEqual([
    { kind: 'terminal', command: 'opencode', args: ['--session', 'ses_1a'], cwd: '/w' },
  ]);
});
