import { describe, expect, it } from 'vitest';
import { told } from '../machine.ts';
import { answer, call, line, PROJECT, prompt, readLines, readText, result, SESSION, text } from './lines.ts';

const OTHER = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const begun = [prompt('a', null, 'One.'), answer('b', 'a', 'Two.')];

describe('titles', () => {
  const custom = { type: 'custom-title', customTitle: 'By hand', sessionId: SESSION };
  const made = { type: 'ai-title', aiTitle: 'Made up', sessionId: SESSION };
  const summary = { type: 'summary', summary: 'Summed up', leafUuid: 'b' };

  it('are a person’s before the program’s before a summary, whatever came last', async () => {
    expect((await readLines(custom, ...begun, made, summary)).title).toBe('By hand');
    expect((await readLines(made, ...begun, summary)).title).toBe('Made up');
    expect((await readLines(...begun, summary)).title).toBe('Summed up');
    expect((await readLines(...begun)).title).toBe('');
  });

  it('are those set last, and no summary of another session', async () => {
    expect((await readLines(...begun, custom, { ...custom, customTitle: 'Anew' })).title).toBe('Anew');
    expect((await readLines({ ...summary, leafUuid: 'elsewhere' }, ...begun)).title).toBe('');
  });
});

describe('where it was worked in', () => {
  it('is the last place that a message or a move names', async () => {
    const moved = answer('b', 'a', 'Two.', { cwd: '/home/ada/work/lib', gitBranch: 'side' });
    expect(await readLines(prompt('a', null, 'One.'), moved)).toMatchObject({
      cwd: '/home/ada/work/lib',
      branch: 'side',
    });
    const relocated = { type: 'relocated', relocatedCwd: '/home/ada/elsewhere', sessionId: SESSION };
    expect((await readLines(...begun, relocated)).cwd).toBe('/home/ada/elsewhere');
    expect((await readLines(relocated, ...begun)).cwd).toBe('/home/ada/work');
  });

  it('is told by the session and never by the name of its directory', async () => {
    expect((await readText(text(begun), `.claude/projects/-srv-other/${SESSION}.jsonl`)).cwd).toBe(
      '/home/ada/work',
    );
  });

  it('may be on Windows', async () => {
    const read = await readLines(
      prompt('a', null, 'One.', { cwd: 'C:\\work' }),
      answer('b', 'a', [call('c', 'Write', { file_path: 'src\\a.ts' })], { cwd: 'C:\\work' }),
    );
    expect([read.cwd, read.entries[1]]).toMatchObject(['C:\\work', { writes: ['C:\\work\\src\\a.ts'] }]);
  });
});

describe('where it comes from and went', () => {
  it('is told by lines of the program before copies of messages', async () => {
    const derived = (via: string) => ({
      type: 'derived-from',
      v: 1,
      sessionId: SESSION,
      sessions: [
        { type: 'unknown', id: null },
        { type: 'claude_code_session', id: OTHER, via },
      ],
    });
    expect((await readLines(...begun, derived('fork'))).lineage).toEqual({ how: 'fork', from: OTHER });
    expect((await readLines(...begun, derived('background'))).lineage).toEqual({
      how: 'continuation',
      from: OTHER,
    });
    const copied = answer('b', 'a', 'Two.', { requestSessionId: OTHER });
    expect((await readLines(prompt('a', null, 'One.'), copied)).lineage).toEqual({
      how: 'fork',
      from: OTHER,
    });
    const own = answer('b', 'a', 'Two.', { requestSessionId: SESSION });
    expect((await readLines(prompt('a', null, 'One.'), own)).lineage).toBeUndefined();
  });

  it('is said at the end where it was gone on with elsewhere', async () => {
    const read = await readLines(...begun, {
      type: 'continued-in',
      continuedInSessionId: OTHER,
      sessionId: SESSION,
    });
    expect(told(read.entries).at(-1)).toBe(`other: It was gone on with in session ${OTHER}.`);
    expect(read.state).toBe('done');
  });
});

