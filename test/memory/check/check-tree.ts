import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import type { CheckProblem, CheckReport } from '../../../src/memory/check/check-problem.ts';
import type { MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../../../src/memory/workspace/open-workspace.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

/** Path → text; `-> target` makes a link, a path that ends with `/` a directory. `~/` stands for the home directory. */
export type Tree = Readonly<Record<string, string>>;

export interface CheckPlace {
  readonly root: string;
  readonly home: string;
  readonly workspace: MemoryWorkspace;
  write(tree: Tree): Promise<void>;
  git(...args: readonly string[]): string;
  check(): Promise<CheckReport>;
}

export interface CheckPlaceOptions {
  /** A repository, with everything in it known to git. */
  readonly git?: boolean;
  /** Where an agent is started, below the root. */
  readonly folder?: string;
  readonly trusted?: boolean;
}

/** A folder of its own on the real disk with a home of its own, opened as an agent would be started there. */
export async function checkPlace(tree: Tree, options: CheckPlaceOptions = {}): Promise<CheckPlace> {
  const base = await temporaryDirectory();
  const [root, home] = [join(base, 'harbor'), join(base, 'home')];
  await mkdir(root);
  await mkdir(home);
  const write = (files: Tree): Promise<void> => writeTree(files, root, home);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', HOME: home },
    });
  await write(tree);
  if (options.git) {
    git('init', '-q', '-b', 'main');
    git('config', 'user.name', 'Mara');
    git('config', 'user.email', 'mara@example.invalid');
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', 'Start');
  }
  const workspace = await open(base, join(root, options.folder ?? ''), home, options.trusted ?? true);
  return { root, home, workspace, write, git, check: () => workspace.check() };
}

async function open(base: string, folder: string, home: string, trusted: boolean): Promise<MemoryWorkspace> {
  const opened = await openMemoryWorkspace({
    folder,
    files: nodeFiles,
    gitFor: (directory) =>
      createGit({ directory, environment: { ...process.env, GIT_CEILING_DIRECTORIES: base } }),
    clock: { now: () => Date.UTC(2026, 2, 2) },
    environment: { VARVE_HOME: join(home, '.varve') },
    homeDirectory: home,
    managedDirectory: join(base, 'managed'),
    platform: process.platform,
    random: (count) => randomBytes(count),
    trusted,
    unsavedFiles: { isUnsaved: () => Promise.resolve(false) },
    runTimes: () => Promise.resolve([]),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.dispose());
  return opened.value;
}

async function writeTree(tree: Tree, root: string, home: string): Promise<void> {
  for (const [name, text] of Object.entries(tree)) {
    const path = name.startsWith('~/') ? join(home, name.slice(2)) : join(root, name);
    await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (text.startsWith('-> ')) await symlink(text.slice(3), path);
    else await writeFile(path, text);
  }
}

/** What one rule says of a tree. */
export async function found(
  rule: string,
  tree: Tree,
  options: CheckPlaceOptions = {},
): Promise<readonly CheckProblem[]> {
  const { problems } = await (await checkPlace(tree, options)).check();
  return problems.filter((problem) => problem.rule === rule);
}

/** The text that a problem's range covers, read from the tree. */
export function covered(text: string, { range }: CheckProblem): string | undefined {
  if (range === undefined) return undefined;
  const lines = text.split(/\r\n|\r|\n/);
  const { start, end } = range;
  if (start.line === end.line) return lines[start.line]?.slice(start.column, end.column);
  return [
    lines[start.line]?.slice(start.column),
    ...lines.slice(start.line + 1, end.line),
    lines[end.line]?.slice(0, end.column),
  ].join('\n');
}
