import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPlace, covered, found, type Tree } from './check-tree.ts';

const sentence = 'Words that say something about the harbor and its ships.';
const long = (lines: number): string =>
  Array.from({ length: lines }, (_, n) => `- Rule ${n}: ${sentence}`).join('\n');

describe('broken-import', () => {
  it.each<[string, Tree?]>([
    ['@docs/guide.md'],
    ['See @./notes.txt for more'],
    ['- @~/.claude/mine.md'],
    ['**@docs/guide.md**'],
    ['| a |\n| --- |\n| @docs/gone.md |'],
    ['@src/gone.ts', { 'src/there.ts': '' }],
  ])('speaks of %j', async (text, more = {}) => {
    const [problem, ...others] = await found('broken-import', { 'CLAUDE.md': text, ...more });
    expect(problem).toMatchObject({ severity: 'error' });
    expect(others).toEqual([]);
  });

  it.each<[string, Tree?]>([
    ['@docs/guide.md', { 'docs/guide.md': '# There' }],
    ['`@docs/guide.md` is an import'],
    ['```\n@docs/guide.md\n```'],
    ['<!-- @docs/guide.md -->\n\nText.'],
    ['Ask @mara, or @types/node and @babel/core.js'],
    ['Mail me@example.com, see @example.com'],
    ['Alias @/components/button.tsx'],
    ['Use @path/to/file.md for it'],
    ['Write @<file>.md'],
  ])('is silent about %j', async (text, more = {}) => {
    expect(await found('broken-import', { 'CLAUDE.md': text, ...more })).toEqual([]);
  });

  it('points at the import, says the sign behind it, and offers the repair', async () => {
    const text = '# A\n\nRead @docs/guide.md.\n';
    const tree = { 'CLAUDE.md': text, 'docs/guide.md': '# There' };
    const [problem] = await found('broken-import', tree);
    expect(problem?.message).toContain('read as part of the path');
    expect(covered(text, problem!)).toBe('@docs/guide.md.');
    const [fix] = problem?.fixes ?? [];
    expect(fix).toMatchObject({ kind: 'replace', text: ' ' });
    expect(fix?.kind === 'replace' && fix.range.start).toEqual({ line: 2, column: 19 });
  });

  it('offers to create what is missing inside the workspace, and nothing outside', async () => {
    const inside = await found('broken-import', { 'CLAUDE.md': '@docs/guide.md' });
    expect(inside[0]?.fixes).toMatchObject([{ kind: 'create', text: '' }]);
    const outside = await found('broken-import', { 'CLAUDE.md': '@~/mine.md' });
    expect(outside[0]?.fixes).toBeUndefined();
  });
});

describe('external-import', () => {
  const tree = { 'app/CLAUDE.md': '@../shared.md\n', 'shared.md': '# Shared\n' };
  it('speaks where the session starts below what is imported', async () => {
    expect(await found('external-import', tree, { folder: 'app' })).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('../shared.md') },
    ]);
  });
  it('is silent where the session starts above both', async () => {
    expect(await found('external-import', { 'CLAUDE.md': '@shared.md\n', ...tree })).toEqual([]);
  });
  it('is silent once Claude Code was allowed', async () => {
    const place = await checkPlace(tree, { folder: 'app' });
    const allowed = {
      projects: { [join(place.root, 'app')]: { hasClaudeMdExternalIncludesApproved: true } },
    };
    await place.write({ '~/.claude.json': JSON.stringify(allowed) });
    const { problems } = await place.check();
    expect(problems.filter(({ rule }) => rule === 'external-import')).toEqual([]);
  });
  it.each([
    [{ 'CLAUDE.md': '@inside.md', 'inside.md': 'x' }],
    [{ '~/.claude/CLAUDE.md': '@notes.md', '~/.claude/notes.md': 'x' }],
    [{ 'CLAUDE.md': '`@../outside.md`' }],
    [{ 'CLAUDE.md': '@docs/../inside.md', 'inside.md': 'x' }],
  ])('is silent about %j', async (quiet) => {
    expect(await found('external-import', quiet)).toEqual([]);
  });
});

describe('import-loop', () => {
  it.each([
    [{ 'CLAUDE.md': '@CLAUDE.md' }, 1],
    [{ 'CLAUDE.md': '@a.md', 'a.md': '@CLAUDE.md' }, 1],
    [{ 'CLAUDE.md': '@a.md', 'a.md': '@b.md', 'b.md': 'Back: @a.md' }, 1],
    [{ 'CLAUDE.md': '@a.md', 'a.md': 'x @a.md\n\n@b.md', 'b.md': 'Back: @a.md' }, 2],
  ])('speaks of %j', async (tree, count) => {
    expect(await found('import-loop', tree)).toHaveLength(count);
  });
  it.each([
    [{ 'CLAUDE.md': '@a.md @b.md', 'a.md': '@b.md', 'b.md': 'End.' }],
    [{ 'CLAUDE.md': '@a.md', 'a.md': '`@CLAUDE.md`' }],
    [{ 'CLAUDE.md': '@a.md', 'a.md': 'Nothing.' }],
    [{ 'CLAUDE.md': '@a.md', 'a.md': '```\n@CLAUDE.md\n```' }],
  ])('is silent about %j', async (tree) => {
    expect(await found('import-loop', tree)).toEqual([]);
  });
  it('names the way round', async () => {
    const [problem] = await found('import-loop', {
      'CLAUDE.md': '@a.md',
      'a.md': '@b.md',
      'b.md': '@CLAUDE.md',
    });
    expect(problem?.message).toContain('CLAUDE.md → a.md → b.md → CLAUDE.md');
    expect(problem?.path).toMatch(/b\.md$/);
  });
});

