import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type { ResolvedFile, ResolvedHierarchy } from '../../../src/memory/hierarchy/hierarchy.ts';
import { projectSlug } from '../../../src/memory/hierarchy/places.ts';
import { cases } from './claude-code-cases.ts';
import { makeTree, type Tree } from './tree.ts';

const trees: Tree[] = [];
afterEach(async () => {
  await Promise.all(trees.splice(0).map((tree) => tree.remove()));
});

async function tree(files: Readonly<Record<string, string>>): Promise<Tree> {
  const made = await makeTree(files);
  trees.push(made);
  return made;
}

const row = (made: Tree, { path, state }: ResolvedFile) => `${state} ${path.replace(`${made.base}/`, '')}`;
const rows = (made: Tree, { files }: ResolvedHierarchy) => files.map((file) => row(made, file));
const reasonFor = (made: Tree, { files }: ResolvedHierarchy, path: string) =>
  files.find((file) => file.path === made.at(path))?.reason;

describe('what Claude Code loads', () => {
  test.each(cases)('$name', async ({ files, input, expected, reasons = {} }) => {
    const made = await tree(files);
    const hierarchy = await made.resolve(input?.(made));
    expect(rows(made, hierarchy)).toEqual(expected);
    for (const [path, reason] of Object.entries(reasons))
      expect(reasonFor(made, hierarchy, path)).toMatch(reason);
    const loaded = hierarchy.files.filter(({ state }) => state === 'loaded');
    expect(hierarchy.tokens).toBe(loaded.reduce((sum, { tokens }) => sum + tokens, 0));
    for (const file of hierarchy.files) expect(file.text === '').toBe(file.state === 'skipped');
  });

  test('only candidates are opened, each once, and nothing is searched', async () => {
    const made = await tree({
      'repo/CLAUDE.md': '@a.md',
      'repo/a.md': 'a',
      'repo/README.md': 'no',
      'repo/src/CLAUDE.md': 'no',
      'repo/.claude/rules/r.md': '---\npaths: x\n---\nr',
      'home/.claude/history.jsonl': 'no',
    });
    await made.resolve();
    expect(made.opened.map((path) => path.replace(`${made.base}/`, ''))).toEqual([
      'repo/CLAUDE.md',
      'repo/a.md',
      'repo/.claude/rules/r.md',
    ]);
    expect(made.listed).toEqual([made.at('repo/.claude/rules')]);
  });

  test('in Restricted Mode only files of the workspace are opened', async () => {
    const restricted = cases.at(-1);
    const made = await tree(restricted?.files ?? {});
    await made.resolve({ trusted: false });
    expect(made.opened).toEqual([made.at('repo/CLAUDE.md')]);
    expect(made.listed).toEqual([]);
  });

  test('front matter and block comments cost nothing', async () => {
    const made = await tree({ 'repo/CLAUDE.md': '---\na: 1\n---\n<!-- note -->\nText\n' });
    const { files } = await made.resolve();
    expect(files[0]?.text.trim()).toBe('Text');
    expect(files[0]?.bytes).toBe(Buffer.byteLength('---\na: 1\n---\n<!-- note -->\nText\n'));
  });

  test('a missing import and broken settings are problems; a mentioned person is not', async () => {
    const made = await tree({
      'repo/CLAUDE.md': 'ask @alice, see @docs/gone.md\n',
      'repo/.claude/settings.json': '{ nope',
    });
    const { problems } = await made.resolve();
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/not valid JSON/),
      expect.stringMatching(/docs\/gone\.md, which is not there \(line 1\)/),
    ]);
  });

  test('what can change the answer is watched, and only what exists', async () => {
    const made = await tree({
      'repo/CLAUDE.md': '-> AGENTS.md',
      'repo/AGENTS.md': 'x',
      'repo/.claude/rules/sub/r.md': 'r',
      'repo/src/a.ts': '',
      'home/.claude/CLAUDE.md': 'u',
    });
    const { watch } = await made.resolve({ activeFile: made.at('repo/src/a.ts') });
    // Directories above the repository too: a CLAUDE.md may appear there.
    expect(watch).toEqual(expect.arrayContaining([made.base, dirname(made.base)]));
    const inside = watch.filter((path) => path.startsWith(`${made.base}/`));
    expect(inside.map((path) => path.replace(`${made.base}/`, ''))).toEqual([
      'home/.claude',
      'home/.claude/CLAUDE.md',
      'repo',
      'repo/.claude',
      'repo/.claude/rules',
      'repo/.claude/rules/sub',
      'repo/.claude/rules/sub/r.md',
      'repo/AGENTS.md',
      'repo/CLAUDE.md',
      'repo/src',
    ]);
  });

  test('a FIFO, a directory and an unreadable file in the place of CLAUDE.md are named, and nothing hangs', async () => {
    const made = await tree({ 'repo/x': '' });
    await promisify(execFile)('mkfifo', [made.at('repo/CLAUDE.md')]);
    await mkdir(made.at('repo/CLAUDE.local.md'));
    const { files } = await made.resolve();
    expect(files.map(({ state, reason }) => `${state}: ${reason}`)).toEqual([
      expect.stringMatching(/skipped: .*no regular file/),
      expect.stringMatching(/skipped: .*no regular file/),
    ]);
    if (process.getuid?.() === 0) return;
    await rm(made.at('repo/CLAUDE.md'));
    await writeFile(made.at('repo/CLAUDE.md'), 'x');
    await chmod(made.at('repo/CLAUDE.md'), 0);
    expect((await made.resolve()).files[0]?.state).toBe('skipped');
  });
});

