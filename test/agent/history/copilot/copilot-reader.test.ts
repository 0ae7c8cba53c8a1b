import { appendFile, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copilotReader } from '../../../../src/agent/history/copilot/copilot-reader.ts';
import { homeWith, machineAt, readAll, recordedHome, startingWith, told } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';

const home = recordedHome('copilot');
const recorded = () => readAll(copilotReader, machineAt(home));

readerContract('Copilot', { reader: copilotReader, home, isLines: true });

it('tells a session that was gone on with behind a summary', async () => {
  const long = startingWith(await recorded(), 'Greet people by name.');
  expect(told(long.entries)).toEqual([
    'prompt: Greet people by name.',
    'answer: Looking around first.',
    'view | read | /home/user/project/greet.js | </home/user/project/greet.js | ok',
    'view | read | /home/user/project/missing.js | </home/user/project/missing.js | failed',
    'grep | search | hello | ok',
    'answer: Now the change.',
    'edit | write | /home/user/project/greet.js | >/home/user/project/greet.js | ok',
    'create | write | /home/user/project/test.js | >/home/user/project/test.js | ok',
    'bash | execute | echo failed && exit 3 | failed3',
    'answer: Let somebody look.',
    'task | delegate | Look at it | ok',
    'bash | execute | wc -l greet.js | ok',
    'answer: Greeting takes a name now.',
    'prompt: Is anything left to do?',
    'answer: Nothing is left.',
    'compaction: <overview>Greeting takes a name.</overview>',
    'prompt: Thank you.',
    'answer: You are welcome.',
  ]);
  expect(long).toMatchObject({
    toolVersion: '1.0.102',
    title: 'Greeting by name',
    cwd: '/home/user/project',
    model: 'claude-sonnet-4.5',
    state: 'done',
    turns: 6,
    costUsd: null,
    problems: [],
  });
  expect(long.usage?.inputTokens).toBeGreaterThan(1000);
});

it('says how a session ended; a name that is the prompt again is no title', async () => {
  const transcripts = await recorded();
  const ends = ['Ask what is refused.', 'Wait for me.', 'Begin something.'].map((prompt) => {
    const { title, state, entries } = startingWith(transcripts, prompt);
    return [title, state, told(entries).at(-1)];
  });
  expect(ends).toEqual([
    ['', 'failed', 'error: 400 Refused with 400.'],
    ['', 'interrupted', 'bash | execute | sleep 60 | ...'],
    ['', 'interrupted', 'bash | execute | sleep 50 | ...'],
  ]);
});

it('says that a session is running that a living process has open, and that a person stopped it', async () => {
  const place = await homeWith({});
  await cp(home, place, { recursive: true });
  const now = async () => startingWith(await readAll(copilotReader, machineAt(place)), 'Begin something.');
  const directory = join(place, '.copilot/session-state', (await now()).id);
  const lock = join(directory, `inuse.${process.pid}.lock`);
  await writeFile(join(directory, 'inuse.2000000000.lock'), '');
  expect((await now()).state).toBe('interrupted');
  await writeFile(lock, '');
  expect((await now()).state).toBe('running');
  // Made by hand: `abort` of session-events.ts.
  await appendFile(join(directory, 'events.jsonl'), `${line('abort', { reason: 'user initiated' })}\n`);
  expect(told((await now()).entries).at(-1)).toBe('stopped: user initiated');
});

// Made by hand from session-events.ts of github/copilot-sdk: what was not had of the program.
it('tells what a person denied, was asked and chose, and what was shown as if it had been typed', async () => {
  const place = await homeWith({
    'mine/session-state/11111111-1111-4111-8111-111111111111.jsonl': [
      line('session.start', {
        sessionId: 'x',
        copilotVersion: '0.0.350',
        context: { cwd: '/p', branch: 'main' },
      }),
      line('user.message', { content: 'Go.', source: 'user', attachments: [{ mimeType: 'image/png' }] }),
      line('user.message', { content: 'A skill.', source: 'skill-x' }),
      line('assistant.message', {
        content: '',
        toolRequests: [
          { toolCallId: 'a', name: 'str_replace_editor', arguments: { command: 'view', path: 'a.js' } },
          {
            toolCallId: 'b',
            name: 'apply_patch',
            arguments: '*** Begin Patch\n*** Update File: b.js\n*** End Patch',
          },
          { toolCallId: 'c', name: 'bash', arguments: { command: 'rm -rf /' } },
          { toolCallId: '__proto__', name: '__proto__', arguments: 3 },
        ],
      }),
      line('tool.execution_complete', { toolCallId: 'b', success: true, fileEdits: [{ path: '/p/c.js' }] }),
      line('tool.execution_complete', {
        toolCallId: 'c',
        success: false,
        error: { code: 'denied', message: 'No.' },
      }),
      line('session.title_changed', { title: 'Named' }),
      line('user_input.requested', { question: 'Which?' }),
    ].join('\n'),
  });
  const machine = machineAt(place, { COPILOT_HOME: join(place, 'mine') });
  const [transcript] = await readAll(copilotReader, machine);
  expect(transcript).toMatchObject({ title: 'Named', cwd: '/p', branch: 'main', state: 'waiting' });
  expect(told(transcript!.entries)).toEqual([
    'prompt: Go.',
    'str_replace_editor | read | a.js | </p/a.js | ...',
    'apply_patch | write | b.js | >/p/b.js | >/p/c.js | ok',
    'bash | execute | rm -rf / | failed',
    '__proto__ | other | __proto__ | ...',
    'question: Which?',
  ]);
  expect(transcript!.entries[0]).toMatchObject({ pictures: 1 });
  expect(transcript!.entries[3]).toMatchObject({ result: { denied: true } });
});

it('opens a session of the command line again by its id, a chat not', () => {
  const id = '11111111-1111-4111-8111-111111111111';
  expect(copilotReader.reopenings({ id, cwd: '/p' })).toEqual([
    { kind: 'terminal', command: 'copilot', args: [`--resume=${id}`], cwd: '/p' },
  ]);
  expect(copilotReader.reopenings({ id: `vscode-${id}`, cwd: '/p' })).toEqual([]);
});

function line(type: string, data: object): string {
  return JSON.stringify({ type, data, timestamp: '2025-10-01T10:00:00.000Z' });
}
