import { isAbsolute } from 'node:path';
import type { Git } from '../../../base/git.ts';
import type { Manifest, ManifestEntry } from './manifest.ts';
import { type CommitEntry, isSubmodule, readCommitTree } from './tree-changes.ts';

/** How a path stood at a checkpoint. */
export type PathState =
  | ManifestEntry
  | {
      readonly path: string;
      readonly kind: 'commit';
      readonly commit: CommitEntry;
      readonly convert: boolean;
    }
  | { readonly path: string; readonly kind: 'nothing' }
  /** There it was, and it was not kept. */
  | { readonly path: string; readonly kind: 'unknown'; readonly why: string };

/** A checkpoint with its commit, so that every path has an answer. */
export interface TreeStates {
  readonly manifest: Manifest;
  /** Of the commit, by path; empty without one. */
  readonly commit: ReadonlyMap<string, CommitEntry>;
  /** False where the commit is no longer in the repository: what stood as in it is not known then. */
  readonly hasCommit: boolean;
  stateOf(path: string): PathState;
}

/**
 * `then`: a checkpoint to go back to. `now`: the tree as it stands, captured with every path that is asked about, so
 * that what has no entry is not there.
 */
export async function treeStates(git: Git, manifest: Manifest, when: 'then' | 'now'): Promise<TreeStates> {
  const { head } = manifest;
  const read = head === null ? undefined : await readCommitTree(git, head);
  const commit = read?.ok ? read.value : new Map<string, CommitEntry>();
  const entries = new Map(manifest.entries.map((entry) => [entry.path, entry]));
  const left = manifest.left.map(({ path }) => path);
  const isCovered = coverage(when === 'now' ? left : [...left, ...manifest.ignored]);
  const notKept = when === 'now' ? 'it could not be brought back' : 'it was there then and was not kept';
  const hasCommit = read === undefined || read.ok;
  const stateOf = (path: string): PathState => {
    const entry = entries.get(path);
    if (entry !== undefined) return entry;
    const committed = commit.get(path);
    if (isSubmodule(committed)) return { path, kind: 'unknown', why: 'a submodule is left as it is' };
    if (isCovered(path)) return { path, kind: 'unknown', why: notKept };
    if (committed !== undefined)
      return { path, kind: 'commit', commit: committed, convert: manifest.converted };
    if (!hasCommit) return { path, kind: 'unknown', why: 'its commit is no longer in this repository' };
    return { path, kind: 'nothing' };
  };
  return { manifest, commit, hasCommit, stateOf };
}

/** Every path that may stand otherwise at one of two moments. Paths that no tree can have are left out. */
export function pathsBetween(one: TreeStates, other: TreeStates): readonly string[] {
  const paths = new Set<string>();
  for (const { manifest } of [one, other]) for (const { path } of manifest.entries) paths.add(path);
  for (const [path, { mode, oid }] of one.commit) {
    const there = other.commit.get(path);
    if (there?.oid !== oid || there.mode !== mode) paths.add(path);
  }
  for (const path of other.commit.keys()) if (!one.commit.has(path)) paths.add(path);
  return [...paths].filter(isSafePath).sort();
}

/** Submodules of a commit, in order. */
export function submodulesOf({ commit }: TreeStates): readonly string[] {
  return [...commit].filter(([, entry]) => isSubmodule(entry)).map(([path]) => path);
}

/** Below the root and not git's own: a manifest is only a file, and could have been changed. */
function isSafePath(path: string): boolean {
  if (path === '' || isAbsolute(path) || /^[a-z]:/i.test(path) || path.includes('\0')) return false;
  return path
    .split('/')
    .every((name) => name !== '' && name !== '.' && name !== '..' && !/^\.git$/i.test(name));
}

function coverage(paths: readonly string[]): (path: string) => boolean {
  const exact = new Set(paths);
  const directories = paths.filter((path) => path.endsWith('/'));
  return (path) => exact.has(path) || directories.some((directory) => path.startsWith(directory));
}
