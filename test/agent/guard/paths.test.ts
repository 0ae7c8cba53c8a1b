import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGuard } from '../../../src/agent/guard/decide.ts';
import type { PermissionMode } from '../../../src/agent/guard/guard.ts';
import { type RuleSet, unreadableRules } from '../../../src/agent/guard/rules.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

let base = '';
let root = '';

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'varve-paths-')));
  root = join(base, 'app');
  await mkdir(join(root, 'src'), { recursive: true });
  await mkdir(join(root, 'secrets'));
  await mkdir(join(base, 'app-evil'));
  await writeFile(join(base, 'app-evil/file'), 'x');
  await writeFile(join(root, 'secrets/key'), 'x');
  await symlink(join(base, 'app-evil'), join(root, 'out'));
  await symlink(join(root, 'secrets'), join(root, 'src/open'));
  await symlink(join(root, '.claude'), join(root, 'src/harmless'));
  await symlink(join(base, 'nowhere/else'), join(root, 'dangling'));
});

afterAll(() => rm(base, { recursive: true, force: true }));

async function decide(
  effect: 'read' | 'write',
  path: string,
  rules: Partial<RuleSet> = {},
  mode: PermissionMode = 'default',
  tool?: string,
) {
  const guard = createGuard({
    files: nodeFiles,
    root,
    home: join(base, 'home'),
    mode,
    rules: { allow: [], deny: [], ask: [], ...rules },
    alsoProtected: [join(base, 'state')],
  });
  return guard.decide({ tool: tool ?? (effect === 'read' ? 'read' : 'edit'), effect, path });
}

describe('without rules', () => {
  test.each([
    ['read', 'src/a.ts', 'allow'],
    ['read', '.', 'allow'],
    ['read', 'CLAUDE.md', 'allow'],
    ['read', '../app-evil/file', 'ask'],
    ['read', 'out/file', 'ask'],
    ['read', 'dangling', 'ask'],
    ['read', '/etc/passwd', 'ask'],
    ['write', 'src/a.ts', 'ask'],
    ['write', 'src/new/deep/file.ts', 'ask'],
  ] as const)('default: %s %s is %s', async (effect, path, decision) => {
    expect((await decide(effect, path)).decision).toBe(decision);
  });

  test.each([
    ['src/a.ts', 'allow'],
    ['out/file', 'ask'],
    ['../app-evil/file', 'ask'],
    ['dangling', 'ask'],
    ['src/CLAUDE.md', 'ask'],
    ['.CLAUDE/x', 'ask'],
    ['src/harmless/settings.json', 'ask'],
  ])('acceptEdits: write %s is %s', async (path, decision) => {
    expect((await decide('write', path, {}, 'acceptEdits')).decision).toBe(decision);
  });

  test.each([
    'CLAUDE.md',
    'AGENTS.md',
    'sub/agents.md',
    '.claude/settings.json',
    '.varve/config.json',
    '.git/config',
    '.vscode/tasks.json',
    '.mcp.json',
    '../state/trust.json',
  ])('writing %s is asked for in every mode and against every allow rule', async (path) => {
    const rules = { allow: ['Edit', 'Write', 'Edit(//**)'] };
    expect((await decide('write', path, rules)).decision).toBe('ask');
    expect((await decide('write', path, rules, 'bypassPermissions')).decision).toBe('ask');
    expect((await decide('write', path, rules, 'dontAsk')).decision).toBe('deny');
    expect((await decide('write', path, rules, 'bypassPermissions')).offeredRule).toBeUndefined();
  });

  test('plan mode reads and writes nothing', async () => {
    expect((await decide('read', 'src/a.ts', {}, 'plan')).decision).toBe('allow');
    expect((await decide('write', 'src/a.ts', { allow: ['Edit'] }, 'plan')).decision).toBe('deny');
  });
});

describe('rules', () => {
  test.each([
    ['Edit', 'src/a.ts', 'allow'],
    ['Edit(./src/**)', 'src/deep/a.ts', 'allow'],
    ['Edit(src/**)', 'src/a.ts', 'allow'],
    ['Edit(/src/**)', 'src/a.ts', 'allow'],
    ['Edit(*.ts)', 'src/deep/a.ts', 'allow'],
    ['edit(./src/**)', 'src/a.ts', 'allow'],
    ['Edit(./src/**)', 'srcx/a.ts', 'ask'],
    ['Edit(./src/**)', 'src/../other.ts', 'ask'],
    ['Edit(./src/**)', 'src/open/key', 'ask'],
    ['Write', 'src/a.ts', 'ask'],
    ['Read(./src/**)', 'src/a.ts', 'ask'],
  ])('allow %s: edit %s is %s', async (rule, path, decision) => {
    expect((await decide('write', path, { allow: [rule] })).decision).toBe(decision);
  });

  test('absolute and home patterns', async () => {
    const outside = join(base, 'app-evil/file');
    expect((await decide('read', outside, { allow: [`Read(/${base}/app-evil/**)`] })).decision).toBe('allow');
    expect((await decide('read', join(base, 'home/notes/a'), { allow: ['Read(~/notes/**)'] })).decision).toBe(
      'allow',
    );
    expect((await decide('read', join(base, 'home/other/a'), { allow: ['Read(~/notes/**)'] })).decision).toBe(
      'ask',
    );
  });

  test('a deny rule is not walked around by a link, and covers every reading tool', async () => {
    const rules = { deny: ['Read(./secrets/**)'] };
    for (const tool of ['read', 'grep', 'glob', 'list']) {
      expect((await decide('read', 'secrets/key', rules, 'default', tool)).decision).toBe('deny');
      expect((await decide('read', 'src/open/key', rules, 'bypassPermissions', tool)).decision).toBe('deny');
    }
  });

  test('Edit covers write, Write only itself', async () => {
    expect((await decide('write', 'a.ts', { allow: ['Edit'] }, 'default', 'write')).decision).toBe('allow');
    expect((await decide('write', 'a.ts', { allow: ['Write'] }, 'default', 'write')).decision).toBe('allow');
    expect((await decide('write', 'a.ts', { allow: ['Write'] }, 'default', 'edit')).decision).toBe('ask');
  });

  test('an offered rule covers what it was offered for', async () => {
    for (const path of ['src/deep/a.ts', 'top.ts', '../app-evil/file']) {
      const { offeredRule } = await decide('write', path);
      expect((await decide('write', path, { allow: [offeredRule ?? ''] })).decision).toBe('allow');
      expect((await decide('write', 'secrets/key', { allow: [offeredRule ?? ''] })).decision).toBe('ask');
    }
  });

  test('what cannot be read is named', () => {
    expect(
      unreadableRules({ allow: ['Bash(ls)'], deny: ['Bash(rm', '(x)'], ask: [{ text: '', base: '/' }] }),
    ).toEqual(['Bash(rm', '(x)', '']);
  });
});
