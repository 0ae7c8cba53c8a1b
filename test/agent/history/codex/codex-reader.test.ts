import { appendFile, cp, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCodexReader } from '../../../../src/agent/history/codex/codex-reader.ts';
import { temporaryDirectory } from '../../../fakes/temporary-directory.ts';
import { machineAt, readAll, recordedHome, startingWith, told } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';
import { type SentLines, toldLine } from './sent-line.ts';

const home = recordedHome('codex');
const packed = join(home, 'packed');
const recorded = (at = home) => readAll(createCodexReader(), machineAt(at));

readerContract('Codex', { reader: createCodexReader(), home, isLines: true });
readerContract('Codex, packed', { reader: createCodexReader(), home: packed });

it('tells of every session what Codex itself goes on with', async () => {
  const sent = JSON.parse(await readFile(join(home, 'sent.json'), 'utf8')) as SentLines;
  const transcripts = [...(await recorded()), ...(await recorded(packed))];
  const lines = transcripts.filter(({ id }) => id in sent).map(({ id, entries }) => [id, toldLine(entries)]);
  expect(Object.keys(sent).length).toBeGreaterThanOrEqual(10);
  expect(Object.fromEntries(lines)).toEqual(sent);
});

const project = '/home/user/project';
const greeting = [
  'prompt: Greet people by name.',
  'answer: Looking around first.',
  'plan: active Take a name; open Test it',
  `exec_command | execute | cat greet.js | <${project}/greet.js | ok`,
  'exec_command | execute | ls missing | failed2',
  'answer: Now the change.',
  `apply_patch | write | greet.js, ${project}/test/greet.test.js | >${project}/test/greet.test.js | >${project}/greet.js | ok`,
  'web_search | fetch | words of greeting | ok',
  'plan: done Take a name; active Test it',
  'exec_command | execute | echo checked; exit 3 | failed3',
  `exec_command | write | README.md | >${project}/README.md | ok`,
  `view_image | read | missing.png | <${project}/missing.png | failed`,
  'answer: Greeting takes a name now.',
  'prompt: What is left to do?',
  'answer: Nothing is left to do.',
];

it('tells a session that was gone on with once more, and its fork, which holds nothing of what was before', async () => {
  const transcripts = await recorded();
  const fork = transcripts.find(({ lineage }) => lineage?.how === 'fork');
  const long = transcripts.find(({ id }) => id === fork?.lineage?.from);
  expect(told(long?.entries ?? [])).toEqual(greeting);
  expect(long).toMatchObject({
    title: '',
    cwd: project,
    branch: 'greeting',
    model: 'gpt-5.5',
    toolVersion: '0.171.0',
    state: 'done',
    branches: [],
    turns: 5,
    usage: { inputTokens: 15_000, outputTokens: 100 },
    costUsd: null,
    problems: [],
  });
  expect(told(fork?.entries ?? [])).toEqual([
    ...greeting,
    'prompt: Greet in capitals instead.',
    'exec_command | execute | git status --short | ok',
    'answer: HELLO is what it says.',
  ]);
  expect(fork).toMatchObject({ state: 'done', turns: 7, problems: [] });
  const result = long?.entries.find(
    (entry) => entry.kind === 'call' && entry.summary === 'echo checked; exit 3',
  );
  expect(result).toMatchObject({ result: { ok: false, text: 'checked\n', exitCode: 3 } });
});

it('says what a script of the model did', async () => {
  const scripts = startingWith(await recorded(), 'Write notes.');
  expect(told(scripts.entries)).toEqual([
    'prompt: Write notes.',
    'answer: By a script.',
    'exec | other | cat greet.js | ok',
    `exec_command | execute | cat greet.js | <${project}/greet.js | ok`,
    'exec | other | cat nothing | ok',
    `apply_patch | write | ${project}/notes.md | >${project}/notes.md | ok`,
    `exec_command | execute | cat nothing | <${project}/nothing | failed1`,
    'exec | other | throw new Error("no such thing") | failed',
    'answer: The notes are written.',
  ]);
});

it('keeps what was taken back as another end, and what a compaction left out', async () => {
  const house = startingWith(await recorded(), 'Which colour is it?');
  const beginning = ['prompt: Which colour is it?', 'answer: It is red.'];
  expect(told(house.entries)).toEqual([
    ...beginning,
    'prompt: And the roof?',
    'answer: The roof is grey.',
    'compaction: The house is red, its roof is grey.',
    'prompt: And the fence?',
    'answer: It is white.',
  ]);
  expect(house.branches.map(({ entries }) => told(entries))).toEqual([
    [...beginning, 'prompt: And the door?', 'answer: It is green.'],
  ]);
  expect(house).toMatchObject({ title: 'Colours of the house', state: 'done', turns: 5 });
  expect(house.entries[0]).toMatchObject({ pictures: 1 });
});

