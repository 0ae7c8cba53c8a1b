import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import { type Dialect, dialects, type ResolvedFile } from '../../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../../src/memory/hierarchy/read-hierarchy.ts';
import { surveyReaders } from '../../../src/memory/hierarchy/readers.ts';
import { buildOutline, type OutlineInput } from '../../../src/memory/outline/build-outline.ts';
import type { OutlineNode } from '../../../src/memory/outline/outline.ts';
import { renderOutlineText } from '../../../src/memory/outline/outline-text.ts';
import { makeTree } from '../hierarchy/tree.ts';

const file = (path: string, text: string, changes: Partial<ResolvedFile> = {}): ResolvedFile => ({
  path,
  scope: 'project',
  state: 'loaded',
  trigger: 'start',
  reason: 'in the folder where the session starts',
  bytes: text.length,
  tokens: 1200,
  text,
  ...changes,
});

const other = (path: string, dialect: Dialect, changes: Partial<ResolvedFile> = {}) => ({
  path,
  readings: [{ dialect, file: file(path, 'x', { scope: 'rules', reason: 'always on', ...changes }) }],
});

function outline(
  files: readonly ResolvedFile[],
  more: Partial<Pick<OutlineInput, 'readers' | 'others'>> = {},
): readonly OutlineNode[] {
  return buildOutline({
    hierarchy: { files, watch: [], problems: [], tokens: 0 },
    files: new Map(files.map(({ path, text }) => [path, parseMemoryFile(text)])),
    records: [],
    root: '/h/p',
    homeDirectory: '/h',
    ...more,
  });
}

const all = (nodes: readonly OutlineNode[]): OutlineNode[] =>
  nodes.flatMap((node) => [node, ...all(node.children)]);
const at = (nodes: readonly OutlineNode[], path: string) =>
  all(nodes).find((node) => node.kind === 'file' && node.path === path);

describe('who reads a file', () => {
  test.each([
    [['claude-code', 'copilot', 'codex'], 'Read by Claude Code, GitHub Copilot and Codex.'],
    [['claude-code'], 'Read by Claude Code.'],
    [['agents-md', 'cursor'], 'Read by Cursor and agents that follow AGENTS.md, not by Claude Code.'],
    [[], 'Read by no program that Varve knows.'],
  ] as const)('%j: %s', (programs, words) => {
    const nodes = outline([file('/h/p/AGENTS.md', 'x')], {
      readers: new Map([['/h/p/AGENTS.md', programs]]),
    });
    expect(at(nodes, '/h/p/AGENTS.md')?.explanation.endsWith(words)).toBe(true);
  });

  test('the names are in the data too; where nobody asked there are none', () => {
    const readers = new Map([['/h/p/CLAUDE.md', ['claude-code', 'cursor'] as const]]);
    const files = [file('/h/p/CLAUDE.md', 'x')];
    expect(at(outline(files, { readers }), '/h/p/CLAUDE.md')?.readBy).toEqual(['Claude Code', 'Cursor']);
    const unasked = at(outline(files), '/h/p/CLAUDE.md');
    expect(unasked).not.toHaveProperty('readBy');
    expect(unasked?.explanation).not.toMatch(/Read by/);
  });
});

