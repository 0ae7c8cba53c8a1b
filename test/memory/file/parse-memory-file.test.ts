import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MemoryFile, Section } from '../../../src/memory/file/memory-file.ts';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import { entriesOf } from '../../../src/memory/file/splice.ts';
import { arbitraryMarkdown } from './arbitrary-markdown.ts';

const labels = (text: string) => entriesOf(parseMemoryFile(text)).map((entry) => entry.label);
const targets = (text: string) => parseMemoryFile(text).imports.map((line) => line.target);

describe('entries and sections', () => {
  test('a list item with what is nested in it is one entry', () => {
    const file = parseMemoryFile(
      '# Rules\n\n- Use **npm**\n  - never yarn\n- Test `first`\n\nA paragraph\nof two lines.\n',
    );
    expect(entriesOf(file).map(({ label, line, text }) => ({ label, line, text }))).toEqual([
      { label: 'Use npm', line: 2, text: '- Use **npm**\n  - never yarn' },
      { label: 'Test first', line: 4, text: '- Test `first`' },
      { label: 'A paragraph of two lines.', line: 6, text: 'A paragraph\nof two lines.' },
    ]);
  });

  test('code blocks, tables and quotes are entries; comments, rules and blank lines are not', () => {
    const text =
      '```sh\nnpm test\n```\n\n<!-- hidden -->\n\n|Name|Use|\n|-|-|\n|a|b|\n\n***\n\n> quoted\n> - text\n\n    indented\n';
    expect(labels(text)).toEqual(['npm test', 'Name · Use', 'quoted', 'indented']);
  });

  test('sections nest by depth, and what stands before the first heading has depth 0', () => {
    const file = parseMemoryFile('intro\n\n# A\n\ntext\n\n### C\n\nx\n\n## B\n\ny\n\n# D\n');
    const shape = (section: Section): unknown => [
      section.depth,
      section.title,
      section.line,
      section.entries.length,
      section.sections.map(shape),
    ];
    expect(file.sections.map(shape)).toEqual([
      [0, '', 0, 1, []],
      [
        1,
        'A',
        2,
        1,
        [
          [3, 'C', 6, 1, []],
          [2, 'B', 10, 1, []],
        ],
      ],
      [1, 'D', 14, 0, []],
    ]);
  });

  test('an entry keeps its id while its text and section stay, and equal entries have different ids', () => {
    const before = entriesOf(parseMemoryFile('# A\n\n- one\n- one\n- two\n'));
    const after = entriesOf(parseMemoryFile('before\n\n# A\n\n- zero\n- one\n- one\n- two\n'));
    expect(new Set(before.map((entry) => entry.id)).size).toBe(3);
    expect(
      after.filter((entry) => entry.label !== 'zero' && entry.label !== 'before').map((entry) => entry.id),
    ).toEqual(before.map((entry) => entry.id));
  });

  test('a label holds no invisible or direction-changing characters', () => {
    expect(labels('- safe\u202e txt\u200b.md\n')).toEqual(['safe txt.md']);
  });

  test('the range of an entry is exact with CRLF, tabs and a byte order mark', () => {
    const text = '\uFEFF# T\r\n\r\n-\tone\r\n\t- deeper\r\n\r\n\ttail\r\n- two\r\n\r\nlast\r\n';
    const entries = entriesOf(parseMemoryFile(text));
    expect(entries.map((entry) => text.slice(entry.range.start, entry.range.end))).toEqual([
      '-\tone\r\n\t- deeper\r\n\r\n\ttail',
      '- two',
      'last',
    ]);
    expect(entries.map((entry) => entry.line)).toEqual([2, 6, 8]);
  });
});

