import { beforeAll, describe, expect, it } from 'vitest';
import { claudeCodeReader as reader } from '../../../../src/agent/history/claude-code/claude-code-reader.ts';
import { rowOf, writtenFiles } from '../../../../src/agent/history/session-row.ts';
import type { CallEntry, Transcript } from '../../../../src/agent/history/transcript.ts';
import { machineAt, recordedHome, told } from '../machine.ts';
import { type Recorded, readRecorded } from './recorded.ts';

const home = recordedHome('claude-code');
const machine = machineAt(home);

describe('sessions that Claude Code made', () => {
  let recorded: Recorded;
  beforeAll(async () => {
    recorded = await readRecorded(home);
  });

  async function session(name: string): Promise<Transcript> {
    const id = recorded.sessions[name];
    const file = (await reader.find(machine, 100)).sessions.find((found) => found.id === id);
    if (file === undefined) throw new Error(`There is no session "${name}".`);
    const read = await reader.read(machine, file);
    if (!read.ok) throw new Error(read.error.message);
    return read.value;
  }

  async function subagentOf(parent: string): Promise<Transcript> {
    const file = (await reader.find(machine, 100)).sessions.find((found) => found.parent === parent);
    const read = file && (await reader.read(machine, file));
    if (!read?.ok) throw new Error('There is no subagent.');
    return read.value;
  }

  it('tells calls by what they do, with paths, exit codes and what they said', async () => {
    const plain = await session('plain');
    expect(told(plain.entries)).toEqual([
      'prompt: Greet politely.',
      'answer: I look first.',
      'Read | read | /home/user/project/greet.js | </home/user/project/greet.js | ok',
      'Edit | write | /home/user/project/greet.js | >/home/user/project/greet.js | ok',
      'Write | write | notes.md | >/home/user/project/notes.md | ok',
      'Bash | execute | echo greeted; cat notes.md | ok',
      'Bash | execute | ls missing | failed2',
      'answer: It greets politely now.',
    ]);
    const [ok, failed] = callsOf(plain, 'Bash');
    expect(ok).toMatchObject({ command: 'echo greeted; cat notes.md', result: { exitCode: 0 } });
    expect(ok?.result?.text).toBe('greeted\nGreets politely.');
    expect(failed?.result?.text).toMatch(/^Exit code 2\nls: /);
    expect(writtenFiles(plain.entries)).toEqual([
      '/home/user/project/greet.js',
      '/home/user/project/notes.md',
    ]);
  });

  it('counts each exchange once, with the cost that the program itself noted', async () => {
    const plain = await session('plain');
    expect(plain).toMatchObject({
      turns: 5,
      model: 'claude-opus-5-5',
      toolVersion: recorded.version,
      cwd: '/home/user/project',
      state: 'done',
      title: '',
      problems: [],
    });
    expect(plain.branch).toBeUndefined();
    expect(plain.usage?.outputTokens).toBeLessThan(400);
    expect(plain.costUsd).toBeGreaterThan(0.2);
    expect((await session('killed')).costUsd).toBeNull();
  });

  it('reads on where a session was continued, and says whose copy a fork is', async () => {
    const continued = await session('continued');
    expect(told(continued.entries)).toEqual([
      'prompt: Remember the word kettle.',
      'answer: The first answer.',
      'prompt: Say the word.',
      'Bash | execute | echo kettle | ok',
      'answer: The second answer.',
    ]);
    expect([continued.title, continued.turns, continued.lineage]).toEqual(['Kettle', 3, undefined]);
    const forked = await session('forked');
    const origin = await firstSession('Begin what is forked later.', forked.id);
    expect(forked.lineage).toEqual({ how: 'fork', from: origin });
    expect(told(forked.entries).at(1)).toBe('answer: An answer before the fork.');
    const branched = await session('branched');
    expect(branched.lineage).toEqual({ how: 'fork', from: recorded.sessions['typed'] });
  });

  it('has a subagent as a session of its own', async () => {
    const delegated = await session('delegated');
    expect(told(delegated.entries)).toEqual([
      'prompt: Let somebody count the files.',
      'Agent | delegate | Count files | ok',
      'answer: The subagent counts.',
      'other: Agent "Count files" finished',
      'answer: It counted two files.',
    ]);
    const subagent = await subagentOf(delegated.id);
    expect(told(subagent.entries)).toEqual([
      'prompt: Count the files here.',
      'Bash | execute | ls | wc -l | ok',
      'answer: There are two files.',
    ]);
    expect(subagent.lineage).toEqual({ how: 'subagent', from: delegated.id, agent: 'general-purpose' });
    expect([subagent.state, subagent.costUsd, reader.reopenings(subagent)]).toEqual(['done', null, []]);
  });

  it('keeps what came before a compaction, and leaves out the command that began it', async () => {
    const compacted = await session('compacted');
    expect(told(compacted.entries)).toEqual([
      'prompt: What colour is the sky?',
      'answer: The sky is blue.',
      'prompt: And the grass?',
      'Bash | execute | echo green | ok',
      'answer: The grass is green.',
      'compaction: (instructions of the program)',
      'prompt: And the sea?',
      'answer: The sea is both.',
    ]);
    expect(compacted.branches).toEqual([]);
    const summary = compacted.entries.find(({ kind }) => kind === 'compaction');
    expect(summary).toMatchObject({ summary: expect.stringContaining('Colours of the sky') });
  });

  it('leaves a call open where the process was killed, also after the session was gone on with', async () => {
    const killed = await session('killed');
    const calls = ['Bash | execute | echo fast | ok', 'Bash | execute | timeout 60 tail -f /dev/null | ...'];
    expect(told(killed.entries)).toEqual([
      'prompt: Wait for what never comes.',
      'answer: I wait for it.',
      ...calls,
    ]);
    expect(killed.state).toBe('interrupted');
    const resumed = await session('killedAndResumed');
    expect(told(resumed.entries).slice(2)).toEqual([
      ...calls,
      'prompt: What became of it?',
      'answer: It was cut short.',
    ]);
    expect(resumed.state).toBe('done');
  });

  it('tells the list of steps each time it changed', async () => {
    expect(told((await session('todos')).entries).filter((line) => line.startsWith('plan'))).toEqual([
      'plan: active Look; open Change',
      'plan: done Look; active Change',
    ]);
    expect(told((await session('tasks')).entries).filter((line) => line.startsWith('plan'))).toEqual([
      'plan: open Look',
      'plan: open Look; open Change',
      'plan: active Look; open Change',
      expect.stringMatching(/^plan: (?:active Look|done Look; open Change)$/),
      'plan: done Look',
    ]);
  });

  it('knows where it was last worked in, in a worktree too', async () => {
    expect(await session('inWorktree')).toMatchObject({
      cwd: '/home/user/project/.claude/worktrees/side',
      branch: 'worktree-side',
    });
    expect(writtenFiles((await session('inWorktree')).entries)).toEqual([
      '/home/user/project/.claude/worktrees/side/side.txt',
    ]);
    expect(await session('relocated')).toMatchObject({
      cwd: '/home/user/project/.claude/worktrees/inner',
      branch: 'worktree-inner',
    });
  });

  it('tells what a person refused from what they stopped and from what merely failed', async () => {
    const refused = await session('refused');
    expect(told(refused.entries)).toEqual([
      'prompt: Remove the stuff.',
      'Bash | execute | rm -rf stuff | failed',
      'answer: Then not.',
      'prompt: Write what is refused.',
      'Write | write | refused.txt | >/home/user/project/refused.txt | failed',
      'stopped: [Request interrupted by user for tool use]',
      'prompt: Wait for ever.',
      'Bash | execute | timeout 60 tail -f /dev/null | failed',
      'stopped: [Request interrupted by user for tool use]',
    ]);
    const calls = refused.entries.filter((entry) => entry.kind === 'call');
    expect(calls.map(({ result }) => result?.denied)).toEqual([true, true, undefined]);
    expect(calls[0]?.result?.text).toBe('Keep the stuff.');
    expect(refused.state).toBe('stopped');
    expect(writtenFiles(refused.entries)).toEqual([]);
    const [failed] = callsOf(await session('plain'), 'Bash').slice(1);
    expect(failed?.result?.denied).toBeUndefined();
  });

  it('waits where a question was left open', async () => {
    const asked = await session('asked');
    expect(told(asked.entries)).toEqual([
      'prompt: Ask me for a colour.',
      'AskUserQuestion | other | Red or blue? | ok',
      'answer: Blue, then.',
      'prompt: Ask me for a number.',
      'AskUserQuestion | other | One or two? | ...',
      'question: One or two?',
    ]);
    expect(asked.state).toBe('waiting');
  });

  it('says what it came to: an error, a limit, an answer that is a call', async () => {
    const failed = await session('failed');
    expect(told(failed.entries)).toEqual([
      'prompt: Fail, please.',
      'error: API Error: 400 Refused with 400.',
    ]);
    expect([failed.state, failed.turns, failed.usage]).toEqual(['failed', 0, undefined]);
    const limited = await session('limited');
    expect([limited.state, told(limited.entries).at(-1)]).toEqual([
      'stopped',
      'stopped: It reached its limit of 1 turns.',
    ]);
    expect((await session('structured')).state).toBe('done');
  });

  it('keeps the ways that were left as branches', async () => {
    const rewound = await session('rewound');
    expect(told(rewound.entries)).toEqual([
      'prompt: What is this?',
      'answer: A picture of one point.',
      'prompt: Go the second way.',
      'answer: The way that is taken.',
    ]);
    expect(rewound.entries[0]).toMatchObject({ pictures: 1 });
    expect(rewound.branches.map(({ entries }) => told(entries))).toEqual([
      [
        'prompt: What is this?',
        'answer: A picture of one point.',
        'prompt: Go the first way.',
        'Bash | execute | echo left | ok',
        'answer: The way that is left.',
        'prompt: And further.',
        'answer: Further on it.',
      ],
    ]);
  });

  it('tells what a person did in the terminal', async () => {
    const typed = await session('typed');
    expect(told(typed.entries)).toEqual([
      'prompt: Do what is slow.',
      'Bash | execute | sleep 2; echo slow | ok',
      'prompt: Typed in the meantime.',
      'answer: The slow one is done.',
      'prompt: A prompt that stays.',
      'answer: The answer that stays.',
      'bash-input | execute | echo shell | ok',
      'answer: I saw the shell.',
      'prompt: /check this',
      'answer: It is checked.',
    ]);
    expect(typed.title).toBe('Typed by hand');
    expect(typed.branches.map(({ entries }) => told(entries).slice(-2))).toEqual([
      ['prompt: A prompt that is left.', 'answer: The answer that is left.'],
    ]);
    expect(callsOf(typed, 'bash-input')[0]?.result?.text).toBe('shell');
  });

  it('fills a row for lists', async () => {
    const { sessions } = await reader.find(machine, 100);
    const file = sessions.find(({ id }) => id === recorded.sessions['branched']);
    if (file === undefined) throw new Error('The session is not there.');
    expect(rowOf(await session('branched'), file)).toMatchObject({
      title: 'The side',
      firstPrompt: 'Do what is slow.',
      prompts: 5,
      files: ['/home/user/project/side.txt'],
      fileCount: 1,
    });
  });

  async function firstSession(prompt: string, not: string): Promise<string | undefined> {
    for (const file of (await reader.find(machine, 100)).sessions) {
      const read = await reader.read(machine, file);
      const first = read.ok ? read.value.entries[0] : undefined;
      if (file.id !== not && first?.kind === 'prompt' && first.text === prompt) return file.id;
    }
    return undefined;
  }
});

function callsOf({ entries }: Transcript, name: string): readonly CallEntry[] {
  return entries.filter((entry) => entry.kind === 'call').filter((call) => call.name === name);
}