it('says how a session ended', async () => {
  const transcripts = await recorded();
  const killed = startingWith(transcripts, 'Begin something.');
  expect([killed.state, told(killed.entries).at(-1)]).toEqual([
    'interrupted',
    'exec_command | execute | sleep 5 | ...',
  ]);
  const stopped = startingWith(transcripts, 'Wait for me.');
  expect(told(stopped.entries).slice(1)).toEqual([
    expect.stringMatching(/^exec_command \| execute \| sleep 60 \| failed/),
    'stopped: A person stopped it.',
    'user_shell | execute | ls greet.js | ok',
  ]);
  const refused = startingWith(transcripts, 'Ask what is refused.');
  expect([refused.state, refused.turns, told(refused.entries).at(-1)]).toEqual([
    'failed',
    0,
    'error: The request was refused.',
  ]);
  const asking = startingWith(transcripts, 'Ask me something.');
  expect([asking.state, told(asking.entries).at(-1)]).toEqual(['waiting', 'question: Which name is it?']);
});

it('says what a person did not allow, and what a configured server did', async () => {
  const denied = startingWith(await recorded(), 'Open the door.');
  expect(told(denied.entries).slice(1)).toEqual([
    'exec_command | execute | touch door.txt | failed',
    `apply_patch | write | door.txt | >${project}/door.txt | failed`,
    'mcp__house__paint | other | {"colour":"red"} | ok',
    'mcp__house__paint | other | {"colour":"none"} | failed',
    'answer: Then not.',
  ]);
  const refusals = denied.entries.map((entry) => entry.kind === 'call' && entry.result?.denied === true);
  expect(refusals).toEqual([false, true, true, false, false, false]);
  expect(denied.entries[3]).toMatchObject({ result: { text: 'Painted red.' } });
});

it('tells the session of a subagent from the one that made it', async () => {
  const transcripts = await recorded();
  const parent = startingWith(transcripts, 'Have somebody look at the house.');
  const child = startingWith(transcripts, 'Look at the house.');
  expect(child.lineage).toEqual({ how: 'subagent', from: parent.id, agent: 'explorer' });
  expect(told(parent.entries)).toContain('spawn_agent | delegate | Look at the house. | ok');
  expect(told(child.entries)).toEqual(['prompt: Look at the house.', 'answer: It is looked at.']);
});

it('reads what is packed and what is archived, and one of both where a file is there twice', async () => {
  const [long] = await recorded(packed);
  expect(told(long?.entries ?? [])).toEqual(['prompt: When was it?', 'answer: Long ago.']);
  expect(startingWith(await recorded(), 'Where is it?').state).toBe('done');
  const copy = join(await temporaryDirectory(), 'home');
  await cp(home, copy, { recursive: true });
  const archived = join(copy, '.codex/archived_sessions');
  const [name = ''] = await readdir(archived);
  const before = (await recorded(copy)).length;
  const day = join(copy, '.codex/sessions/2026/01/02');
  await mkdir(day, { recursive: true });
  await cp(join(archived, name), join(day, name));
  await cp(join(archived, name), join(day, `${name}.zst`));
  expect(await recorded(copy)).toHaveLength(before);
});

it('says what is missing where the file that a fork goes on from is gone, and finds it where it was archived', async () => {
  const copy = join(await temporaryDirectory(), 'home');
  await cp(home, copy, { recursive: true });
  const reader = createCodexReader();
  const machine = machineAt(copy);
  const { sessions } = await reader.find(machine, 100);
  const fork = (await readAll(reader, machine)).find(({ lineage }) => lineage?.how === 'fork');
  const file = sessions.find(({ id }) => id === fork?.id);
  const base = sessions.find(({ id }) => id === fork?.lineage?.from);
  if (!file || !base) throw new Error('No fork was recorded.');
  expect(await reader.parts(machine, file)).toEqual([file.path, base.path]);
  const archived = join(copy, '.codex/archived_sessions', base.path.split('/').at(-1) ?? '');
  await rename(base.path, archived);
  expect(await reader.read(machine, file)).toEqual({ ok: true, value: fork });
  await rename(archived, join(copy, 'elsewhere.jsonl'));
  const read = await reader.read(machine, file);
  if (!read.ok) throw new Error(read.error.message);
  expect(told(read.value.entries)[0]).toBe('prompt: Greet in capitals instead.');
  expect(read.value.problems).toEqual([expect.stringContaining(base.id)]);
});

it('calls no session what a person said in it', async () => {
  const copy = join(await temporaryDirectory(), 'home');
  await cp(home, copy, { recursive: true });
  const { id } = startingWith(await recorded(), 'Begin something.');
  const index = join(copy, '.codex/session_index.jsonl');
  const name = (thread_name: string) => `${JSON.stringify({ id, thread_name, updated_at: '' })}\n`;
  const titleOf = async () => (await recorded(copy)).find((transcript) => transcript.id === id)?.title;
  await appendFile(index, name('Begin some…'));
  expect(await titleOf()).toBe('');
  await appendFile(index, name('Sleeping'));
  expect(await titleOf()).toBe('Sleeping');
});

it('goes on in Codex, and knows of no end that Codex sets', async () => {
  const reader = createCodexReader();
  expect(reader.reopenings({ id: 'abc-1', cwd: '/home/user' })).toEqual([
    { kind: 'terminal', command: 'codex', args: ['resume', 'abc-1'], cwd: '/home/user' },
  ]);
  expect(await reader.retention(machineAt(home))).toBeUndefined();
  const elsewhere = machineAt('/home/user', { CODEX_HOME: '/data/codex' });
  expect(await reader.places(elsewhere)).toEqual(['/data/codex/sessions', '/data/codex/archived_sessions']);
});
