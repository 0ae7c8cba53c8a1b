import { afterEach, expect, test } from 'vitest';
import { readHierarchy } from '../../../../src/memory/hierarchy/read-hierarchy.ts';
import { surveyReaders } from '../../../../src/memory/hierarchy/readers.ts';
import { makeTree, type Tree } from '../tree.ts';

const trees: Tree[] = [];
afterEach(async () => {
  await Promise.all(trees.splice(0).map((made) => made.remove()));
});

async function tree(files: Readonly<Record<string, string>>): Promise<Tree> {
  const made = await makeTree(files);
  trees.push(made);
  return made;
}

const mixed = {
  'repo/CLAUDE.md': 'claude',
  'repo/AGENTS.md': 'agents',
  'repo/GEMINI.md': 'gemini @./shared.md',
  'repo/shared.md': 'shared',
  'repo/.cursor/rules/x.mdc': '---\nglobs: src/**\n---\nx',
  'repo/.cursor/rules/y.md': 'nobody',
  'repo/.claude/rules/r.md': 'rule',
  'repo/.windsurf/rules/w.md': 'w',
  'home/.codex/AGENTS.md': 'mine',
  'repo/README.md': 'nobody',
};

test('each path has the programs that read it, now or on demand', async () => {
  const made = await tree(mixed);
  const { readers } = await surveyReaders(made.input());
  const rows = Object.fromEntries(
    [...readers].map(([path, programs]) => [path.replace(`${made.base}/`, ''), programs]),
  );
  expect(rows).toEqual({
    'repo/CLAUDE.md': ['claude-code', 'copilot', 'cursor'],
    'repo/AGENTS.md': ['agents-md', 'copilot', 'cursor', 'windsurf', 'cline', 'codex'],
    'repo/GEMINI.md': ['copilot', 'gemini'],
    'repo/shared.md': ['gemini'],
    'repo/.cursor/rules/x.mdc': ['cursor', 'cline'],
    'repo/.claude/rules/r.md': ['claude-code', 'copilot'],
    'repo/.windsurf/rules/w.md': ['windsurf'],
    'home/.codex/AGENTS.md': ['codex'],
  });
});

test('no file is opened twice and no directory is listed twice, however many programs look', async () => {
  const made = await tree(mixed);
  await surveyReaders(made.input({ activeFile: made.at('repo/src/x.ts') }));
  expect(made.opened.toSorted()).toEqual([...new Set(made.opened)].sort());
  expect(made.listed.toSorted()).toEqual([...new Set(made.listed)].sort());
  expect(made.opened).not.toContain(made.at('repo/README.md'));
});

test('others are what Claude Code does not consider; what it leaves out is no other', async () => {
  const made = await tree(mixed);
  const knownNested = [made.at('repo/.cursor/rules/x.mdc'), made.at('repo/web/AGENTS.md')];
  const { others, watch } = await surveyReaders(made.input({ knownNested }));
  expect(others.map(({ path }) => path.replace(`${made.base}/`, ''))).toEqual([
    'home/.codex/AGENTS.md',
    'repo/.cursor/rules/x.mdc',
    'repo/.windsurf/rules/w.md',
    'repo/GEMINI.md',
    'repo/shared.md',
  ]);
  const rule = others.find(({ path }) => path.endsWith('x.mdc'));
  expect(rule?.readings.map(({ dialect, file }) => [dialect, file.state])).toEqual([
    ['cursor', 'on-demand'],
    ['cline', 'loaded'],
  ]);
  expect(watch).toContain(made.at('repo/.cursor/rules'));
  expect(watch).toContain(made.at('repo/GEMINI.md'));
  expect(watch.filter((path) => knownNested.includes(path))).toEqual([]);
  expect(watch).toEqual([...new Set(watch)].sort());
});

test('a reading of Claude Code that was made already is taken as it is', async () => {
  const made = await tree(mixed);
  const reading = await readHierarchy(made.input());
  made.opened.length = 0;
  expect(await surveyReaders(made.input(), reading)).toEqual(await surveyReaders(made.input()));
  const none = { hierarchy: { files: [], watch: [], problems: [], tokens: 0 } };
  const { readers } = await surveyReaders(made.input(), none);
  expect([...readers.values()].flat()).not.toContain('claude-code');
});

test('a reader that knew a file as too large asks again for a larger limit, and never hands out too much', async () => {
  const made = await tree({ 'repo/CLAUDE.md': 'x', 'repo/AGENTS.md': 'y'.repeat(3 * 1024 * 1024) });
  const settings = JSON.stringify({ pad: 'z'.repeat(3 * 1024 * 1024) });
  const large = await tree({ 'repo/.claude/settings.json': settings, 'repo/GEMINI.md': 'g' });
  expect((await surveyReaders(made.input())).readers.get(made.at('repo/AGENTS.md'))).toContain('codex');
  expect((await surveyReaders(large.input())).readers.get(large.at('repo/GEMINI.md'))).toEqual([
    'copilot',
    'gemini',
  ]);
});

test('in Restricted Mode nothing outside the workspace is asked for', async () => {
  const made = await tree(mixed);
  const { readers, others } = await surveyReaders(made.input({ trusted: false }));
  const foreign = [...made.opened, ...made.listed, ...readers.keys()].filter(
    (path) => !path.startsWith(made.at('repo')),
  );
  expect(foreign).toEqual([]);
  expect(others.map(({ path }) => path)).toContain(made.at('repo/GEMINI.md'));
});