describe('imports', () => {
  test('are found at the start and after white space, without fragment and escapes', () => {
    expect(targets('@AGENTS.md\nsee @./docs/a.md#top and\t@~/b.md @/etc/c.md @my\\ notes.md\n')).toEqual([
      'AGENTS.md',
      './docs/a.md',
      '~/b.md',
      '/etc/c.md',
      'my notes.md',
    ]);
  });

  test('are not found in code spans, code blocks, comments, mail addresses and after a wrong first character', () => {
    const text =
      'a `@one.md` ``x ` @two.md`` me@three.md @@four @#five @(six) \\@seven\n\n```\n@eight.md\n```\n\n    @nine.md\n\n<!-- @ten.md -->\n\ntext <!-- @eleven.md --> end\n';
    expect(targets(text)).toEqual([]);
  });

  test('are found within list items, quotes, tables, headings and emphasis, each at its own place', () => {
    const text =
      '# Read @a.md\r\n\r\n- `@no.md` @b.md\r\n\t- @c.md\r\n\r\n\t  ```\r\n\t  @d.md\r\n\t  ```\r\n\r\n\t  @d.md\r\n> - @e.md\r\n\r\n|x|y|\r\n|-|-|\r\n|@no.md|**@g.md**|\r\n| @f.md |\r\n';
    const file = parseMemoryFile(text);
    expect(file.imports.map((line) => text.slice(line.range.start, line.range.end))).toEqual([
      '@a.md',
      '@b.md',
      '@c.md',
      '@d.md',
      '@e.md',
      '@g.md',
      '@f.md',
    ]);
    // To Claude Code a table is text: what stands right behind its line is no start of a word.
    expect(file.imports.map((line) => line.line)).toEqual([0, 2, 3, 9, 10, 14, 15]);
  });

  test('what stands behind a comment in the same block is still read', () => {
    expect(targets('<!-- note --> @a.md\n')).toEqual(['a.md']);
  });
});

describe('front matter', () => {
  test('is read, and broken YAML is a problem, not an error', () => {
    expect(
      parseMemoryFile('---\nname: x\nmetadata:\n  type: project\n---\nbody').frontMatter?.values,
    ).toEqual({
      name: 'x',
      metadata: { type: 'project' },
    });
    const broken = parseMemoryFile('---\nname: "x\nb: [\n---\n\n- entry\n');
    expect(broken.frontMatter?.values).toEqual({});
    expect(broken.problems.map((problem) => problem.message).join()).toMatch(/not valid YAML/);
    expect(entriesOf(broken).map((entry) => entry.label)).toEqual(['entry']);
  });

  test('patterns may stand unquoted', () => {
    const values = (yaml: string) => parseMemoryFile(`---\n${yaml}\n---\n`).frontMatter?.values;
    expect(values('paths: **/*.ts')).toEqual({ paths: '**/*.ts' });
    expect(values('paths:\n  - *.md\n  - {src,lib}/**')).toEqual({ paths: ['*.md', '{src,lib}/**'] });
  });

  test('alias bombs, deep nesting, custom tags and prototype keys do no harm', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`)}]`),
    ].join('\n');
    expect(parseMemoryFile(`---\n${bomb}\n---\n`).problems).toHaveLength(1);
    expect(parseMemoryFile(`---\na: ${'['.repeat(5000)}\n---\n`).problems).toHaveLength(1);
    expect(parseMemoryFile(`---\n${'- '.repeat(20_000)}x\n---\n`).problems).toHaveLength(1);
    expect(parseMemoryFile(`---\na: ${'x'.repeat(70_000)}\n---\n`).problems).toHaveLength(1);
    parseMemoryFile('---\n__proto__:\n  polluted: yes\na: !!js/function "x"\n---\n');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('any text', () => {
  test('never throws; ranges are in order, inside, and not empty; ids are unique', () => {
    fc.assert(
      fc.property(arbitraryMarkdown, (text) => {
        const file = parseMemoryFile(text);
        expectOrder(file);
        const ids = entriesOf(file).map((entry) => entry.id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const line of file.imports) expect(line.range.end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 3000 },
    );
  });

  test('hostile nesting and very large files are taken without error', () => {
    for (const text of [
      '> '.repeat(50_000),
      '- '.repeat(20_000),
      '*a '.repeat(100_000),
      '`'.repeat(1000).split('').join(' ').repeat(20),
      'x\n'.repeat(600_000),
    ]) {
      expectOrder(parseMemoryFile(text));
    }
    expect(parseMemoryFile('> '.repeat(50_000)).problems).toHaveLength(1);
  });
});

function expectOrder(file: MemoryFile): void {
  let at = 0;
  const walk = (section: Section) => {
    expect(section.range.start).toBeGreaterThanOrEqual(at);
    for (const entry of section.entries) {
      expect(entry.range.start).toBeGreaterThanOrEqual(at);
      expect(entry.range.end).toBeGreaterThan(entry.range.start);
      expect(file.text.slice(entry.range.start, entry.range.end)).toBe(entry.text);
      at = entry.range.end;
    }
    section.sections.forEach(walk);
    expect(section.range.end).toBeGreaterThanOrEqual(at);
    expect(section.range.end).toBeLessThanOrEqual(file.text.length);
  };
  file.sections.forEach(walk);
}
