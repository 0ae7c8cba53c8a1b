import { afterEach, describe, expect, test } from 'vitest';
import type { ResolveInput } from '../../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../../src/memory/hierarchy/read-hierarchy.ts';
import { type FilePreview, previewFile } from '../../../src/memory/workspace/file-preview.ts';
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

async function preview(
  tree: Tree,
  path: string,
  changes: Partial<ResolveInput> = {},
): Promise<FilePreview | undefined> {
  const input = tree.input(changes);
  const options = {
    realPath: (at: string) => input.reader.realPath(at),
    root: tree.at('repo'),
    homeDirectory: tree.at('home'),
  };
  return previewFile(await readHierarchy(input), tree.at(path), options);
}

describe('what a preview shows beside a memory file', () => {
  test('each import with its state, and what that imports in turn', async () => {
    const tree = await treeOf({
      'repo/CLAUDE.md': '@docs/a.md\n@docs/gone.md\n@../out.md\n@mara thinks so\n@docs/a.md again\n',
      'repo/docs/a.md': 'A\n\n@../CLAUDE.md\n@b.md\n',
      'repo/docs/b.md': 'B\n',
      'out.md': 'Outside',
    });
    const shown = await preview(tree, 'repo/CLAUDE.md');
    expect(shown).toMatchObject({ state: 'loaded', trigger: 'start', tokens: expect.any(Number) });
    const states = (imports: FilePreview['imports'] = []): unknown[] =>
      imports.map((one) => [
        one.target,
        one.name,
        one.state,
        ...(one.imports.length ? [states(one.imports)] : []),
      ]);
    expect(states(shown?.imports)).toEqual([
      [
        'docs/a.md',
        'docs/a.md',
        'loaded',
        [
          ['../CLAUDE.md', 'CLAUDE.md', 'skipped'],
          ['b.md', 'docs/b.md', 'loaded'],
        ],
      ],
      ['docs/gone.md', 'docs/gone.md', 'missing'],
      ['../out.md', tree.at('out.md'), 'skipped'],
    ]);
    const [, , outside] = shown?.imports ?? [];
    expect(outside?.reason).toContain('was not allowed');
    expect(outside?.text).toBe('');
    expect(shown?.imports[0]?.text).toContain('A\n');
  });

  test('a chain that is too deep ends with the reason', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 7 }, (_, depth) => [`repo/${depth}.md`, `${depth}\n\n@${depth + 1}.md\n`]),
    );
    const tree = await treeOf({ ...files, 'repo/CLAUDE.md': '@0.md\n', 'repo/7.md': 'end' });
    let step = (await preview(tree, 'repo/CLAUDE.md'))?.imports[0];
    while (step?.imports[0]) step = step.imports[0];
    expect(step).toMatchObject({
      target: '4.md',
      state: 'skipped',
      reason: expect.stringContaining('imports deep'),
    });
  });

  test('the lines of an index against its limit, and where it is cut off', async () => {
    const lines = Array.from({ length: 230 }, (_, line) => `- fact ${line}`).join('\n');
    const tree = await treeOf({
      'home/.claude/settings.json': '{"autoMemoryDirectory":"~/memory"}',
      'home/memory/MEMORY.md': `<!-- a\ncomment -->\n\n${lines}\n`,
    });
    expect(await preview(tree, 'home/memory/MEMORY.md')).toMatchObject({
      lines: { count: 230, limit: 200 },
      cutOff: 'lines 201–230 of 230 are cut off',
      cutLine: 203,
      imports: [],
    });
  });

  test('a silenced file with its reason and no imports, since nobody followed them', async () => {
    const tree = await treeOf({ 'repo/CLAUDE.md': 'Root', 'repo/AGENTS.md': '@a.md\n', 'repo/a.md': 'A' });
    expect(await preview(tree, 'repo/AGENTS.md')).toMatchObject({ state: 'skipped', imports: [] });
  });

  test('nothing beside a file that is no memory, and all of it through a link to the folder', async () => {
    const tree = await treeOf({ 'repo/CLAUDE.md': 'Root', 'repo/README.md': 'R', link: '-> repo' });
    expect(await preview(tree, 'repo/README.md')).toBeUndefined();
    expect(await preview(tree, 'link/CLAUDE.md')).toMatchObject({ state: 'loaded' });
  });

  test('a bounded part of many and of large imports', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `n${index}.md`);
    const tree = await treeOf({
      'repo/CLAUDE.md': `@large.md\n${names.map((name) => `@${name}`).join('\n')}\n`,
      'repo/large.md': 'x'.repeat(100_000),
      ...Object.fromEntries(names.map((name) => [`repo/${name}`, name])),
    });
    const shown = await preview(tree, 'repo/CLAUDE.md');
    expect(shown?.imports).toHaveLength(200);
    expect(shown?.imports[0]).toMatchObject({ isShortened: true });
    expect(shown?.imports[0]?.text.length).toBeLessThanOrEqual(40_000);
  });
});
