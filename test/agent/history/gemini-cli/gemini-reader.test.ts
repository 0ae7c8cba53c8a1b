import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { geminiReader } from '../../../../src/agent/history/gemini-cli/gemini-reader.ts';
import { temporaryDirectory } from '../../../fakes/temporary-directory.ts';
import { homeWith, machineAt, readAll, recordedHome, startingWith, told } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';
import { type SentLines, toldLine } from './sent-line.ts';

const home = recordedHome('gemini-cli');
const recorded = () => readAll(geminiReader, machineAt(home));
const project = '/home/user/project';

readerContract('Gemini CLI', { reader: geminiReader, home, isLines: true, isIdInside: true });
readerContract('Gemini CLI, saved', { reader: geminiReader, home: join(home, 'saved') });

it('tells of every session what Gemini CLI itself goes on with', async () => {
  const sent = JSON.parse(await readFile(join(home, 'sent.json'), 'utf8')) as SentLines;
  const lines = (await recorded())
    .filter(({ id }) => id in sent)
    .map(({ id, entries }) => [id, toldLine(entries)]);
  expect(Object.keys(sent)).toHaveLength(5);
  expect(Object.fromEntries(lines)).toEqual(sent);
});

it('tells a session that was gone on with, once', async () => {
  const long = startingWith(await recorded(), 'Greet people by name.');
  expect(told(long.entries)).toEqual([
    'prompt: Greet people by name.',
    'answer: Looking around first.',
    'plan: active Take a name; open Test it',
    `read_file | read | greet.js | <${project}/greet.js | ok`,
    `read_file | read | missing.js | <${project}/missing.js | failed`,
    'grep_search | search | hello | ok',
    'answer: Now the change.',
    `replace | write | greet.js | >${project}/greet.js | ok`,
    `write_file | write | test/greet.test.js | >${project}/test/greet.test.js | ok`,
    'plan: done Take a name; active Test it',
    'run_shell_command | execute | echo checked; exit 3 | failed3',
    'run_shell_command | execute | ls test | ok',
    'answer: Greeting takes a name now.',
    'prompt: What is left to do?',
    'answer: Nothing is left to do.',
  ]);
  expect(long).toMatchObject({
    title: '',
    cwd: project,
    model: 'gemini-2.5-pro',
    state: 'done',
    branches: [],
    turns: 5,
    costUsd: null,
    problems: [],
  });
  // Each answer was counted with 20 of text and 5 of thought.
  expect(long.usage?.outputTokens).toBe(5 * 25);
  const command = long.entries.find((entry) => entry.kind === 'call' && entry.command?.startsWith('echo'));
  expect(command).toMatchObject({ result: { ok: false, text: 'checked', exitCode: 3 } });
});

it('keeps both files of a session that was gone on with, of which one is listed', async () => {
  const machine = machineAt(home);
  const { sessions } = await geminiReader.find(machine, 100);
  const chats = join(home, '.gemini/tmp/project/chats');
  const names = (await readdir(chats)).filter((name) => name.endsWith('.jsonl'));
  expect(sessions.filter(({ path }) => names.includes(path.slice(chats.length + 1)))).toHaveLength(
    names.length - 1,
  );
  const parts = await Promise.all(sessions.map((session) => geminiReader.parts(machine, session)));
  expect(parts.map(({ length }) => length).sort()).toEqual([1, 1, 1, 1, 2, 2]);
});

it('keeps what was taken back, and what a person did not allow, as other ends', async () => {
  const house = startingWith(await recorded(), 'Which colour is it');
  const beginning = ['prompt: Which colour is it', 'answer: It is red.'];
  const roof = ['prompt: See @README.md and tell of the roof', 'answer: It is grey.'];
  expect(told(house.entries)).toEqual([...beginning, ...roof]);
  expect(house.branches.map(({ entries }) => told(entries))).toEqual([
    [
      ...beginning,
      ...roof,
      'prompt: Open the door.',
      'run_shell_command | execute | touch door.txt | failed',
      'stopped: A person stopped it.',
    ],
    [...beginning, 'prompt: And the door', 'answer: It is green.'],
  ]);
  expect(house).toMatchObject({ state: 'stopped', turns: 4, title: 'Greeting and the house' });
  expect(house.branches[0]?.entries[5]).toMatchObject({ result: { denied: true } });
  // What was noted once more is what it was: with its time.
  const times = house.entries.map(({ time }) => time ?? 0);
  expect(times).toEqual([...times].sort((one, other) => one - other));
});

