import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clineReader } from '../../../../src/agent/history/cline/cline-reader.ts';
import { homeWith, machineAt, readAll, recordedHome, startingWith, told } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';

const home = recordedHome('cline');
const recorded = () => readAll(clineReader, machineAt(home));
// Made by hand: ClineMessage and HistoryItem of cline/cline.
const tasks = recordedHome('cline-tasks');

readerContract('Cline', { reader: clineReader, home });
readerContract('Cline in an editor', { reader: clineReader, home: tasks });

it('tells a session that was gone on with behind a summary', async () => {
  const long = startingWith(await recorded(), 'Greet people by name.');
  expect(told(long.entries)).toEqual([
    'prompt: Greet people by name.',
    'answer: Looking around first.',
    'read_files | read | /home/user/project/greet.js, /home/user/project/missing.js | </home/user/project/greet.js | </home/user/project/missing.js | failed',
    'search_codebase | search | hello | ok',
    'answer: Now the change.',
    'editor | write | /home/user/project/greet.js | >/home/user/project/greet.js | ok',
    'editor | write | /home/user/project/test.js | >/home/user/project/test.js | ok',
    'run_commands | execute | ls echo failed && exit 3 | failed',
    'answer: Let somebody look.',
    'spawn_agent | delegate | Look at greet.js. | ok',
    'answer: Greeting takes a name now.',
    'prompt: Is anything left to do?',
    'answer: Nothing is left.',
    'compaction: ## Summary',
    'prompt: Thank you.',
    'answer: You are welcome.',
  ]);
  expect(long).toMatchObject({
    toolVersion: '3.0.65',
    title: '',
    cwd: '/home/user/project',
    model: 'claude-sonnet-4-5',
    state: 'done',
    turns: 6,
    problems: [],
  });
  const call = long.entries.find((entry) => entry.kind === 'call' && entry.name === 'run_commands');
  expect(call).toMatchObject({ command: 'ls\necho failed && exit 3' });
  // A thousand tokens of one request were known to the server and cost a tenth.
  const [input, output] = [long.usage?.inputTokens ?? 0, long.usage?.outputTokens ?? 0];
  expect(long.costUsd).toBeCloseTo(((input - 1000) * 3 + 1000 * 0.3 + output * 15) / 1_000_000, 9);
});

it('tells whose subagent a session is of, also before it is read', async () => {
  const transcripts = await recorded();
  const child = startingWith(transcripts, 'Look at greet.js.');
  const parent = startingWith(transcripts, 'Greet people by name.');
  expect(child.lineage).toMatchObject({ how: 'subagent', from: parent.id });
  expect(child).toMatchObject({ cwd: '/home/user/project', state: 'done', turns: 2 });
  const { sessions } = await clineReader.find(machineAt(home), 100);
  expect(sessions.find(({ id }) => id === child.id)).toMatchObject({ parent: parent.id });
});

it('says how a session ended', async () => {
  const transcripts = await recorded();
  const ends = ['Ask what is refused.', 'Wait for me.', 'Begin something.'].map((prompt) => {
    const { state, entries } = startingWith(transcripts, prompt);
    return [state, told(entries).at(-1)];
  });
  expect(ends).toEqual([
    ['failed', 'error: Refused with 400.'],
    ['stopped', 'run_commands | execute | sleep 20 | failed'],
    ['interrupted', 'run_commands | execute | sleep 20 | ...'],
  ]);
});

it('says that a session is running whose process lives', async () => {
  const place = await homeWith({});
  await cp(home, place, { recursive: true });
  const before = startingWith(await readAll(clineReader, machineAt(place)), 'Begin something.');
  const directory = join(place, '.cline/data/sessions', before.id);
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    await writeFile(path, (await readFile(path, 'utf8')).replace('2000000000', String(process.pid)));
  }
  const after = startingWith(await readAll(clineReader, machineAt(place)), 'Begin something.');
  expect([before.state, after.state]).toEqual(['interrupted', 'running']);
});

it('tells a task of the extension from what it showed', async () => {
  const task = startingWith(await readAll(clineReader, machineAt(tasks)), 'Greet people by name.');
  expect(told(task.entries)).toEqual([
    'prompt: Greet people by name.',
    'answer: Looking around first.',
    'readFile | read | greet.js | </home/user/project/greet.js | ok',
    'searchFiles | search | hello | ok',
    'plan: done Look around; open Change it',
    'editedExistingFile | write | greet.js | >/home/user/project/greet.js | ok',
    'newFileCreated | write | test/greet.test.js | >/home/user/project/test/greet.test.js | failed',
    'command | execute | npm test | ok',
    'issues/find | other | greeting | ok',
    'question: Which greeting?',
    'prompt: Hi',
    'compaction: Greeting takes a name now.',
    'answer: Greeting takes a name.',
    'prompt: Thank you.',
    'stopped: ',
  ]);
  expect(task).toMatchObject({
    created: 1_759_312_800_000,
    toolVersion: '3.38.0',
    cwd: '/home/user/project',
    model: 'claude-sonnet-4-5',
    state: 'stopped',
    turns: 2,
    usage: { inputTokens: 861, outputTokens: 52 },
    costUsd: 0.53,
  });
  const command = task.entries.find((entry) => entry.kind === 'call' && entry.name === 'command');
  expect(command).toMatchObject({ command: 'npm test', result: { ok: true, text: '1 test\nfailed' } });
});

it('says that a task waits for a person, and where it worked as the model was told', async () => {
  const task = startingWith(await readAll(clineReader, machineAt(tasks)), 'Deploy it.');
  expect([task.state, task.cwd, told(task.entries).at(-1)]).toEqual([
    'waiting',
    '/home/user/other',
    'command | execute | ./deploy.sh | ...',
  ]);
});

it('finds tasks of every editor and system, and sessions where a person said they are', async () => {
  const messages = '[{"ts":1759312800000,"type":"say","say":"task","text":"Go."}]';
  const task = 'globalStorage/saoudrizwan.claude-dev/tasks/1/ui_messages.json';
  const elsewhere = await homeWith({
    [`AppData/Roaming/Cursor/User/${task}`]: messages,
    [`Library/Application Support/VSCodium/User/${task}`]: messages,
    [`.vscode-server/data/User/${task}`]: messages,
    '.cline/data/tasks/2/ui_messages.json': messages,
    'mine/3_a/3_a.messages.json': '{"messages":[{"role":"user","content":"Go."}]}',
  });
  const idsOn = async (platform: NodeJS.Platform, environment = {}) => {
    const { sessions } = await clineReader.find(machineAt(elsewhere, environment, platform), 100);
    return sessions.map(({ id }) => id).sort();
  };
  expect(await idsOn('win32')).toEqual(['1', '1', '2']);
  expect(await idsOn('darwin')).toEqual(['1', '1', '2']);
  expect(await idsOn('linux')).toEqual(['1', '2']);
  expect(await idsOn('linux', { CLINE_SESSION_DATA_DIR: `${elsewhere}/mine` })).toEqual(['1', '2', '3_a']);
});

it('opens a session of the command line by its id, and no task of the extension', () => {
  expect(clineReader.reopenings({ id: '1796086643753_u1v8u', cwd: '/w' })).toEqual([
    { kind: 'terminal', command: 'cline', args: ['--id', '1796086643753_u1v8u'], cwd: '/w' },
  ]);
  expect(clineReader.reopenings({ id: '1759312800000', cwd: '/w' })).toEqual([]);
});