describe('import-too-deep', () => {
  const chain = (length: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length }, (_, n) => [
        n === 0 ? 'CLAUDE.md' : `n${n}.md`,
        n === length - 1 ? 'End.' : `Step ${n}. @n${n + 1}.md`,
      ]),
    );
  it.each([6, 7, 9])('speaks of a chain of %i files', async (length) => {
    const problems = await found('import-too-deep', chain(length));
    expect(problems).toMatchObject([{ severity: 'error', message: expect.stringContaining('n5.md') }]);
  });
  it.each([1, 2, 5])('is silent about a chain of %i files', async (length) => {
    expect(await found('import-too-deep', chain(length))).toEqual([]);
  });
  it('is silent where the deep file is also imported from near the top', async () => {
    const tree = { ...chain(6), 'CLAUDE.md': 'Step 0. @n5.md @n1.md' };
    expect(await found('import-too-deep', tree)).toEqual([]);
  });
});

describe('truncated', () => {
  const index = (lines: number): string =>
    Array.from({ length: lines }, (_, n) => `- [Note ${n}](n${n}.md) — hook`).join('\n');
  const autoPlace = async (files: Record<string, string>) => {
    const place = await checkPlace({ 'CLAUDE.md': 'x' });
    const slug = place.root.replace(/[^a-zA-Z0-9]/g, '-');
    const tree = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`~/.claude/projects/${slug}/memory/${name}`, text]),
    );
    await place.write(tree);
    const { problems } = await place.check();
    return problems.filter(({ rule }) => rule === 'truncated');
  };
  it.each([201, 240])('names the lost lines of an index of %i lines', async (lines) => {
    const [problem] = await autoPlace({ 'MEMORY.md': `${index(lines)}\n` });
    expect(problem).toMatchObject({ severity: 'error', range: { start: { line: 200, column: 0 } } });
    expect(problem?.message).toContain('Note 200');
    expect(problem?.range?.end.line).toBe(lines - 1);
  });
  it('speaks of an index over 25,000 characters', async () => {
    const text = Array.from(
      { length: 150 },
      (_, n) => `- [Note ${n}](n${n}.md) — ${'word '.repeat(40)}`,
    ).join('\n');
    expect(await autoPlace({ 'MEMORY.md': text })).toMatchObject([{ severity: 'error' }]);
  });
  it('warns of a topic that recall cuts', async () => {
    const problems = await autoPlace({ 'MEMORY.md': '- [A](a.md) — a', 'a.md': 'word '.repeat(1000) });
    expect(problems).toMatchObject([{ severity: 'warning' }]);
  });
  it('speaks of a file that is too large to load at all', async () => {
    expect(await found('truncated', { 'CLAUDE.md': 'x '.repeat(2.2 * 1024 * 1024) })).toMatchObject([
      { severity: 'error', message: expect.stringContaining('4 MiB') },
    ]);
  });
  it.each([
    [{ 'MEMORY.md': '- [A](a.md) — a', 'a.md': 'short' }],
    [{ 'MEMORY.md': Array.from({ length: 200 }, (_, n) => `- ${n}`).join('\n') }],
    [{ 'MEMORY.md': '' }],
  ])('is silent about %#', async (files) => {
    expect(await autoPlace(files)).toEqual([]);
  });
});

describe('over-budget', () => {
  it.each([
    ['a note from 201 lines', long(201), 'info'],
    ['a warning from 40,000 characters', long(700), 'warning'],
  ])('gives %s', async (_name, text, severity) => {
    expect(await found('over-budget', { 'CLAUDE.md': text })).toMatchObject([{ severity }]);
  });
  it('speaks of all files together at the largest', async () => {
    const tree = { 'CLAUDE.md': '@a.md @b.md @c.md @d.md' } as Record<string, string>;
    for (const name of ['a', 'b', 'c', 'd'])
      tree[`${name}.md`] = `${name} ${'x'.repeat(name === 'c' ? 39_000 : 30_000)}`;
    const problems = await found('over-budget', tree);
    expect(problems).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('All files together') },
    ]);
    expect(problems[0]?.path).toMatch(/c\.md$/);
  });
  it.each([
    ['200 lines', { 'CLAUDE.md': long(200) }],
    ['comments that are stripped', { 'CLAUDE.md': `Short.\n\n<!--\n${long(400)}\n-->\n` }],
    ['a file that does not load', { 'CLAUDE.md': 'x', 'docs/long.md': long(900) }],
    ['an AGENTS.md that is skipped', { 'CLAUDE.md': 'x', 'AGENTS.md': long(300) }],
  ])('is silent about %s', async (_name, tree) => {
    expect(await found('over-budget', tree)).toEqual([]);
  });
});