it('puts a summary where it took the place of what was said, and says how it ended', async () => {
  const wall = startingWith(await recorded(), 'Tell of the wall');
  expect(told(wall.entries)).toEqual([
    'prompt: Tell of the wall',
    expect.stringMatching(/^answer: It is old: /),
    'compaction: <state_snapshot>The greeting takes a name.</state_snapshot>',
    'prompt: Tell of the gate',
    'answer: The gate is new.',
    'prompt: Tell of the well',
    'answer: The well is deep.',
    expect.stringMatching(/^error: .*The request was refused\./),
  ]);
  expect([wall.state, wall.turns]).toEqual(['failed', 4]);
  expect(startingWith(await recorded(), 'Begin something.').state).toBe('interrupted');
});

it('tells the session of a subagent from the one that made it', async () => {
  const transcripts = await recorded();
  const parent = startingWith(transcripts, 'Have somebody look at the house.');
  const child = transcripts.find(({ lineage }) => lineage !== undefined);
  expect(child).toMatchObject({ lineage: { how: 'subagent', from: parent.id }, state: 'done', title: '' });
  expect(told(child?.entries ?? [])).toEqual([
    'prompt: (instructions of the program)',
    `read_file | read | README.md | <${project}/README.md | ok`,
    'complete_task | other | complete_task | ok',
  ]);
  expect(told(parent.entries)[1]).toBe('invoke_agent | delegate | Look at the house. | ok');
});

it('reads what a person saved under a tag, and leaves to Gemini CLI how that is gone on with', async () => {
  const [saved] = await readAll(geminiReader, machineAt(join(home, 'saved')));
  expect(saved).toMatchObject({ title: 'the house', cwd: project, state: 'done' });
  expect(told(saved?.entries ?? [])).toEqual(['prompt: Which colour is it', 'answer: It is red.']);
  expect(geminiReader.reopenings({ id: saved?.id ?? '', cwd: project })).toEqual([]);
  expect(geminiReader.reopenings({ id: 'abc-1', cwd: project })).toEqual([
    { kind: 'terminal', command: 'gemini', args: ['--resume', 'abc-1'], cwd: project },
  ]);
});

// Made by hand, from the public source of the versions that wrote it.
const earlier = {
  sessionId: '1b2c3d4e-0000-4000-8000-000000000000',
  projectHash: createHash('sha256').update('/home/user/house').digest('hex'),
  startTime: '2025-10-02T10:00:00.000Z',
  lastUpdated: '2025-10-02T10:05:00.000Z',
  messages: [
    { id: 'a', timestamp: '2025-10-02T10:00:01.000Z', type: 'user', content: 'Paint it.' },
    {
      id: 'b',
      timestamp: '2025-10-02T10:00:02.000Z',
      type: 'gemini',
      content: 'Painting.',
      model: 'gemini-2.5-pro',
      tokens: { input: 10, output: 2, cached: 0, thoughts: 1, tool: 0, total: 13 },
      toolCalls: [
        {
          id: 'write-1',
          name: 'write_file',
          args: { file_path: '/home/user/house/src/door.txt', content: 'red' },
          result: [{ functionResponse: { id: 'write-1', response: { output: 'Written.' } } }],
          status: 'success',
        },
        {
          id: 'run-1',
          name: 'run_shell_command',
          args: { command: 'make' },
          result: [
            { functionResponse: { id: 'run-1', response: { output: 'Output: (empty)\nExit Code: 2' } } },
          ],
          status: 'success',
        },
      ],
    },
    { id: 'c', timestamp: '2025-10-02T10:00:03.000Z', type: 'user', content: '/help' },
    { id: 'd', timestamp: '2025-10-02T10:00:04.000Z', type: 'error', content: 'Quota exceeded.' },
  ],
};