describe('what is no prompt', () => {
  it('is what the program puts in a person’s place', async () => {
    const read = await readLines(
      ...begun,
      prompt('c', 'b', '<system-reminder>\nRemember.\n</system-reminder>'),
      prompt('d', 'c', 'Told by a skill.', { isMeta: true }),
      prompt('e', 'd', '<command-name>/status</command-name>\n<command-args></command-args>'),
      prompt('f', 'e', '<local-command-stdout>Fine.</local-command-stdout>'),
      prompt('g', 'f', '<teammate-message from="lead">Do it.</teammate-message>'),
      prompt('h', 'g', 'Timed.', { origin: { kind: 'cron' } }),
      answer('i', 'h', 'No response requested.', {
        message: { model: '<synthetic>', content: 'No response requested.' },
      }),
      prompt('j', 'i', [
        { type: 'text', text: '<ide_opened_file>a.ts</ide_opened_file>' },
        { type: 'text', text: 'Look at it.' },
        { type: 'text', text: '<system-reminder>Careful.</system-reminder>' },
        { type: 'image', source: {} },
      ]),
    );
    expect(told(read.entries).slice(2)).toEqual([
      'other: <teammate-message from="lead">Do it.</teammate-message>',
      'other: Timed.',
      'prompt: Look at it.',
    ]);
    expect(read.entries.at(-1)).toMatchObject({ pictures: 1 });
  });
});

describe('calls', () => {
  it('made together are all there, though only one of their results is on the way up', async () => {
    const two = (uuid: string, parent: string, id: string, command: string) =>
      answer(uuid, parent, [call(id, 'Bash', { command })], {
        message: {
          id: 'msg_two',
          model: 'm',
          content: [call(id, 'Bash', { command })],
          usage: { input_tokens: 7, output_tokens: 3 },
        },
      });
    const read = await readLines(
      prompt('a', null, 'One.'),
      two('b', 'a', 'first', 'one'),
      two('c', 'b', 'second', 'two'),
      prompt('d', 'c', [result('second', 'Exit code 3\nNo.', { is_error: true })]),
      prompt('e', 'b', [result('first', 'Yes.')]),
      answer('f', 'e', 'Done.'),
    );
    expect(told(read.entries)).toEqual([
      'prompt: One.',
      'Bash | execute | one | ok',
      'Bash | execute | two | failed3',
      'answer: Done.',
    ]);
    expect([read.branches, read.turns]).toEqual([[], 2]);
    expect(read.usage).toEqual({ inputTokens: 7 + 16, outputTokens: 5 });
  });

  it('in the background have no exit code yet; a refusal of an early version is in its words', async () => {
    const background = { stdout: '', stderr: '', interrupted: false, backgroundTaskId: 'x1' };
    const refusal =
      "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. ...).";
    const read = await readLines(
      prompt('a', null, 'One.'),
      answer('b', 'a', [call('x', 'Bash', { command: 'server' })]),
      prompt('c', 'b', [result('x', 'Running.')], { toolUseResult: background }),
      answer('d', 'c', [call('y', 'MultiEdit', { file_path: '~/a.ts' })]),
      prompt('e', 'd', [result('y', refusal, { is_error: true })], { toolUseResult: 'Error: refused' }),
    );
    const calls = read.entries.filter((entry) => entry.kind === 'call');
    expect(calls[0]?.result).toEqual({ ok: true, text: 'Running.' });
    expect(calls[1]).toMatchObject({
      result: { ok: false, denied: true },
      writes: [expect.stringMatching(/\/a\.ts$/)],
    });
  });

  it('of other tools are told as far as they tell', async () => {
    const read = await readLines(
      prompt('a', null, 'One.'),
      answer('b', 'a', [
        call('1', 'Grep', { pattern: 'todo', path: 'src' }),
        call('2', 'WebFetch', { url: 'https://example.com', prompt: 'What is it?' }),
        call('3', 'NotebookEdit', { notebook_path: '/home/ada/n.ipynb' }),
        call('4', 'mcp__db__query', { query: 'select 1' }),
        call('5', 'ExitPlanMode', { plan: 'Do this.' }),
      ]),
    );
    expect(told(read.entries).slice(1)).toEqual([
      'Grep | search | todo | ...',
      'WebFetch | fetch | https://example.com | ...',
      'NotebookEdit | write | /home/ada/n.ipynb | >/home/ada/n.ipynb | ...',
      'mcp__db__query | other | select 1 | ...',
      'ExitPlanMode | other | Do this. | ...',
      'question: Do this.',
    ]);
    expect(read.state).toBe('waiting');
  });
});