describe('silenced-agents', () => {
  it.each([
    [{ 'CLAUDE.md': '# Claude\n', 'AGENTS.md': '# Agents\n' }, 'replace', '@AGENTS.md\n\n'],
    [{ '.claude/CLAUDE.md': 'Hi.\n', 'AGENTS.md': '# Agents\n' }, 'replace', '@../AGENTS.md\n\n'],
    [{ 'CLAUDE.local.md': 'Mine.\n', 'AGENTS.md': '# Agents\n' }, 'create', '@AGENTS.md\n'],
  ])('speaks of %j and offers the import', async (tree, kind, text) => {
    const [problem] = await found('silenced-agents', tree);
    expect(problem).toMatchObject({ severity: 'warning', fixes: [{ kind, text }] });
    expect(problem?.path).toMatch(/AGENTS\.md$/);
  });
  it('puts the import behind front matter and keeps the line ends of the file', async () => {
    const [problem] = await found('silenced-agents', {
      'CLAUDE.md': '---\r\na: 1\r\n---\r\nText.\r\n',
      'AGENTS.md': '# Agents\n',
    });
    expect(problem?.fixes).toMatchObject([
      { text: '@AGENTS.md\r\n\r\n', range: { start: { line: 3, column: 0 }, end: { line: 3, column: 0 } } },
    ]);
  });
  it('speaks of one in a folder below', async () => {
    const tree = { 'a/CLAUDE.md': 'x', 'a/AGENTS.md': 'Agents of a.', 'b/c.txt': '' };
    expect(await found('silenced-agents', tree, { git: true })).toMatchObject([
      { path: expect.stringMatching(/a\/AGENTS\.md$/) },
    ]);
  });
  it('is gone once its own fix is applied', async () => {
    expect(
      await found('silenced-agents', { 'CLAUDE.md': '@AGENTS.md\n\n# Claude\n', 'AGENTS.md': '# Agents\n' }),
    ).toEqual([]);
  });
  it.each([
    [{ 'AGENTS.md': '# Agents\n' }],
    [{ 'CLAUDE.md': '-> AGENTS.md', 'AGENTS.md': '# Agents\n' }],
    [{ 'CLAUDE.md': '# Same\n', 'AGENTS.md': '-> CLAUDE.md' }],
    [{ 'CLAUDE.md': '# Claude\n' }],
    [
      {
        'CLAUDE.md': 'x',
        'AGENTS.md': 'y',
        '~/.claude/settings.json': JSON.stringify({
          pluginConfigs: { 'agents-md@builtin': { options: { instructionFiles: 'claude-md' } } },
        }),
      },
    ],
  ])('is silent about %j', async (tree) => {
    expect(await found('silenced-agents', tree)).toEqual([]);
  });
});

describe('empty-globs', () => {
  const rule = (paths: string): Record<string, string> => ({
    '.claude/rules/r.md': `---\npaths: ${paths}\n---\nRule.\n`,
  });
  it.each(['"src/**/*.py"', '["*.rb", "lib/**"]', 'docs/{a,b}/**'])('speaks of %s', async (paths) => {
    const problems = await found('empty-globs', { ...rule(paths), 'src/a.ts': '' }, { git: true });
    expect(problems).toMatchObject([{ severity: 'info' }]);
  });
  it.each(['"src/**/*.ts"', '["*.rb", "src/**"]', '"**"', 'src/*.{ts,tsx}'])(
    'is silent about %s',
    async (paths) => {
      expect(await found('empty-globs', { ...rule(paths), 'src/a.ts': '' }, { git: true })).toEqual([]);
    },
  );
  it('is silent where nobody knows the files', async () => {
    expect(await found('empty-globs', rule('"*.py"'))).toEqual([]);
  });
});

describe('front-matter', () => {
  it.each([
    ['.claude/rules/r.md', '---\npaths: [a\n---\nRule.\n', 'error'],
    ['.claude/rules/r.md', '---\njust words\n---\nRule.\n', 'error'],
    ['CLAUDE.md', '---\na: b: c\n---\nText.\n', 'warning'],
  ])('speaks of %s with %j', async (path, text, severity) => {
    expect(await found('front-matter', { [path]: text })).toMatchObject([
      { severity, range: { start: { line: 0 } } },
    ]);
  });
  it.each([
    ['.claude/rules/r.md', '---\npaths: "src/**"\n---\nRule.\n'],
    ['.claude/rules/r.md', '---\npaths: **/*.ts\n---\nRule.\n'],
    ['CLAUDE.md', '# No front matter\n\n---\n\na: b: c\n'],
    ['CLAUDE.md', '---\n---\nText.\n'],
  ])('is silent about %s with %j', async (path, text) => {
    expect(await found('front-matter', { [path]: text })).toEqual([]);
  });
});
