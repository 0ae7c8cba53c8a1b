import { execFile } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claudeCodeReader as reader } from '../../../../src/agent/history/claude-code/claude-code-reader.ts';
import type { SessionFile } from '../../../../src/agent/history/history-reader.ts';
import type { Transcript, TranscriptEntry } from '../../../../src/agent/history/transcript.ts';
import { homeWith, machineAt, recordedHome, told } from '../machine.ts';
import { answer, call, line, PROJECT, prompt, readLines, readText, result, SESSION, text } from './lines.ts';

describe('a session that was cut off', () => {
  it('tells the beginning of what the whole one tells, wherever it is cut', {
    timeout: 300_000,
  }, async () => {
    const home = recordedHome('claude-code');
    const whole = machineAt(home);
    const { sessions } = await reader.find(whole, 100);
    const contents = await Promise.all(sessions.map(({ path }) => readFile(path)));
    const wholes = await Promise.all(sessions.map((file) => transcript(home, file)));
    const copy = await homeWith({ [`${PROJECT}/${SESSION}.jsonl`]: '' });
    const path = `${copy}/${PROJECT}/${SESSION}.jsonl`;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: sessions.length - 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (at, part) => {
          const content = contents[at] ?? Buffer.alloc(0);
          await writeFile(path, content.subarray(0, Math.floor(content.length * part)));
          const [file] = (await reader.find(machineAt(copy), 1)).sessions;
          const read = file && (await reader.read(machineAt(copy), { ...file, ...ofKind(sessions[at]) }));
          if (!read?.ok) return;
          const lines = [
            wholes[at]?.entries ?? [],
            ...(wholes[at]?.branches ?? []).map(({ entries }) => entries),
          ];
          const begun = comparable(read.value.entries);
          expect(lines.some((entries) => isBeginning(begun, comparable(entries)))).toBe(true);
        },
      ),
      { numRuns: 600 },
    );
  });
});

/** A cut subagent's session is read as one. */
function ofKind(file: SessionFile | undefined): Partial<SessionFile> {
  return file?.parent === undefined ? {} : { id: file.id, parent: file.parent };
}

