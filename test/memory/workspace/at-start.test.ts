import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Git } from '../../../src/base/git.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { branchOf } from '../../../src/memory/project/repository-place.ts';
import type { MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../../../src/memory/workspace/open-workspace.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

let base: string;
let root: string;
let asked: string[];

beforeEach(async () => {
  base = await temporaryDirectory();
  root = join(base, 'repo');
  await mkdir(root);
  asked = [];
  run('init', '-q', '-b', 'main');
});

function run(...args: readonly string[]): string {
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  return execFileSync('git', [...person, ...args], { cwd: root, encoding: 'utf8' });
}

/** Git that notes what it is asked. */
function listening(directory: string): Git {
  const git = createGit({ directory, environment: process.env });
  return {
    ...git,
    text: (args, options) => {
      asked.push(args.join(' '));
      return git.text(args, options);
    },
  };
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function open(): Promise<MemoryWorkspace> {
  const opened = await openMemoryWorkspace({
    folder: root,
    files: nodeFiles,
    gitFor: listening,
    clock: { now: () => Date.now() },
    environment: { VARVE_HOME: join(base, 'home', '.varve') },
    homeDirectory: join(base, 'home'),
    managedDirectory: join(base, 'managed'),
    platform: process.platform,
    random: (count) => new Uint8Array(count),
    trusted: true,
    unsavedFiles: { isUnsaved: () => Promise.resolve(false) },
    runTimes: () => Promise.resolve([]),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

describe('what a run reads before its first request', () => {
  it('is what loads at the start, and git is not asked for what would load later', async () => {
    await write('CLAUDE.md', '# Harbor\n\n- first\n\n@docs/more.md\n');
    await write('docs/more.md', '- imported\n');
    await write('.claude/rules/style.md', '---\npaths: "src/**"\n---\n- a rule with a path\n');
    await write('.claude/rules/tone.md', '- a rule without\n');
    await write('packages/a/CLAUDE.md', '- on demand\n');
    await write('packages/a/AGENTS.md', '- on demand, too\n');
    const workspace = await open();
    asked.length = 0;
    const start = await workspace.effectiveAtStart();
    expect(asked).toEqual([]);
    const whole = await workspace.effective();
    expect(asked).not.toEqual([]);
    const loaded = ({ hierarchy }: typeof whole) => hierarchy.files.filter(({ state }) => state === 'loaded');
    expect(loaded(start)).toEqual(loaded(whole));
    expect(loaded(start).map(({ path }) => path)).toContain(join(root, 'docs/more.md'));
    expect(start.prompt).toBe(whole.prompt);
    expect(start.hierarchy.tokens).toBe(whole.hierarchy.tokens);
    expect(whole.hierarchy.files.length).toBeGreaterThan(start.hierarchy.files.length);
    workspace.dispose();
  });

  it('names the branch without a process, where git keeps it in a file', async () => {
    const branch = () => branchOf(nodeFiles, listening(root), join(root, '.git'));
    expect(await branch()).toBe('main');
    run('commit', '-q', '--allow-empty', '-m', 'Begin');
    run('checkout', '-q', '-b', 'feature/one.two');
    expect(await branch()).toBe('feature/one.two');
    run('checkout', '-q', '--detach');
    expect(await branch()).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await branchOf(nodeFiles, undefined, undefined)).toBeUndefined();
  });

  it('names the branch of a worktree, and of a HEAD that is a link as in old repositories', async () => {
    run('commit', '-q', '--allow-empty', '-m', 'Begin');
    run('worktree', 'add', '-q', '-b', 'other', join(base, 'other'));
    const worktree = join(root, '.git/worktrees/other');
    expect(await branchOf(nodeFiles, listening(join(base, 'other')), worktree)).toBe('other');
    expect(asked).toEqual([]);
    await rm(join(root, '.git/HEAD'));
    await symlink('refs/heads/main', join(root, '.git/HEAD'));
    expect(await branchOf(nodeFiles, listening(root), join(root, '.git'))).toBe('main');
    expect(asked).toHaveLength(1);
  });

  it('asks git where HEAD says that refs are kept elsewhere', async () => {
    await writeFile(join(root, '.git/HEAD'), 'ref: refs/heads/.invalid\n');
    await branchOf(nodeFiles, listening(root), join(root, '.git'));
    expect(asked).toEqual(['symbolic-ref --short -q HEAD']);
  });
});
