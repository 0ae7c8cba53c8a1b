import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { failure, type Result, success } from '../../base/result.ts';

/** A second check-out of the repository in which a subagent works by itself. */
export interface Worktree {
  readonly path: string;
  /** The commit it began from. */
  readonly base: string;
}

export interface WorktreeSurroundings {
  readonly files: Files;
  readonly gitFor: (directory: string) => Git;
  /** Root of the worktree that the run works in. */
  readonly root: string;
  /** `worktrees/` of the project's state. */
  readonly directory: string;
}

/**
 * Checks the last commit out at `<directory>/<name>`, on no branch. Changes that are not committed are not in it. No
 * hook and no filter of the repository runs, so files that a filter brings (LFS) are there as they are stored.
 */
export async function addWorktree(
  { files, gitFor, root, directory }: WorktreeSurroundings,
  name: string,
): Promise<Result<Worktree, string>> {
  const git = gitFor(root);
  const base = await git.text(['rev-parse', '--verify', '-q', 'HEAD^{commit}']);
  if (!base.ok || base.value === '')
    return failure('A worktree of its own needs a git repository with a commit.');
  const path = join(directory, name);
  try {
    await files.makeDirectory(directory, 0o700);
  } catch (error) {
    return failure(
      `${directory} could not be made: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const added = await git.text(['worktree', 'add', '--quiet', '--detach', path, base.value]);
  if (!added.ok) return failure(`The worktree could not be made: ${added.error.message}`);
  return success({ path: await files.realPath(path).catch(() => path), base: base.value });
}

/**
 * Removes a worktree in which nothing was changed, committed or made; any other stays, and the sentence says where
 * and what is in it. Where git cannot tell, it stays.
 */
export async function endWorktree(
  { gitFor, root }: WorktreeSurroundings,
  { path, base }: Worktree,
): Promise<string> {
  const git = gitFor(path);
  const changed = await git.text(['status', '--porcelain=v1', '--ignored', '--untracked-files=normal', '-z']);
  const head = await git.text(['rev-parse', 'HEAD']);
  if (changed.ok && changed.value === '' && head.ok && head.value === base) {
    const removed = await gitFor(root).text(['worktree', 'remove', path]);
    if (removed.ok) return 'It changed nothing; its worktree was removed.';
    return `It changed nothing; its worktree ${path} could not be removed: ${removed.error.message}`;
  }
  const stat = await git.text(['diff', '--stat=100', base === '' ? 'HEAD' : base, '--']);
  const made = changed.ok ? newPaths(changed.value) : [];
  const lines = [
    `Its work is in the worktree ${path}, on no branch, begun from ${base.slice(0, 12) || 'a commit that is not known'}. Nothing of it is in the main work tree.`,
    stat.ok ? cut(stat.value) : '',
    made.length === 0 ? '' : cut(`New: ${made.join(', ')}`),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** The commit a worktree began from, by its own record; empty where that is not known, so that it stays. */
export async function baseOfWorktree(git: Git): Promise<string> {
  const entries = await git.text(['log', '--walk-reflogs', '--format=%H', 'HEAD']);
  return entries.ok ? (entries.value.trim().split('\n').at(-1) ?? '') : '';
}

/** Worktrees that subagents left, whose work is there to be taken or thrown away. */
export async function listWorktrees({
  files,
  directory,
}: Pick<WorktreeSurroundings, 'files' | 'directory'>): Promise<readonly string[]> {
  const entries = await files.readDirectory(directory).catch(() => []);
  return entries.filter(({ kind }) => kind === 'directory').map(({ name }) => join(directory, name));
}

function newPaths(status: string): readonly string[] {
  return status.split('\0').flatMap((entry) => (/^(\?\?|!!) /.test(entry) ? [entry.slice(3)] : []));
}

function cut(text: string): string {
  return text.length > 4_000 ? `${text.slice(0, 4_000)}\n[more is left out]` : text;
}