async function transcript(home: string, file: SessionFile): Promise<Transcript> {
  const read = await reader.read(machineAt(home), file);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

/** Without what is told of the end: results that had not come, open questions. */
function comparable(entries: readonly TranscriptEntry[]): readonly unknown[] {
  return entries
    .filter((entry) => entry.kind !== 'notice' || entry.what !== 'question')
    .map((entry) => (entry.kind === 'call' ? { ...entry, result: undefined } : entry))
    .map((entry) => JSON.stringify(entry));
}

function isBeginning(some: readonly unknown[], all: readonly unknown[]): boolean {
  return some.every((entry, at) => entry === all[at]);
}

describe('hostile lines', () => {
  it('go round in circles, hang on themselves and name what is not there', async () => {
    const read = await readLines(
      prompt('a', 'c', 'One.'),
      answer('b', 'a', 'Two.'),
      prompt('c', 'b', 'Three.'),
      answer('d', 'd', 'Alone.'),
      prompt('e', 'nowhere', 'Five.'),
      { type: 'last-prompt', leafUuid: 'nowhere' },
    );
    expect(told(read.entries)).toContain('prompt: Five.');
    expect(read.problems).toEqual([]);
  });

  it('are of wrong kinds in every place', async () => {
    const odd: readonly unknown[] = [
      null,
      7,
      'text',
      [],
      [[]],
      {},
      { type: 1 },
      [null, 3, { type: 'tool_use' }],
      true,
    ];
    const lines = odd.flatMap((value, at) => [
      prompt(`p${at}`, null, value, { isMeta: value, origin: value, toolUseResult: value, timestamp: value }),
      answer(`q${at}`, null, value, { message: value }),
      answer(`r${at}`, null, value, { requestId: value, cwd: value, version: value }),
      line(`s${at}`, null, { type: 'attachment', attachment: value }),
      line(`t${at}`, null, { type: 'system', subtype: 'compact_boundary', compactMetadata: value }),
      { type: 'last-prompt', leafUuid: value, explicit: value },
      { type: 'custom-title', customTitle: value },
      { type: 'cost-state', totalCostUSD: value },
      { type: 'derived-from', sessions: value },
      { type: value, uuid: value, parentUuid: value, message: value },
      {
        uuid: `u${at}`,
        type: 'user',
        message: { content: [result('x', value), call(`c${at}`, 'Bash', { command: value })] },
      },
      {
        uuid: `v${at}`,
        type: 'user',
        message: { content: [result('x', '')] },
        toolUseResult: { newTodos: value, tasks: value },
      },
    ]);
    const read = await readLines(...lines, prompt('z', null, 'The end.'));
    expect(told(read.entries).at(-1)).toBe('prompt: The end.');
  });

  it('repeat names: each entry still has its own', async () => {
    const bash = [call('same', 'Bash', { command: 'true' }), call('same', 'Bash', { command: 'false' })];
    const read = await readLines(
      prompt('a', null, 'One.'),
      answer('b', 'a', bash),
      prompt('c', 'b', [result('same', 'Done.')]),
      answer('d', 'c', [call('same', 'Bash', { command: 'again' })]),
      answer('d', 'c', 'Instead.'),
    );
    const names = read.entries.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
    expect(told(read.entries).at(-1)).toBe('answer: Instead.');
  });

  it('are many that hang on nothing, on one or on each other, and do not take for ever', async () => {
    const many = 10_000;
    const of = (parent: (at: number) => string | null, more: (at: number) => object = () => ({})) =>
      readLines(
        ...Array.from({ length: many }, (_, at) =>
          prompt(`n${at}`, parent(at), `Prompt ${at}.`, { ...more(at) }),
        ),
      );
    const lost = await of((at) => `lost ${at}`);
    expect(lost.entries.length + lost.branches.length).toBeGreaterThan(0);
    const wide = await of((at) => (at === 0 ? null : 'n0'));
    expect([wide.branches.length, wide.problems]).toEqual([50, [expect.stringMatching(/^\d+ older ends/)]]);
    const deep = await of((at) => (at === 0 ? null : `n${at - 1}`));
    expect(deep.entries.length).toBe(many);
    const same = await readLines(
      ...Array.from({ length: many }, (_, at) =>
        answer(`n${at}`, null, [call('x', 'Bash', { command: 'x' })], {
          message: { id: 'one', content: [call('x', 'Bash', { command: 'x' })] },
        }),
      ),
    );
    expect(same.turns).toBe(1);
  });

  it('open tags that never end', async () => {
    const endless =
      '<bash-stdout><bash-stderr><command-name><command-args><system-reminder><bash-input>'.repeat(20_000);
    const read = await readLines(
      prompt('a', null, endless),
      prompt('b', 'a', `<command-message>${endless}`),
      prompt('c', 'b', `<bash-input>${endless}`),
      prompt('d', 'c', `${' '.repeat(1_000_000)}The end.`),
      answer('e', 'd', 'Yes.'),
    );
    expect(told(read.entries).at(-1)).toBe('answer: Yes.');
  });

  it('are cut short where they are long, and told of', async () => {
    const read = await readLines(
      prompt('a', null, 'x'.repeat(5_000_000)),
      answer('b', 'a', [call('c', 'Write', { file_path: 'a.txt', content: 'y'.repeat(5_000_000) })]),
      prompt('d', 'b', [result('c', [{ type: 'text', text: 'z'.repeat(5_000_000) }])]),
      answer('e', 'd', 'Yes.'),
    );
    expect(read.entries.map((entry) => entry.kind)).toEqual(['prompt', 'call', 'answer']);
    expect(read.entries[1]).toMatchObject({ writes: ['/home/ada/work/a.txt'], result: { ok: true } });
    expect(JSON.stringify(read.entries).length).toBeLessThan(200_000);
  });

  it('are damaged: they are counted, and the rest is read', async () => {
    const good = text([prompt('a', null, 'One.'), answer('b', 'a', 'Two.')]);
    const read = await readText(
      `${good}{"torn":\n\u0000\u0001\n${text([prompt('c', 'b', 'Three.')])}{"type":"us`,
    );
    expect(told(read.entries)).toEqual(['prompt: One.', 'answer: Two.', 'prompt: Three.']);
    expect(read.problems).toEqual([
      'Its last line is incomplete: it was being written, or never finished.',
      '2 lines are damaged and were left out.',
    ]);
  });

  it('bridges a line that was lost by what was said just before it', async () => {
    const read = await readLines(
      prompt('a', null, 'One.'),
      answer('b', 'a', 'Two.'),
      prompt('d', 'c', 'Three.'),
    );
    expect(told(read.entries)).toEqual(['prompt: One.', 'answer: Two.', 'prompt: Three.']);
  });

  it('fails with a sentence where a file holds nothing at all', async () => {
    const machine = machineAt(await homeWith({ [`${PROJECT}/${SESSION}.jsonl`]: 'no JSON\n' }));
    const [file] = (await reader.find(machine, 1)).sessions;
    const read = file && (await reader.read(machine, file));
    expect(read).toMatchObject({ ok: false, error: { message: expect.stringContaining('holds nothing') } });
  });
});

describe('a file with a line of 100 MB', () => {
  it('is read in bounded memory', { timeout: 120_000 }, async () => {
    const home = await homeWith({ [`${PROJECT}/${SESSION}.jsonl`]: text([prompt('a', null, 'One.')]) });
    const path = `${home}/${PROJECT}/${SESSION}.jsonl`;
    await appendPicture(path, 100);
    await writeFile(path, text([answer('c', 'b', 'A picture.')]), { flag: 'a' });
    const small = await homeWith({ [`${PROJECT}/${SESSION}.jsonl`]: text([prompt('a', null, 'One.')]) });
    const { entries, grown } = await readInChild(small, home);
    expect(entries).toEqual(['prompt One.', 'prompt Look.', 'answer A picture.']);
    expect(grown).toBeLessThan(150 * 1024 * 1024);
  });
});

async function appendPicture(path: string, megabytes: number): Promise<void> {
  const mark = 'HERE';
  const source = { type: 'base64', media_type: 'image/png', data: mark };
  const [before = '', after = ''] = text([
    prompt('b', 'a', [
      { type: 'image', source },
      { type: 'text', text: 'Look.' },
    ]),
  ]).split(mark);
  const file = await open(path, 'a');
  try {
    await file.write(before);
    for (let part = 0; part < megabytes; part += 1) await file.write('A'.repeat(1024 * 1024));
    await file.write(after);
  } finally {
    await file.close();
  }
}

/** By how many bytes a process of its own grew at most, from reading a small session to reading the large one. */
async function readInChild(
  small: string,
  large: string,
): Promise<{ readonly entries: readonly string[]; readonly grown: number }> {
  const [readerUrl, filesUrl] = ['agent/history/claude-code/claude-code-reader.ts', 'base/node-files.ts'].map(
    (path) => new URL(`../../../../src/${path}`, import.meta.url).toString(),
  );
  const script = `
    const { claudeCodeReader: reader } = await import(${JSON.stringify(readerUrl)});
    const { nodeFiles: files } = await import(${JSON.stringify(filesUrl)});
    async function read(homeDirectory) {
      const machine = { files, homeDirectory, environment: {}, platform: 'linux' };
      const [file] = (await reader.find(machine, 1)).sessions;
      return (await reader.read(machine, file)).value;
    }
    await read(${JSON.stringify(small)});
    const before = process.resourceUsage().maxRSS;
    const { entries } = await read(${JSON.stringify(large)});
    const grown = (process.resourceUsage().maxRSS - before) * 1024;
    console.log(JSON.stringify({ grown, entries: entries.map(({ kind, text }) => kind + ' ' + text) }));
  `;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../../../..', import.meta.url)),
  });
  return JSON.parse((await run).stdout) as { entries: readonly string[]; grown: number };
}
