import { resolve } from 'node:path';
import type { Files } from '../../../base/files.ts';
import type { Git } from '../../../base/git.ts';
import { type FoundState, readStates } from '../../../memory/project/project-state.ts';
import { type RelinkAnswer, readRelinks } from './relinks-file.ts';

/** A working tree that git knows of, or knew: one whose directory is gone stays listed until git prunes it. */
export interface ListedWorktree {
  readonly path: string;
  /** Of the main working tree of the same repository. */
  readonly main: string;
}

/** A project of this machine, with where it was seen, where it is and what was said of sessions. */
export interface KnownProject {
  readonly id: string;
  readonly name: string;
  readonly stateDirectory: string;
  readonly remotes: readonly string[];
  readonly commonDirectories: readonly string[];
  /** Wherever it was seen, the newest last. */
  readonly paths: readonly string[];
  /** Those and its worktrees that are there now, the last seen first. */
  readonly places: readonly string[];
  readonly worktrees: readonly ListedWorktree[];
  readonly answers: readonly RelinkAnswer[];
}

export interface KnownProjectsSurroundings {
  readonly files: Files;
  readonly gitFor: (directory: string) => Git;
  /** `$VARVE_HOME`, absolute. */
  readonly varveHome: string;
}

/** Beyond this many projects git is not asked for worktrees. */
const MOST_ASKED = 100;

/** Reads the state of every project and asks git for its worktrees. Rejects with Node's errors. */
export async function readKnownProjects(around: KnownProjectsSurroundings): Promise<readonly KnownProject[]> {
  const states = await readStates(around.files, around.varveHome);
  const projects: KnownProject[] = [];
  for (const [at, found] of states.entries())
    projects.push(await readProject(around, found, at < MOST_ASKED));
  return projects;
}

async function readProject(
  { files, gitFor }: KnownProjectsSurroundings,
  { directory, state: { id, name, evidence } }: FoundState,
  asksGit: boolean,
): Promise<KnownProject> {
  const seen = await existing(files, evidence.paths.toReversed());
  const asked = asksGit && evidence.commonDirectories.length > 0 ? seen[0] : undefined;
  const worktrees = asked === undefined ? [] : await listWorktrees(gitFor(asked));
  const listed = await existing(
    files,
    worktrees.map(({ path }) => path),
  );
  return {
    id,
    name,
    stateDirectory: directory,
    remotes: evidence.remotes,
    commonDirectories: evidence.commonDirectories,
    paths: evidence.paths,
    places: [...new Set([...seen, ...listed])],
    worktrees,
    answers: await readRelinks(files, directory),
  };
}

/** Of one repository, those whose directory is gone among them; the main one is the first that git names. */
export async function listWorktrees(git: Git): Promise<readonly ListedWorktree[]> {
  const answer = await git.text(['worktree', 'list', '--porcelain']);
  if (!answer.ok) return [];
  const paths = answer.value
    .split('\n')
    .flatMap((line) => (line.startsWith('worktree ') ? [resolve(line.slice('worktree '.length))] : []));
  const [main] = paths;
  return main === undefined ? [] : paths.map((path) => ({ path, main }));
}

async function existing(files: Files, paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const status = await files.status(path).catch(() => undefined);
    if (status?.kind === 'directory') found.push(path);
  }
  return found;
}
