import { expect, it } from 'vitest';
import { piReader } from '../../../../src/agent/history/pi/pi-reader.ts';
import { homeWith, machineAt, readAll, recordedHome, startingWith, told } from '../machine.ts';
import { readerContract } from '../reader-contract.ts';

const home = recordedHome('pi');
const recorded = () => readAll(piReader, machineAt(home));

readerContract('Pi', { reader: piReader, home, isLines: true });

it('tells a session as pi would go on with it, and its other end apart', async () => {
  const transcripts = await recorded();
  const copy = transcripts.find(({ lineage }) => lineage !== undefined);
  const long = transcripts.find(({ id }) => id === copy?.lineage?.from);
  const beginning = [
    'prompt: Greet people by name.',
    'answer: Looking around first.',
    'read | read | greet.js | </home/user/project/greet.js | ok',
    expect.stringMatching(/^grep \| search \| hello \| (ok|failed)$/),
    'answer: Now the change.',
    'edit | write | /home/user/project/greet.js | >/home/user/project/greet.js | ok',
    'write | write | test/greet.test.js | >/home/user/project/test/greet.test.js | ok',
    'read | read | missing.js | </home/user/project/missing.js | failed',
    'bash | execute | node --version > /dev/null && exit 3 | failed3',
    'answer: Greeting takes a name now.',
    'bashExecution | execute | ls test | ok',
    'compaction: ## Summary',
  ];
  const after = [
    'other: (instructions of the program)',
    'prompt: Is anything left to do?',
    'answer: Nothing is left.',
  ];
  expect(told(long?.entries ?? [])).toEqual([...beginning, ...after]);
  expect(long?.branches.map(({ entries }) => told(entries))).toEqual([
    [
      ...beginning,
      'prompt: What is left to do?',
      'answer: Checking.',
      'ls | read | test | ok',
      expect.stringMatching(/^find \| search \| \*\.md \| (ok|failed)$/),
      'answer: The readme is left.',
    ],
  ]);
  expect(long).toMatchObject({
    title: 'Greeting by name',
    cwd: '/home/user/project',
    model: 'claude-sonnet-4-5',
    state: 'done',
    turns: 6,
    problems: [],
  });
  expect(long?.entries[0]).toMatchObject({ kind: 'prompt', pictures: 1 });
  // What pi counted itself: six answers, a compaction and the summary of the way that was left.
  expect(long?.usage?.inputTokens).toBeGreaterThan(10_000);
  expect(long?.costUsd).toBeCloseTo(
    ((long?.usage?.inputTokens ?? 0) * 3 + (long?.usage?.outputTokens ?? 0) * 15) / 1_000_000,
    9,
  );
  expect(copy?.lineage).toEqual({ how: 'fork', from: long?.id });
  expect(told(copy?.entries ?? []).slice(-2)).toEqual(['prompt: Thank you.', 'answer: You are welcome.']);
});

it('says how a session ended', async () => {
  const transcripts = await recorded();
  const refused = startingWith(transcripts, 'Ask what is refused.');
  expect([refused.state, refused.turns]).toEqual(['failed', 0]);
  expect(told(refused.entries).at(-1)).toMatch(/^error: 400 /);
  const stopped = startingWith(transcripts, 'Wait for me.');
  expect([stopped.state, stopped.entries.at(-1)]).toMatchObject(['stopped', { what: 'stopped' }]);
  const killed = startingWith(transcripts, 'Begin something.');
  expect([killed.state, told(killed.entries).at(-1)]).toEqual([
    'interrupted',
    'bash | execute | sleep 5 | ...',
  ]);
});

it('looks where a person said sessions are kept, besides where they are otherwise', async () => {
  const line = '{"type":"session","version":3,"id":"x","timestamp":"2026-01-01T00:00:00Z","cwd":"/w"}\n';
  const elsewhere = await homeWith({
    '.pi/agent/settings.json': '{"sessionDir":"~/mine"}',
    '.pi/agent/sessions/--w--/2026-01-01T00-00-00-000Z_default.jsonl': line,
    'mine/2026-01-01T00-00-00-000Z_set_by_hand.jsonl': line,
    'env/own-name.jsonl': line,
    'env/notes.txt': 'no session',
  });
  const machine = machineAt(elsewhere, { PI_CODING_AGENT_SESSION_DIR: `${elsewhere}/env` });
  const { sessions } = await piReader.find(machine, 10);
  expect(sessions.map(({ id }) => id).sort()).toEqual(['default', 'own-name', 'set_by_hand']);
});

const NAME = '.pi/agent/sessions/--w--/2026-01-01T00-00-00-000Z_one.jsonl';

async function readLines(...lines: readonly unknown[]) {
  const content = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const [transcript] = await readAll(piReader, machineAt(await homeWith({ [NAME]: `${content}\n` })));
  if (!transcript) throw new Error('Nothing was found.');
  return transcript;
}

const header = { type: 'session', version: 3, id: 'one', timestamp: '2026-01-01T00:00:00Z', cwd: '/w' };
const user = (text: string) => ({ type: 'message', message: { role: 'user', content: text } });

it('reads sessions from before lines had names', async () => {
  const old = await readLines(
    { type: 'session', id: 'one', timestamp: '2026-01-01T00:00:00Z', cwd: '/w' },
    user('First.'),
    { type: 'message', message: { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] } },
  );
  expect([told(old.entries), old.branches]).toEqual([['prompt: First.', 'answer: Done.'], []]);
});

it('loses a line that cannot be read and nothing else', async () => {
  const torn = await readLines(
    header,
    { ...user('First.'), id: 'a', parentId: null },
    '{"type":"message","id":"b","parentId":"a","message":{"role":"user","con',
    { ...user('Third.'), id: 'c', parentId: 'b' },
    { ...user('Third again, named alike.'), id: 'c', parentId: 'c' },
  );
  expect(told(torn.entries)).toEqual([
    'prompt: First.',
    'prompt: Third.',
    'prompt: Third again, named alike.',
  ]);
  expect(torn.problems).toEqual(['1 line is no JSON and could not be read.']);
});

it('leaves out what pi put into a prompt, and tells calls that tools made', async () => {
  const made = await readLines(
    header,
    {
      ...user('<skill name="pdf" location="/s/pdf.md">\nA long text.\n</skill>\n\nRead the invoice.'),
      id: 'a',
    },
    { ...user('<file name="/w/a.ts">\nexport {};\n</file>\nExplain it.'), id: 'b', parentId: 'a' },
    {
      type: 'message',
      id: 'c',
      parentId: 'b',
      message: {
        role: 'toolResult',
        toolCallId: 'none',
        nestedCalls: {
          calls: [
            { id: 'n1', name: 'write', arguments: { path: 'out.txt' }, status: 'ok' },
            { id: 'n2', name: 'read', status: 'unfinished' },
          ],
        },
        content: [],
      },
    },
  );
  expect(told(made.entries)).toEqual([
    'prompt: /skill:pdf Read the invoice.',
    'prompt: @/w/a.ts Explain it.',
    'write | write | out.txt | >/w/out.txt | ok',
    'read | read | read | ...',
  ]);
});

it('opens a session by its id, and none whose id pi would not take', () => {
  expect(piReader.reopenings({ id: '01a2', cwd: '/w' })).toEqual([
    { kind: 'terminal', command: 'pi', args: ['--session', '01a2'], cwd: '/w' },
  ]);
  expect(piReader.reopenings({ id: '--yolo', cwd: '/w' })).toEqual([]);
});
