import { mkdir, symlink, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { Lexer } from 'marked';
import { afterEach, describe, expect, test } from 'vitest';
import { explain } from '../../../src/memory/hierarchy/explain/explain.ts';
import { renderExplanation } from '../../../src/memory/hierarchy/explain/explain-document.ts';
import type { Explanation } from '../../../src/memory/hierarchy/explain/explanation.ts';
import type { ResolveInput } from '../../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../../src/memory/hierarchy/read-hierarchy.ts';
import { hostilePieces } from './effective-fixture.ts';
import { makeTree, type Tree } from './tree.ts';

const trees: Tree[] = [];
afterEach(async () => {
  for (const tree of trees.splice(0)) await tree.remove();
});

async function treeOf(files: Readonly<Record<string, string>>): Promise<Tree> {
  const tree = await makeTree(files);
  trees.push(tree);
  return tree;
}

async function why(tree: Tree, path: string, changes: Partial<ResolveInput> = {}): Promise<Explanation> {
  const input = tree.input(changes);
  return explain(input, await readHierarchy(input), tree.at(path));
}

const silenced =
  'Add a line @AGENTS.md to the CLAUDE.md that stands before it, or choose both under Project instructions in /config of Claude Code.';

describe('why a file loads', () => {
  test('goes through the chain of imports', async () => {
    const tree = await treeOf({
      'repo/CLAUDE.md': 'Root\n\n@docs/a.md\n',
      'repo/docs/a.md': 'A\n\n@b.md\n',
      'repo/docs/b.md': 'B\n',
    });
    const found = await why(tree, 'repo/docs/b.md');
    expect(found).toMatchObject({
      what: 'file',
      state: 'loaded',
      reason: 'imported by docs/a.md',
      remedies: [],
    });
    expect(found.chain.map(({ path, state }) => [path, state])).toEqual(
      ['repo/CLAUDE.md', 'repo/docs/a.md', 'repo/docs/b.md'].map((path) => [tree.at(path), 'loaded']),
    );
    expect(found.facts[0]).toMatch(
      /^It has 2 bytes; about 1 token of it load\. Without this file: −1 token\.$/,
    );
    const document = renderExplanation(found, { root: tree.at('repo') });
    expect(document).toContain('# Why `docs/b.md` loads\n\nImported by docs/a.md.');
    expect(document).toContain('## How it comes in\n\n1. `CLAUDE.md` loads: in the folder');
    expect(document).toContain('- Claude Code');
  });

  test('holds each pattern of a rule against the active file', async () => {
    const tree = await treeOf({
      'repo/.claude/rules/api.md': '---\npaths: ["src/**/*.ts", "*.sql"]\n---\n\nRule\n',
      'repo/src/a.ts': '',
    });
    const waiting = await why(tree, 'repo/.claude/rules/api.md');
    expect(waiting).toMatchObject({
      state: 'on-demand',
      patterns: [{ pattern: 'src/**/*.ts' }, { pattern: '*.sql' }],
      remedies: ['Read a file that matches src/**/*.ts, *.sql.'],
    });
    const called = await why(tree, 'repo/.claude/rules/api.md', { activeFile: tree.at('repo/src/a.ts') });
    expect(called.state).toBe('loaded');
    expect(called.patterns).toEqual([
      { pattern: 'src/**/*.ts', matches: true },
      { pattern: '*.sql', matches: false },
    ]);
    expect(called.facts).toContain(
      'After a compaction it is lost until the next read of a file that calls for it.',
    );
    expect(renderExplanation(called, { root: tree.at('repo') })).toContain(
      '- `*.sql` does not match `src/a.ts`',
    );
  });

  test('starts the patterns of a nested rule at the folder that holds it', async () => {
    const tree = await treeOf({
      'repo/CLAUDE.md': 'Root',
      'repo/pkg/.claude/rules/db.md': '---\npaths: /*.sql\n---\n\nRule\n',
      'repo/pkg/a.sql': '',
    });
    const found = await why(tree, 'repo/pkg/.claude/rules/db.md', { activeFile: tree.at('repo/pkg/a.sql') });
    expect(found).toMatchObject({ state: 'loaded', patterns: [{ pattern: '/*.sql', matches: true }] });
  });

  test('finds a nested file that nobody listed', async () => {
    const tree = await treeOf({ 'repo/CLAUDE.md': 'Root', 'repo/pkg/CLAUDE.md': 'Nested' });
    const found = await why(tree, 'repo/pkg/CLAUDE.md');
    expect(found).toMatchObject({
      state: 'on-demand',
      reason: 'loads when a file in pkg is read',
      remedies: [`Read a file in ${tree.at('repo/pkg')} or below it.`],
    });
  });

  test('knows a file by the link that leads to it', async () => {
    const tree = await treeOf({ 'repo/CLAUDE.md': 'Root', 'repo/link.md': '-> CLAUDE.md' });
    expect(await why(tree, 'repo/link.md')).toMatchObject({ state: 'loaded' });
  });
});

describe('why a file does not load', () => {
  test('names the pattern that excludes it', async () => {
    const tree = await treeOf({
      'repo/CLAUDE.md': 'Root',
      'home/.claude/settings.json': '{"claudeMdExcludes":["**/other.md","**/repo/CLAUDE.md"]}',
    });
    expect(await why(tree, 'repo/CLAUDE.md')).toMatchObject({
      state: 'skipped',
      facts: expect.arrayContaining(['The pattern **/repo/CLAUDE.md of claudeMdExcludes matches it.']),
      remedies: ["Take **/repo/CLAUDE.md out of claudeMdExcludes in Claude Code's settings."],
    });
  });

  test('says what silences AGENTS.md and who reads it all the same', async () => {
    const tree = await treeOf({ 'repo/CLAUDE.md': 'Root', 'repo/AGENTS.md': 'Agents' });
    const found = await why(tree, 'repo/AGENTS.md');
    expect(found).toMatchObject({ state: 'skipped', remedies: [silenced] });
    expect(found.facts).toContain(
      'Claude Code is set to read CLAUDE.md, and AGENTS.md in a project without CLAUDE.md.',
    );
    expect(found.readBy).not.toContain('claude-code');
  });

  test.each([
    ['an import from outside', /^Allow the import when Claude Code asks/, 'out.md'],
    ['a file that is too large', /^Make it smaller than 4 MiB/, 'repo/large.md'],
  ])('says what would help: %s', async (_name, remedy, path) => {
    const tree = await treeOf({
      'repo/CLAUDE.md': '@../out.md\n@large.md\n',
      'out.md': 'Outside',
      'repo/large.md': 'x'.repeat(4 * 1024 * 1024 + 1),
    });
    const found = await why(tree, path);
    expect(found.state).toBe('skipped');
    expect(found.remedies).toEqual([expect.stringMatching(remedy)]);
    expect(found.chain[0]?.path).toBe(tree.at('repo/CLAUDE.md'));
  });

  test('names the environment variable that switches memory off', async () => {
    const tree = await treeOf({ 'repo/CLAUDE.md': 'Root' });
    const found = await why(tree, 'repo/CLAUDE.md', { environment: { CLAUDE_CODE_DISABLE_CLAUDE_MDS: '1' } });
    expect(found.remedies).toEqual(['Unset the environment variable CLAUDE_CODE_DISABLE_CLAUDE_MDS.']);
  });

  test.each([
    ['repo/notes.md', 'Claude Code reads no file of this name by itself, and no file that loads imports it'],
    ['repo/src/claude.md', 'Claude Code reads CLAUDE.md: upper and lower case count'],
    ['other/CLAUDE.md', /other is neither the folder where the session starts nor above or below it$/],
    ['repo/.claude/rules/a.txt', 'of the files in .claude/rules only those in .md are read'],
    ['repo/gone.md', 'nothing is there'],
  ])('%s', async (path, reason) => {
    const tree = await treeOf({
      'repo/CLAUDE.md': 'Root',
      'repo/notes.md': 'n',
      'repo/src/claude.md': 'n',
      'other/CLAUDE.md': 'n',
      'repo/.claude/rules/a.txt': 'n',
    });
    const found = await why(tree, path);
    expect(found).toMatchObject({ state: 'not-read', chain: [] });
    expect(found.reason).toMatch(reason);
    expect(found.remedies.length).toBeGreaterThan(0);
  });

  test('knows a file, a folder and what is neither among more siblings than a list names', async () => {
    const tree = await treeOf({ 'repo/CLAUDE.md': 'Root' });
    await Promise.all(
      Array.from({ length: 5100 }, (_, index) => writeFile(tree.at(`repo/f${index}.md`), '')),
    );
    await mkdir(tree.at('repo/folder/inner'), { recursive: true });
    await symlink('/dev/null', tree.at('repo/device.md'));
    const kinds = new Set<string>();
    for (let index = 0; index < 5100; index += 300) kinds.add((await why(tree, `repo/f${index}.md`)).what);
    expect([...kinds]).toEqual(['file']);
    expect((await why(tree, 'repo/folder')).what).toBe('directory');
    expect((await why(tree, 'repo/device.md')).what).toBe('neither');
  });

  test('looks at nothing outside an untrusted workspace', async () => {
    const tree = await treeOf({ 'repo/CLAUDE.md': 'Root', 'home/notes.md': 'secret' });
    const found = await why(tree, 'home/notes.md', { trusted: false });
    expect(found.reason).toBe('it stands outside the workspace: not looked at in Restricted Mode');
    const seen = [...tree.opened, ...tree.listed];
    expect(seen.filter((path) => !path.startsWith(tree.at('repo')))).toEqual([]);
  });
});

describe('a directory', () => {
  test('lists all memory files below it', async () => {
    const tree = await treeOf({
      'repo/CLAUDE.md': 'Root\n\n@docs/a.md',
      'repo/AGENTS.md': 'Agents',
      'repo/docs/a.md': 'A',
    });
    await mkdir(tree.at('repo/empty'));
    const found = await why(tree, 'repo');
    expect(found).toMatchObject({
      what: 'directory',
      state: 'loaded',
      reason: 'memory files in this folder: 2 loaded, 1 skipped',
    });
    expect(found.below.map(({ path, state }) => [path, state])).toEqual([
      [tree.at('repo/CLAUDE.md'), 'loaded'],
      [tree.at('repo/docs/a.md'), 'loaded'],
      [tree.at('repo/AGENTS.md'), 'skipped'],
    ]);
    expect(await why(tree, 'repo/empty')).toMatchObject({ state: 'not-read', below: [] });
    expect(renderExplanation(found, { root: tree.at('repo') })).toMatch(
      /\| File +\| State +\| Tokens \| Why \|\n\| -+ \| -+ \| -+: \| --- \|\n\| `CLAUDE\.md` +\| Loads +\|/,
    );
  });
});

test('whatever a path or a reason holds, nothing of it comes to life', () => {
  const hostile = fc
    .array(fc.constantFrom(...hostilePieces), { maxLength: 20 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(hostile, (name) => {
      const step = { path: `/w/${name}`, state: 'loaded', reason: `imported by ${name}` } as const;
      const document = renderExplanation({
        ...step,
        dialect: 'claude-code',
        activeFile: `/w/${name}.ts`,
        what: 'file',
        chain: [step, step],
        patterns: [{ pattern: `${name}x`, matches: true }],
        facts: [`a ${name}`],
        remedies: [`b ${name}`],
        readBy: ['codex'],
        below: [{ ...step, kind: 'project', tokens: 1 }],
      });
      const blocks = Lexer.lex(document).filter(({ type }) => type !== 'space');
      const sections = Array.from({ length: 5 }, () => ['heading', 'list']).flat();
      expect(blocks.map(({ type }) => type)).toEqual([
        'heading',
        'paragraph',
        'paragraph',
        ...sections,
        'table',
      ]);
      expect(JSON.stringify(blocks)).not.toMatch(/"type":"(?:link|image|html)"/);
    }),
    { numRuns: 500 },
  );
});
