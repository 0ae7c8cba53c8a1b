import fc from 'fast-check';
import { Lexer, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { stripComments } from '../../../src/memory/file/strip-comments.ts';
import { renderEffectiveDocument } from '../../../src/memory/hierarchy/effective-document.ts';
import type { EffectiveNote } from '../../../src/memory/hierarchy/effective-notes.ts';
import { formatMarkdownCode, formatMarkdownTable } from '../../../src/memory/hierarchy/inert-markdown.ts';
import { cutIndex } from '../../../src/memory/hierarchy/limits.ts';
import { lostText } from '../../../src/memory/hierarchy/lost-text.ts';
import { hierarchyOf, hostilePieces, readingOf, resolvedFile } from './effective-fixture.ts';

const bases = { root: '/w', homeDirectory: '/h' };

describe('the effective document', () => {
  test('begins with a table, shows each loaded file with reason, cost and origin, then what does not load', () => {
    const hierarchy = hierarchyOf(
      resolvedFile({}),
      resolvedFile({
        path: '/h/.claude/x|y.md',
        state: 'skipped',
        reason: 'excluded by claudeMdExcludes',
        text: '',
        tokens: 0,
      }),
      resolvedFile({
        path: '/w/a/CLAUDE.md',
        state: 'on-demand',
        reason: 'loads when a file in a is read',
        tokens: 5,
      }),
    );
    const problems = [{ path: '/w/CLAUDE.md', message: 'Imports x.md, which is not there (line 1).' }];
    const document = renderEffectiveDocument(readingOf({ ...hierarchy, problems }), {
      ...bases,
      activeFile: '/w/src/a.ts',
    });
    expect(document).toBe(
      [
        '# Effective memory',
        '',
        'What Claude Code reads here with `src/a.ts` open.',
        '',
        '1 file, about 1,200 tokens.',
        '',
        '## Summary',
        '',
        '| Order | File        | Tokens | Loads |',
        '| ----: | ----------- | -----: | --- |',
        '|     1 | `CLAUDE.md` |  1,200 | at the start |',
        '',
        '## 1. `CLAUDE.md`',
        '',
        'In the folder where the session starts. About 1,200 tokens. Origin: checked in with the project. Without this file: −1,200 tokens.',
        '',
        '```markdown',
        '# Title',
        '',
        '- entry',
        '```',
        '',
        '## Does not load here',
        '',
        '| File                | State                     | Why |',
        '| ------------------- | ------------------------- | --- |',
        '| `~/.claude/x\\|y.md` | Skipped                   | Excluded by claudeMdExcludes |',
        '| `a/CLAUDE.md`       | On demand, about 5 tokens | Loads when a file in a is read |',
        '',
        '## Problems',
        '',
        '- `CLAUDE.md`: Imports x.md, which is not there (line 1).',
        '',
      ].join('\n'),
    );
  });

  test('names the program of the dialect', () => {
    const document = renderEffectiveDocument(readingOf(hierarchyOf()), { dialect: 'codex' });
    expect(document).toBe(
      '# Effective memory\n\nWhat Codex reads here when a session starts.\n\nNothing loads here.\n',
    );
  });

  test('counts what a file imports, at any depth, into what would be saved without it', () => {
    const document = renderEffectiveDocument(
      readingOf(
        hierarchyOf(
          resolvedFile({ tokens: 10 }),
          resolvedFile({ path: '/w/a.md', parent: '/w/CLAUDE.md', tokens: 20 }),
          resolvedFile({ path: '/w/b.md', parent: '/w/a.md', tokens: 400 }),
          resolvedFile({ path: '/w/c.md', parent: '/w/d.md', tokens: 1 }),
          resolvedFile({ path: '/w/d.md', parent: '/w/c.md', tokens: 2 }),
        ),
      ),
    );
    expect(document).toContain('Without this file: −10 tokens, with all it imports −430.');
    expect(document).toContain('Without this file: −20 tokens, with all it imports −420.');
    expect(document).toContain('Without this file: −400 tokens.\n');
  });

  test('shows the lines that are cut off and where they begin', () => {
    const whole = Array.from({ length: 230 }, (_, line) => `- fact ${line + 1}`).join('\n');
    const { text, cutOff = '' } = cutIndex(whole);
    const path = '/h/memory/MEMORY.md';
    const document = renderEffectiveDocument(
      readingOf(hierarchyOf(resolvedFile({ path, scope: 'auto', text, cutOff })), {
        [path]: `---\nname: x\n---\n\n${whole}\n`,
      }),
    );
    expect(document).toContain('| cut off |');
    expect(document).toContain('**Cut off**: lines 201–230 of 230 are cut off.');
    const lost = document.slice(document.indexOf('### Cut off from `/h/memory/MEMORY.md`'));
    expect(lost).toContain('It begins at line 205 of the file.');
    expect(lost).toContain('```markdown\n- fact 201\n');
    expect(lost).toContain('- fact 230\n```');
    expect(lost).not.toContain('- fact 200\n');
  });

  test('says how much of what is cut off is not shown', () => {
    const whole = 'x'.repeat(60_000);
    const { text, cutOff = '' } = cutIndex(whole);
    const document = renderEffectiveDocument(
      readingOf(hierarchyOf(resolvedFile({ scope: 'auto', text, cutOff })), { '/w/CLAUDE.md': whole }),
    );
    expect(document).toContain('It begins at line 1 of the file. 15,000 more characters are not shown here.');
  });

  test('says what repeats and what contradicts, at the file and together', () => {
    const notes: EffectiveNote[] = [
      { kind: 'repeat', path: '/w/CLAUDE.md', line: 3, text: 'The same stands in <b>a.md</b>, line 1.' },
      { kind: 'conflict', path: '/w/CLAUDE.md', text: 'Says tabs, a.md says spaces.' },
    ];
    const document = renderEffectiveDocument(readingOf(hierarchyOf(resolvedFile({}))), { ...bases, notes });
    expect(document).toContain('| 1 repeat, 1 conflict |');
    expect(document).toContain('To look at: 1 repeat, 1 conflict.');
    expect(document).toContain('## Repeats and conflicts\n\n### Conflicts\n\n- `CLAUDE.md`: Says tabs');
    expect(document).toContain(
      '### Repeats\n\n- `CLAUDE.md`, line 3: The same stands in \\<b\\>a.md\\</b\\>, line 1.',
    );
  });

  test('says what a compaction takes away, for Claude Code only', () => {
    const reading = readingOf(
      hierarchyOf(
        resolvedFile({}),
        resolvedFile({ path: '/w/r.md', trigger: 'read', reason: 'src/a.ts matches src/**', tokens: 7 }),
      ),
    );
    const section = '## Lost after a compaction, returns on a read';
    const document = renderEffectiveDocument(reading, bases);
    expect(document).toContain(`${section}\n\nAbout 7 tokens came with a file that was read.`);
    expect(document).toContain('- `r.md`, about 7 tokens: src/a.ts matches src/\\*\\*');
    expect(document).toContain('| when a file is read |');
    expect(renderEffectiveDocument(reading, { dialect: 'cursor' })).not.toContain(section);
    expect(renderEffectiveDocument(readingOf(hierarchyOf(resolvedFile({}))))).not.toContain(section);
  });

  test('whatever a file holds, its text stays within its fence and nothing of it comes to life', () => {
    const hostile = fc
      .array(fc.constantFrom(...hostilePieces), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, hostile, (text, name) => {
        const path = `/w/${name}.md`;
        const whole = `start ${text} end\n`.repeat(3);
        const notes = [{ kind: 'repeat' as const, path, text: `like ${name}` }];
        const document = renderEffectiveDocument(
          readingOf(
            hierarchyOf(
              resolvedFile({ text: `start ${text}`, path, cutOff: `after ${name}` }),
              resolvedFile({ path: '/w/last.md', text: 'last', reason: `matches ${name}`, trigger: 'read' }),
              resolvedFile({ path: `/w/${name}`, state: 'skipped', reason: `links to ${name}` }),
            ),
            { [path]: whole },
          ),
          { root: '/w', notes, activeFile: path },
        );
        const blocks = Lexer.lex(document).filter(({ type }) => type !== 'space');
        const [heading, paragraph, code, list, table] = ['heading', 'paragraph', 'code', 'list', 'table'];
        // Whether something of the text is lost depends on front matter that hostile text may form.
        const isCut = document.includes('### Cut off from ');
        expect(blocks.map(({ type }) => type)).toEqual([
          ...[heading, paragraph, paragraph, heading, table],
          ...[heading, paragraph, code, ...(isCut ? [heading, paragraph, code] : [])],
          ...[heading, paragraph, code],
          ...[heading, heading, list],
          ...[heading, paragraph, list],
          ...[heading, table],
        ]);
        const alive = (token: object): string[] => {
          const { type, tokens, items, header, rows } = token as Record<string, unknown>;
          const below = [tokens, items, header, rows].flatMap((value) =>
            Array.isArray(value) ? value.flat() : [],
          );
          return [
            ...(['link', 'image', 'html'].includes(String(type)) ? [String(type)] : []),
            ...below.flatMap((one: object) => alive(one)),
          ];
        };
        expect(blocks.flatMap(alive)).toEqual([]);
        const rows = blocks.flatMap((block) =>
          block.type === 'table' ? [(block as { rows: unknown[][] }).rows] : [],
        );
        expect(rows.flat().map((cells) => cells.length)).toEqual([5, 5, 3]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a row of a table', () => {
  test.each(['a|b', 'a\\|b', 'a\\\\|b', 'a\\\\\\|[x](command:y)', '|', '\\'])(
    'is not ended by %j in a cell',
    (name) => {
      const columns = [{ title: 'a' }, { title: 'b' }];
      const [table] = Lexer.lex(formatMarkdownTable(columns, [[formatMarkdownCode(name), 'last']]));
      const cells = (table as Tokens.Table).rows[0] ?? [];
      expect(cells.map(({ tokens }) => tokens.map(({ type }) => type))).toEqual([['codespan'], ['text']]);
      expect(cells[1]?.text).toBe('last');
    },
  );
});

describe('what is cut off', () => {
  test('begins behind the lines that load, comments and front matter counted', () => {
    const lines = Array.from({ length: 210 }, (_, line) => `- ${line + 1}`);
    const text = `<!-- a\nb -->\n\n${lines.slice(0, 100).join('\n')}\n\n<!-- c -->\n\n${lines.slice(100).join('\n')}\n`;
    const reading = readingOf(hierarchyOf(), { '/w/M.md': text });
    const cut = cutIndex(stripComments(text));
    const found = lostText(resolvedFile({ ...cut, path: '/w/M.md' }), reading.files.get('/w/M.md'));
    // How many blank lines a comment leaves behind counts too: about 200 of 210 load.
    expect(found?.line).toBeGreaterThan(200);
    expect(found?.text).toMatch(/^\n- \d+\n/);
    expect(text.split('\n')[found?.line ?? 0]).toBe(found?.text.trim().split('\n')[0]);
  });

  test('is nothing where all loads, or where the text that loads is not of this file', () => {
    const reading = readingOf(hierarchyOf(), { '/w/M.md': 'a\nb' });
    const parsed = reading.files.get('/w/M.md');
    expect(lostText(resolvedFile({ text: 'a' }), parsed)).toBeUndefined();
    expect(lostText(resolvedFile({ text: 'x', cutOff: 'line 2' }), parsed)).toBeUndefined();
    expect(lostText(resolvedFile({ text: 'a', cutOff: 'line 2' }), undefined)).toBeUndefined();
    expect(lostText(resolvedFile({ text: 'a', cutOff: 'line 2' }), parsed)).toEqual({ text: '\nb', line: 1 });
  });
});