describe('files of other agents', () => {
  test('stand behind the scopes, cost nothing and say who reads them and why', () => {
    const others = [
      {
        path: '/h/p/.cursor/rules/x.mdc',
        readings: [
          ...other('/h/p/.cursor/rules/x.mdc', 'cursor', {
            state: 'on-demand',
            reason: 'for files that match src/**',
            tokens: 40,
          }).readings,
          ...other('/h/p/.cursor/rules/x.mdc', 'cline', { tokens: 50 }).readings,
        ],
      },
      other('/h/p/web/GEMINI.md', 'gemini', { state: 'on-demand', scope: 'folder' }),
    ];
    const nodes = outline([file('/h/p/CLAUDE.md', '')], { others });
    expect(renderOutlineText(nodes)).toBe(
      [
        'Project  1.2k tokens',
        '  CLAUDE.md  1.2k tokens',
        'Other agents  2 files',
        '  .cursor/rules/x.mdc  Cursor, Cline · 50 tokens',
        '  web/GEMINI.md  Gemini CLI · 1.2k tokens · on demand',
        '',
      ].join('\n'),
    );
    expect(at(nodes, '/h/p/.cursor/rules/x.mdc')).toMatchObject({
      state: 'skipped',
      tokens: 0,
      readBy: ['Cursor', 'Cline'],
      explanation:
        '/h/p/.cursor/rules/x.mdc — Not read by Claude Code. Read by Cursor: for files that match src/**; Cline: always on. About 50 tokens there.',
    });
    expect(nodes.at(-1)).toMatchObject({ id: 'scope.others', kind: 'scope', tokens: 0 });
  });

  test('keep a tree only where they belong to the project', () => {
    const mine = other('/h/.codex/AGENTS.md', 'codex', { scope: 'user' });
    expect(outline([], { others: [mine] })).toEqual([]);
    const both = outline([], { others: [mine, other('/h/p/.cursorrules', 'cursor', { scope: 'project' })] });
    expect(both.map(({ label }) => label)).toEqual(['Project', 'Other agents']);
    expect(both.at(-1)?.children).toHaveLength(2);
  });

  test('what is invisible in a name or a reason is shown', () => {
    const nodes = outline([file('/h/p/CLAUDE.md', '')], {
      others: [other('/h/p/a\u202e.md', 'cursor', { reason: 'for files that match \u200b*' })],
    });
    const row = at(nodes, '/h/p/a\u202e.md');
    expect(`${row?.label}${row?.explanation}`).not.toMatch(/[\u202e\u200b]/);
  });

  test('keep their ids over a refresh and share none', () => {
    const path = fc.constantFrom('/h/p/a', '/h/p/a:2', '/h/p/%', '/x', '/h/p/scope.others');
    const others = fc.array(fc.tuple(path, fc.constantFrom(...dialects)), { maxLength: 6 });
    fc.assert(
      fc.property(others, fc.array(path, { maxLength: 3 }), (made, own) => {
        const build = () =>
          all(
            outline(
              own.map((each) => file(each, '- x\n')),
              { others: made.map(([each, dialect]) => other(each, dialect)) },
            ),
          ).map(({ id }) => id);
        const ids = build();
        expect(new Set(ids).size).toBe(ids.length);
        expect(build()).toEqual(ids);
      }),
    );
  });

  test('come from a real tree', async () => {
    const made = await makeTree({
      'repo/CLAUDE.md': '- use tabs\n',
      'repo/AGENTS.md': 'agents',
      'repo/.cursor/rules/x.mdc': '---\nalwaysApply: true\n---\nx',
    });
    try {
      const { hierarchy, files } = await readHierarchy(made.input());
      const { readers, others } = await surveyReaders(made.input());
      const base = { hierarchy, files, records: [], root: made.at('repo'), homeDirectory: made.at('home') };
      const nodes = buildOutline({ ...base, readers, others });
      const rows = all(nodes)
        .filter(({ kind }) => kind === 'file')
        .map(({ label, state, readBy }) => [label, state, readBy?.join(', ')]);
      expect(rows).toEqual([
        ['CLAUDE.md', 'loaded', 'Claude Code, GitHub Copilot, Cursor'],
        [
          'AGENTS.md',
          'skipped',
          'GitHub Copilot, Cursor, Windsurf, Cline, Codex, agents that follow AGENTS.md',
        ],
        ['.cursor/rules/x.mdc', 'skipped', 'Cursor, Cline'],
      ]);
    } finally {
      await made.remove();
    }
  });
});

describe('what if it were not there', () => {
  test('a loaded file says what would be saved, with what it imports', () => {
    const nodes = outline([
      file('/h/p/CLAUDE.md', '@a.md'),
      file('/h/p/a.md', '@b.md', { tokens: 300, parent: '/h/p/CLAUDE.md' }),
      file('/h/p/b.md', 'b', { tokens: 1, parent: '/h/p/a.md' }),
      file('/h/p/c.md', 'c', { tokens: 90, parent: '/h/p/a.md', state: 'on-demand' }),
      file('/h/p/d.md', 'd', { tokens: 0, state: 'skipped' }),
    ]);
    const words = (path: string) => /Without it.*$/.exec(at(nodes, path)?.explanation ?? '')?.[0];
    expect(words('/h/p/CLAUDE.md')).toBe('Without it: −1.2k tokens, with what it imports −1.5k tokens.');
    expect(words('/h/p/a.md')).toBe('Without it: −300 tokens, with what it imports −301 tokens.');
    expect(words('/h/p/b.md')).toBe('Without it: −1 token.');
    expect(words('/h/p/c.md')).toBeUndefined();
    expect(words('/h/p/d.md')).toBeUndefined();
  });

  test('files that name each other as importer end', () => {
    const nodes = outline([
      file('/h/p/a.md', 'a', { parent: '/h/p/b.md', tokens: 1 }),
      file('/h/p/b.md', 'b', { parent: '/h/p/a.md', tokens: 2 }),
    ]);
    expect(at(nodes, '/h/p/a.md')?.explanation).toMatch(/−1 token, with what it imports −3 tokens\.$/);
  });

  test('a loaded entry and its section say it; one that waits does not; a cut file says what moves in', () => {
    const text = '# Style\n\n- use tabs\n- be short\n';
    const piece = (changes: Partial<ResolvedFile>, kind: string) =>
      all(outline([file('/h/p/CLAUDE.md', text, changes)])).find((node) => node.kind === kind)?.explanation;
    expect(piece({}, 'entry')).toBe('use tabs, line 3, about 4 tokens. Without it: −4 tokens.');
    expect(piece({}, 'section')).toMatch(/Without it: −\d+ tokens\.$/);
    expect(piece({ state: 'on-demand' }, 'entry')).toBe('use tabs, line 3, about 4 tokens.');
    const cut = { text: '# Style\n\n- use tabs\n', cutOff: 'line 4 of 4 is cut off' };
    const entries = all(
      buildOutline({
        hierarchy: { files: [file('/h/p/M.md', text, cut)], watch: [], problems: [], tokens: 0 },
        files: new Map([['/h/p/M.md', parseMemoryFile(text)]]),
        records: [],
        root: '/h/p',
        homeDirectory: '/h',
      }),
    ).filter(({ kind }) => kind === 'entry');
    expect(entries.map(({ explanation }) => explanation)).toEqual([
      'use tabs, line 3, about 4 tokens. Without it, more of what is cut off would load.',
      'be short, line 4, about 4 tokens. It is beyond the limit of the file and does not load.',
    ]);
  });
});