describe('auto memory', () => {
  const directory = (made: Tree, root = 'repo') =>
    join('home/.claude/projects', projectSlug(made.at(root)), 'memory');

  async function write(made: Tree, path: string, text: string): Promise<void> {
    await mkdir(join(made.at(path), '..'), { recursive: true });
    await writeFile(made.at(path), text);
  }

  test('the index loads last and is cut at 200 lines; topic files are recalled', async () => {
    const made = await tree({ 'repo/CLAUDE.md': 'x' });
    const lines = Array.from({ length: 240 }, (_, index) => `- entry ${index + 1}`).join('\n');
    await write(made, `${directory(made)}/MEMORY.md`, `${lines}\n`);
    await write(made, `${directory(made)}/topic.md`, `---\nname: t\n---\n${'é'.repeat(3000)}`);
    const { files } = await made.resolve();
    expect(rows(made, { files } as ResolvedHierarchy)).toEqual([
      'loaded repo/CLAUDE.md',
      `loaded ${directory(made)}/MEMORY.md`,
      `on-demand ${directory(made)}/topic.md`,
    ]);
    expect(files[1]?.cutOff).toBe('lines 201–240 of 240 are cut off');
    expect(files[1]?.text.endsWith('- entry 200')).toBe(true);
    expect(Buffer.byteLength(files[2]?.text ?? '')).toBeLessThanOrEqual(4096);
    expect(files[2]?.text).not.toContain('\uFFFD');
    expect(files[2]?.cutOff).toMatch(/4,096/);
  });

  test('the index is cut at 25,000 units at a line end', async () => {
    const made = await tree({});
    await write(made, `${directory(made)}/MEMORY.md`, Array(100).fill('y'.repeat(999)).join('\n'));
    const { files, problems } = await made.resolve();
    expect(files[0]?.text.length).toBe(24_999);
    expect(files[0]?.cutOff).toBe('lines 26–100 of 100 are cut off');
    expect(problems[0]?.message).toMatch(/Over its limit/);
  });

  test('where it is not there yet, the nearest directory above it is watched', async () => {
    const made = await tree({ 'home/.claude/projects/other/x.jsonl': '' });
    expect((await made.resolve()).watch).toContain(made.at('home/.claude/projects'));
    await mkdir(made.at(join(directory(made), '..')), { recursive: true });
    expect((await made.resolve()).watch).toContain(made.at(join(directory(made), '..')));
  });

  test('settings and environment turn it off, =0 forces it on', async () => {
    const made = await tree({
      'repo/.claude/settings.local.json': JSON.stringify({ autoMemoryEnabled: false }),
    });
    await write(made, `${directory(made)}/MEMORY.md`, '- x');
    const stateWith = async (environment: Record<string, string>) =>
      (await made.resolve({ environment })).files[0]?.state;
    expect(await stateWith({})).toBe('skipped');
    expect(await stateWith({ CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1' })).toBe('skipped');
    expect(await stateWith({ CLAUDE_CODE_DISABLE_AUTO_MEMORY: '0' })).toBe('loaded');
    // Whatever the documentation says: the program loads nothing then.
    expect(await stateWith({ CLAUDE_CODE_DISABLE_AUTO_MEMORY: '0', CLAUDE_CODE_SIMPLE: '1' })).toBe(
      'skipped',
    );
  });

  test('the directory follows the setting, the strongest layer first', async () => {
    const made = await tree({
      'home/.claude/settings.json': JSON.stringify({ autoMemoryDirectory: '~/wide' }),
      'repo/.claude/settings.local.json': JSON.stringify({ autoMemoryDirectory: '~/near' }),
      'home/near/MEMORY.md': '- near',
      'home/wide/MEMORY.md': '- wide',
    });
    expect(rows(made, await made.resolve())).toEqual(['loaded home/near/MEMORY.md']);
  });

  test('a real git worktree shares the memory of its main checkout and leaves the outer project files out', async () => {
    const made = await tree({ 'repo/CLAUDE.md': 'outer', 'repo/CLAUDE.local.md': 'outer local' });
    const git = (...args: string[]) =>
      promisify(execFile)('git', [
        '-C',
        made.at('repo'),
        '-c',
        'user.name=t',
        '-c',
        'user.email=t@example.com',
        ...args,
      ]);
    await rm(made.at('repo/.git'), { recursive: true });
    await git('init', '-q');
    await git('add', 'CLAUDE.md');
    await git('commit', '-qm', 'first');
    await git('worktree', 'add', '-q', made.at('repo/.trees/w'));
    await writeFile(made.at('repo/.trees/w/CLAUDE.md'), 'inner');
    await write(made, `${directory(made)}/MEMORY.md`, '- shared');
    const hierarchy = await made.resolve({
      cwd: made.at('repo/.trees/w'),
      repositoryRoot: made.at('repo/.trees/w'),
    });
    expect(rows(made, hierarchy)).toEqual([
      'skipped repo/CLAUDE.md',
      'loaded repo/CLAUDE.local.md',
      'loaded repo/.trees/w/CLAUDE.md',
      `loaded ${directory(made)}/MEMORY.md`,
    ]);
    expect(reasonFor(made, hierarchy, 'repo/CLAUDE.md')).toMatch(/main checkout/);
  });
});

test('the name of a project directory is the slug of Claude Code, long paths with a hash', () => {
  expect(projectSlug('/home/u/my_app.v2')).toBe('-home-u-my-app-v2');
  expect(projectSlug(`/${'a'.repeat(300)}`)).toMatch(/^-a{199}-[0-9a-z]+$/);
});
