import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copilotReader } from '../../../../src/agent/history/copilot/copilot-reader.ts';
import { homeWith, machineAt, readAll, recordedHome, startingWith, told } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';

// Made by hand: chatModel.ts and objectMutationLog.ts of microsoft/vscode.
const home = recordedHome('copilot-chats');
const chats = () => readAll(copilotReader, machineAt(home));
const storage = '.config/Code/User/workspaceStorage';

readerContract('Copilot in VS Code', { reader: copilotReader, home });

it('tells a chat with what the model asked for, and what a person went back from', async () => {
  const chat = startingWith(await chats(), 'Greet people by name.');
  expect(told(chat.entries)).toEqual([
    'prompt: Greet people by name.',
    'answer: Looking around in greet.js first.',
    'read_file | read | /home/user/project/greet.js | </home/user/project/greet.js | ok',
    'grep_search | search | hello | ok',
    'plan: done Look around; active Change it; open Test it',
    'answer: Now the change.',
    'textEditGroup | write | /home/user/project/greet.js | >/home/user/project/greet.js | ok',
    'multi_replace_string_in_file | write | Replacing 2 strings | >/home/user/project/a.js | >/home/user/project/b.js | ok',
    'apply_patch | write | Using "Apply Patch" | >/home/user/project/test.js | ok',
    'run_in_terminal | execute | npm test -- greet | failed1',
    'run_in_terminal | execute | rm -rf node_modules | failed',
    'runSubagent | delegate | Look at it | ok',
    'mcp_issues_find | other | Ran `find` | failed',
    'answer: Greeting takes a name.',
  ]);
  expect(chat).toMatchObject({
    title: 'Greeting by name',
    cwd: '/home/user/project',
    model: 'claude-sonnet-4.5',
    created: 1_759_312_800_000,
    state: 'done',
    turns: 2,
    usage: { inputTokens: 2100, outputTokens: 120 },
    costUsd: null,
    problems: [],
  });
  expect(chat.entries[0]).toMatchObject({ pictures: 1 });
  expect(chat.entries[10]).toMatchObject({ command: 'rm -rf node_modules', result: { denied: true } });
  expect(chat.branches.map(({ entries }) => told(entries).slice(chat.entries.length))).toEqual([
    ['prompt: Make it shout.', 'answer: It shouts.'],
  ]);
});

it('tells a chat that is kept as a log of changes', async () => {
  const chat = startingWith(await chats(), 'Say hello.');
  expect(told(chat.entries)).toEqual([
    'prompt: Say hello.',
    'answer: Hello.',
    'prompt: Count to a million.',
    'answer: 1, 2,',
    'stopped: ',
  ]);
  expect(chat).toMatchObject({ title: 'Saying hello', state: 'stopped', model: 'gpt-5', turns: 2 });
});

it('says how chats of windows without a folder ended', async () => {
  const ends = ['Ask what is refused.', 'Deploy it.'].map(async (prompt) => {
    const { cwd, state, entries } = startingWith(await chats(), prompt);
    return [cwd, state, told(entries).at(-1)];
  });
  expect(await Promise.all(ends)).toEqual([
    ['', 'failed', 'error: Sorry, your request failed.'],
    ['', 'waiting', 'run_in_terminal | execute | ./deploy.sh | ...'],
  ]);
});

it('finds chats of every editor and system, a log before the document that it was taken from', async () => {
  const request = (text: string) => ({ requests: [{ message: { text }, response: [{ value: 'Yes.' }] }] });
  const old = JSON.stringify(request('Old.'));
  const place = await homeWith({
    [`${storage}/a/chatSessions/1.json`]: old,
    [`${storage}/a/chatSessions/1.jsonl`]: JSON.stringify({ kind: 0, v: request('New.') }),
    [`${storage}/a/workspace.json`]: '{"workspace":"file:///home/user/all%20of%20it/my.code-workspace"}',
    '.vscode-server/data/User/workspaceStorage/b/chatSessions/2.json': old,
    '.vscode-server/data/User/workspaceStorage/b/workspace.json':
      '{"folder":"vscode-remote://wsl%2Bubuntu/home/user/there"}',
    'AppData/Roaming/Code/User/workspaceStorage/c/chatSessions/3.json': old,
    'AppData/Roaming/Code/User/workspaceStorage/c/workspace.json': '{"folder":"file:///c%3A/Users/me/work"}',
  });
  const found = await readAll(copilotReader, machineAt(place));
  expect(found.map(({ id, cwd, entries }) => [id, cwd, told(entries)[0]]).sort()).toEqual([
    ['vscode-1', '/home/user/all of it', 'prompt: New.'],
    ['vscode-2', '/home/user/there', 'prompt: Old.'],
  ]);
  await rm(join(place, storage), { recursive: true });
  const onWindows = await readAll(copilotReader, machineAt(place, {}, 'win32'));
  expect(onWindows.map(({ id, cwd }) => [id, cwd])).toContainEqual(['vscode-3', 'C:\\Users\\me\\work']);
});
