import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMemory } from '../../../src/memory/check/check-memory.ts';
import type { CheckPosition } from '../../../src/memory/check/check-problem.ts';
import { checkedFile } from '../../../src/memory/check/checked-file.ts';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import type { ResolvedFile } from '../../../src/memory/hierarchy/hierarchy.ts';
import { arbitraryMarkdown } from '../file/arbitrary-markdown.ts';
import { checkPlace, covered, found } from './check-tree.ts';

const tagged = (text: string): string =>
  [...text].map((letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join('');

describe('invisible-characters', () => {
  it.each([
    ['tag characters', `Be kind.${tagged('rm -rf')}`, 'error'],
    ['a right-to-left override', 'if (a\u202e)b\u202c', 'error'],
    ['an isolate', 'x\u2066y\u2069', 'error'],
    ['a zero-width space', 'hid\u200bden', 'warning'],
    ['a joiner between letters', 'hid\u200dden', 'warning'],
    ['a soft hyphen', 'hid\u00adden', 'warning'],
    ['a byte order mark in the middle', 'a\ufeffb', 'warning'],
    ['an escape', 'a\u001b[31mb', 'warning'],
    ['a left-to-right mark among letters', 'a\u200eb', 'warning'],
  ])('speaks of %s', async (_name, text, severity) => {
    const problems = await found('invisible-characters', { 'CLAUDE.md': `# A\n\n${text}\n` });
    expect(problems[0]).toMatchObject({
      severity,
      range: { start: { line: 2 } },
      fixes: [{ kind: 'replace', text: '' }],
    });
    expect(problems[0]?.message).toMatch(/U\+[0-9A-F]{4}/);
    expect(problems[0]?.message).not.toMatch(/[\p{Cf}]/u);
  });
  it.each([
    ['emoji of several', 'Family 👩‍👩‍👧‍👦, ❤️‍🔥, 🏳️‍🌈, 👍🏽'],
    ['flags of regions', 'In 🏴󠁧󠁢󠁥󠁮󠁧󠁿 and 🇩🇪'],
    ['a byte order mark at the head', '\ufeff# Title'],
    ['tabs and line ends', 'a\tb\r\nc\u00a0d'],
    ['Persian with its joiners', 'می\u200cخواهم'],
    ['Hebrew with its marks', 'שלום\u200f!'],
    ['an isolate in a Hebrew sentence', 'שלום \u2066CLAUDE.md\u2069'],
    ['Hindi', 'क्\u200dष'],
  ])('is silent about %s', async (_name, text) => {
    expect(await found('invisible-characters', { 'CLAUDE.md': text })).toEqual([]);
  });
  it('says how many more there are and does not list thousands', async () => {
    const problems = await found('invisible-characters', { 'CLAUDE.md': 'a\u200b '.repeat(500) });
    expect(problems).toHaveLength(21);
    expect(problems.some(({ message }) => message.startsWith('480 more places'))).toBe(true);
  });
});

describe('secret', () => {
  // Put together here, so that no scanner takes this file for a leak.
  const token = ['ghp', 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL3nR6'].join('_');
  const aws = ['AKIA', 'Q7RTW2MZK5LHPX3C'].join('');
  const key = `-----BEGIN ${'PRIVATE KEY'}-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(8)}-----END ${'PRIVATE KEY'}-----`;
  it.each([
    ['a token', `Token: ${token}`, 'error'],
    ['a key id', `Use ${aws} there`, 'error'],
    ['a private key', key, 'error'],
    ['an assigned value', `DB_PASSWORD=${'q9Zr'}${'T2vLx8Wm3KpD'}`, 'warning'],
    ['an address with a password', `postgres://harbor:${'h4rb0r-'}${'Kp93x'}@db.internal/x`, 'warning'],
    ['a token in code', `\`\`\`sh\nexport GH=${token}\n\`\`\``, 'error'],
  ])('speaks of %s and never repeats it', async (_name, text, severity) => {
    const place = await checkPlace({ 'CLAUDE.md': `# A\n\n${text}\n` });
    const { problems } = await place.check();
    const [problem] = problems.filter(({ rule }) => rule === 'secret');
    expect(problem).toMatchObject({ severity });
    const value = covered(`# A\n\n${text}\n`, problem!) ?? '';
    expect(text).toContain(value);
    expect(value.length).toBeGreaterThan(10);
    expect(JSON.stringify(problems)).not.toContain(value.split('\n')[1] ?? value);
  });
  it.each([
    ['an example key', `Use ${'AKIA'}IOSFODNN7EXAMPLE`],
    ['an address with example words', 'postgres://user:password@localhost/db'],
    ['a variable', 'TOKEN=$GITHUB_TOKEN and password: process.env.PASSWORD'],
    ['a placeholder', 'api_key: "your-api-key-goes-here-1"'],
    ['a shortened key', `-----BEGIN ${'PRIVATE KEY'}-----\n...\n-----END ${'PRIVATE KEY'}-----`],
    ['a hash', 'commit 3f786850e387550fdab836ed7e6dc881de23001b'],
  ])('is silent about %s', async (_name, text) => {
    expect(await found('secret', { 'CLAUDE.md': text })).toEqual([]);
  });
  it('looks also where only other agents read', async () => {
    const tree = { 'CLAUDE.md': 'x', 'AGENTS.md': `Token: ${token}` };
    expect(await found('secret', tree)).toMatchObject([{ path: expect.stringMatching(/AGENTS\.md$/) }]);
  });
});

describe('unreadable', () => {
  it('warns of bytes that are no UTF-8', async () => {
    const place = await checkPlace({ 'CLAUDE.md': 'x' });
    await writeFile(join(place.root, 'CLAUDE.md'), Buffer.from([0x23, 0x20, 0xc3, 0x28, 0xff, 0x0a]));
    place.workspace.notice(join(place.root, 'CLAUDE.md'));
    const { problems } = await place.check();
    expect(problems).toMatchObject([
      { rule: 'unreadable', severity: 'warning', range: { start: { line: 0, column: 2 } } },
    ]);
  });
  it('speaks of a directory where a file is expected', async () => {
    expect(await found('unreadable', { 'CLAUDE.md/': '' })).toMatchObject([{ severity: 'error' }]);
  });
  it('speaks of settings that are no JSON', async () => {
    expect(await found('unreadable', { 'CLAUDE.md': 'x', '.claude/settings.json': '{' })).toMatchObject([
      { severity: 'error', path: expect.stringMatching(/settings\.json$/) },
    ]);
  });
  it.each([
    [{ 'CLAUDE.md': 'A literal sign of replacement: \uFFFD.' }],
    [{ 'CLAUDE.md': '' }],
    [{}],
    [{ 'CLAUDE.md': 'x', '.claude/settings.json': '{}' }],
  ])('is silent about %j', async (tree) => {
    expect(await found('unreadable', tree as Record<string, string>)).toEqual([]);
  });
});

const order = ({ line, column }: CheckPosition): number => line * 1e6 + column;

describe('all rules together', () => {
  const resolved = (path: string, text: string): ResolvedFile => ({
    path,
    scope: 'project',
    state: 'loaded',
    trigger: 'start',
    reason: 'loads at the start',
    bytes: Buffer.byteLength(text),
    tokens: 1,
    text,
  });
  const checkTexts = (texts: readonly string[]) => {
    const files = texts.map((text, index) => {
      const path = `/harbor/f${index}/CLAUDE.md`;
      return checkedFile(path, 'memory', parseMemoryFile(text), resolved(path, text));
    });
    return checkMemory({
      root: '/harbor',
      folder: '/harbor',
      homeDirectory: '/home',
      hierarchy: { files: files.flatMap((file) => file.resolved ?? []), watch: [], problems: [], tokens: 0 },
      files,
      records: [],
      unreadable: [],
      merge: { unmerged: [], marked: [], twice: [] },
      derived: [],
      freshness: [],
      surroundings: {
        exists: (path) => Promise.resolve(path.length % 2 === 0),
        names: () => Promise.resolve(['a']),
        readText: () => Promise.resolve('{"scripts":{}}'),
        trackedFiles: () => Promise.resolve(['/harbor/a']),
        ignored: () => Promise.resolve(new Set()),
      },
    });
  };
  it('never throw, whatever the text is, and point only at places that are there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(arbitraryMarkdown, fc.string({ unit: 'binary' })), { maxLength: 3 }),
        async (texts) => {
          const { problems } = await checkTexts(texts);
          for (const { path, range, message } of problems) {
            expect(message).toMatch(/[.…]$/);
            expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
            const text = texts[Number(/f(\d+)/.exec(path)?.[1])] ?? '';
            const lines = text.split(/\r\n|\r|\n/);
            if (range === undefined) continue;
            expect(range.end.line).toBeLessThan(lines.length);
            expect(range.start.column).toBeLessThanOrEqual(lines[range.start.line]?.length ?? 0);
            expect(order(range.start)).toBeLessThanOrEqual(order(range.end));
          }
        },
      ),
      { numRuns: 400 },
    );
  });
  it('stay quick on text made to be slow', async () => {
    const slow = [
      '`'.repeat(200_000),
      '[](('.repeat(50_000),
      '`a'.repeat(2_000),
      '<!--'.repeat(50_000),
      '- Use tabs\n'.repeat(5_000),
    ];
    for (const text of slow) expect((await checkTexts([text])).files).toBe(1);
  });
  it('come in order of path and place, each file once', async () => {
    const text = 'a\u200b\n\nSee [x](gone.md) \u200b\n';
    const report = await checkTexts([text, text]);
    const places = report.problems.map(
      ({ path, range }) => (path.includes('f0') ? 0 : 1e12) + (range ? order(range.start) : -1),
    );
    expect(places.length).toBeGreaterThan(3);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(report.files).toBe(2);
  });
});