it('reads a session of an earlier version, whose project is known by a hash alone', async () => {
  const file = `.gemini/tmp/${earlier.projectHash}/chats/session-2025-10-02T10-00-1b2c3d4e.json`;
  const machine = machineAt(await homeWith({ [file]: JSON.stringify(earlier, null, 2) }));
  const [transcript] = await readAll(geminiReader, machine);
  expect(told(transcript?.entries ?? [])).toEqual([
    'prompt: Paint it.',
    'answer: Painting.',
    'write_file | write | /home/user/house/src/door.txt | >/home/user/house/src/door.txt | ok',
    'run_shell_command | execute | make | failed2',
    'error: Quota exceeded.',
  ]);
  expect(transcript).toMatchObject({
    id: earlier.sessionId,
    cwd: '/home/user/house',
    created: Date.UTC(2025, 9, 2, 10),
    modified: Date.UTC(2025, 9, 2, 10, 5),
    state: 'failed',
    usage: { inputTokens: 10, outputTokens: 3 },
  });
});

it('prefers what an earlier version’s file was copied into, and the list of projects to a hash', async () => {
  const name = `.gemini/tmp/${earlier.projectHash}/chats/session-2025-10-02T10-00-1b2c3d4e.json`;
  const { messages, ...facts } = earlier;
  const lines = [facts, ...messages.slice(0, 1)].map((line) => `${JSON.stringify(line)}\n`).join('');
  const copy = await homeWith({
    [name]: JSON.stringify(earlier, null, 2),
    [`${name}l`]: lines,
    '.gemini/projects.json': '{"projects":{"/home/user/other":"other","/home/user/house":"house"}}',
  });
  const [transcript, ...others] = await readAll(geminiReader, machineAt(copy));
  expect(others).toEqual([]);
  expect(transcript).toMatchObject({ cwd: '/home/user/house', state: 'interrupted' });
  expect(told(transcript?.entries ?? [])).toEqual(['prompt: Paint it.']);
});

it('knows when Gemini CLI deletes a session', async () => {
  const user = '.gemini/settings.json';
  const of = async (files: Readonly<Record<string, string>>, environment: Record<string, string> = {}) => {
    const directory = await homeWith(files);
    const set = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, join(directory, value)]),
    );
    return geminiReader.retention(machineAt(directory, set), join(directory, 'work'));
  };
  const after = (days: number, isDefault = false) => ({
    days,
    setting: 'general.sessionRetention.maxAge',
    isDefault,
  });
  const set = (retention: unknown) => JSON.stringify({ general: { sessionRetention: retention } });
  expect(await of({})).toEqual(after(30, true));
  expect(await of({ [user]: '{ "broken": ' })).toEqual(after(30, true));
  expect(await of({ [user]: set({ enabled: false }) })).toBeUndefined();
  expect(await of({ [user]: `// Mine\n${set({ maxAge: '2w' })} /* a "note" */` })).toEqual(after(14));
  expect(
    await of({ [user]: set({ maxAge: '48h' }), 'work/.gemini/settings.json': set({ maxAge: '3m' }) }),
  ).toEqual(after(90));
  // What it cannot make sense of turns it off.
  expect(await of({ [user]: set({ maxAge: 'long' }) })).toBeUndefined();
  expect(await of({ [user]: set({ maxAge: '2d', minRetention: '1w' }) })).toBeUndefined();
  const system = { GEMINI_CLI_SYSTEM_SETTINGS_PATH: 'system.json' };
  expect(await of({ [user]: set({ maxAge: '9d' }), 'system.json': set({ maxAge: '7d' }) }, system)).toEqual(
    after(7),
  );
});

it('looks where GEMINI_CLI_HOME says', async () => {
  const elsewhere = join(await temporaryDirectory(), 'data');
  await cp(join(home, '.gemini'), join(elsewhere, '.gemini'), { recursive: true });
  const machine = machineAt('/home/user', { GEMINI_CLI_HOME: elsewhere });
  expect(await geminiReader.places(machine)).toEqual([join(elsewhere, '.gemini/tmp')]);
  expect(await readAll(geminiReader, machine)).toHaveLength((await recorded()).length);
});