describe('early versions', () => {
  it('chained messages through lines of progress, and wrote subagents into the file of the session', async () => {
    const side = { isSidechain: true };
    const read = await readLines(
      prompt('a', null, 'One.'),
      line('p', 'a', { type: 'progress', data: {} }),
      answer('b', 'p', 'Two.'),
      prompt('s', null, 'For the subagent.', side),
      answer('t', 's', 'From the subagent.', side),
    );
    expect(told(read.entries)).toEqual(['prompt: One.', 'answer: Two.']);
    expect([read.branches, read.turns]).toEqual([[], 2]);
  });

  it('named what a compaction kept by its first and last message', async () => {
    const boundary = line('c', null, {
      type: 'system',
      subtype: 'compact_boundary',
      logicalParentUuid: 'b',
      compactMetadata: { preservedSegment: { headUuid: 'b', tailUuid: 'b', anchorUuid: 'd' } },
    });
    const read = await readLines(
      ...begun,
      boundary,
      prompt('d', 'c', 'Summary.', { isCompactSummary: true }),
      prompt('e', 'b', 'Three.'),
    );
    expect(told(read.entries)).toEqual([
      'prompt: One.',
      'answer: Two.',
      'compaction: Summary.',
      'prompt: Three.',
    ]);
  });

  it('kept subagents beside the sessions of persons', async () => {
    const name = `${PROJECT}/agent-1a2b.jsonl`;
    const lines = [
      prompt('a', null, 'One.', { isSidechain: true }),
      answer('b', 'a', 'Two.', { isSidechain: true }),
    ];
    const read = await readText(text(lines), name);
    expect([read.id, read.lineage, read.entries.length]).toEqual([
      '1a2b',
      { how: 'subagent', from: SESSION },
      2,
    ]);
  });
});

describe('a line that was lost', () => {
  // The program itself was asked: 5000 ms are bridged, 5001 are not.
  it('is bridged by what was said up to five seconds before', async () => {
    const later = (ms: number) => ({
      timestamp: new Date(Date.UTC(2026, 10, 1, 12, 0, 2) + ms).toISOString(),
    });
    const near = await readLines(...begun, prompt('d', 'c', 'Three.', later(5000)));
    expect(told(near.entries)).toEqual(['prompt: One.', 'answer: Two.', 'prompt: Three.']);
    const far = await readLines(...begun, prompt('d', 'c', 'Three.', later(5001)));
    expect(told(far.entries)).toEqual(['prompt: Three.']);
    expect(far.branches.map(({ entries }) => told(entries))).toEqual([['prompt: One.', 'answer: Two.']]);
  });
});

describe('a compaction', () => {
  // The program itself was asked.
  it('is where it goes on, whatever end was noted before', async () => {
    const read = await readLines(
      ...begun,
      prompt('c', 'a', 'Of another.'),
      answer('d', 'c', 'To another.'),
      { type: 'last-prompt', lastPrompt: 'Of another.', leafUuid: 'd' },
      line('e', null, {
        type: 'system',
        subtype: 'compact_boundary',
        logicalParentUuid: 'b',
        compactMetadata: {},
      }),
      prompt('f', 'e', 'Summary.', { isCompactSummary: true }),
    );
    expect(told(read.entries)).toEqual(['prompt: One.', 'answer: Two.', 'compaction: Summary.']);
  });
});

describe('two programs in one session', () => {
  it('do not disturb one another: the end that was noted counts', async () => {
    const lines = [
      ...begun,
      prompt('c', 'b', 'Mine.'),
      answer('d', 'c', 'Yours.'),
      { type: 'last-prompt', lastPrompt: 'Mine.', leafUuid: 'd' },
      prompt('e', 'b', 'Of the other.'),
      answer('f', 'e', 'To the other.'),
    ];
    const read = await readLines(...lines);
    expect(told(read.entries).at(-1)).toBe('answer: Yours.');
    expect(read.branches.map(({ id, entries }) => [id, told(entries).at(-1)])).toEqual([
      ['f', 'answer: To the other.'],
    ]);
    const after = await readLines(...lines, {
      type: 'last-prompt',
      lastPrompt: 'Of the other.',
      leafUuid: 'f',
    });
    expect(told(after.entries).at(-1)).toBe('answer: To the other.');
  });
});
