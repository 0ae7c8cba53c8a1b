import { basename } from 'node:path';
import type { Git } from '../../base/git.ts';

/** The commits of a merge, rebase, pick or revert that stopped for conflicts; `bases` are what both sides came from. */
export interface MergeInProgress {
  readonly ours: string;
  readonly theirs: string;
  readonly bases: readonly string[];
}

/** Where one record file stands in a commit: its paths from the root and blobs, in the order of the paths; empty: nowhere. */
export type Standing = readonly { readonly path: string; readonly blob: string }[];

/** Asks git; undefined where nothing is going on, or more than two sides meet. */
export async function mergeInProgress(git: Git): Promise<MergeInProgress | undefined> {
  const merge = await revision(git, 'MERGE_HEAD');
  if (merge !== undefined) {
    const bases = await git.text(['merge-base', '--all', 'HEAD', merge]);
    return bases.ok ? { ours: 'HEAD', theirs: merge, bases: bases.value.split('\n') } : undefined;
  }
  for (const name of ['REBASE_HEAD', 'CHERRY_PICK_HEAD']) {
    const picked = await revision(git, name);
    if (picked !== undefined) return { ours: 'HEAD', theirs: picked, bases: [`${picked}~1`] };
  }
  const reverted = await revision(git, 'REVERT_HEAD');
  return reverted === undefined ? undefined : { ours: 'HEAD', theirs: `${reverted}~1`, bases: [reverted] };
}

async function revision(git: Git, name: string): Promise<string | undefined> {
  const answer = await git.text(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  return answer.ok ? answer.value : undefined;
}

/**
 * What record files come to that one side alone touched, or both in the same way: by their name, which a record keeps
 * wherever it moves. Git goes by likeness, takes one record for another that was moved, and calls that a conflict. By
 * name; files that both sides changed differently are left out, they are for a person.
 */
export async function mergedByName(
  git: Git,
  { ours, theirs, bases }: MergeInProgress,
  directory: string,
): Promise<ReadonlyMap<string, Standing> | undefined> {
  const [here, there, ...before] = await Promise.all(
    [ours, theirs, ...bases].map((commit) => standings(git, commit, directory)),
  );
  if (here === undefined || there === undefined || before.length === 0) return undefined;
  const names = new Set([
    ...here.keys(),
    ...there.keys(),
    ...before.flatMap((base) => [...(base?.keys() ?? [])]),
  ]);
  const merged = new Map<string, Standing>();
  for (const name of names) {
    const [mine, other] = [here.get(name) ?? [], there.get(name) ?? []];
    const base = before.map((found) => found?.get(name) ?? []);
    // Several bases that differ (both merged the other before): nothing is plain any more.
    const first = base[0] ?? [];
    if (isSame(mine, other)) merged.set(name, mine);
    else if (!base.every((one) => isSame(one, first))) continue;
    else if (isSame(mine, first)) merged.set(name, other);
    else if (isSame(other, first)) merged.set(name, mine);
  }
  return merged;
}

async function standings(
  git: Git,
  commit: string,
  directory: string,
): Promise<ReadonlyMap<string, Standing> | undefined> {
  const listed = await git.text(['ls-tree', '-r', '-z', '--full-tree', commit, '--', directory]);
  if (!listed.ok) return undefined;
  const found = new Map<string, Standing>();
  for (const line of listed.value.split('\0')) {
    const [, blob = '', path = ''] = /^\d+ blob (\S+)\t(.*)$/s.exec(line) ?? [];
    if (!/(?:-[0-9a-z]{6}\.md|\/[0-9A-Z]{26}\.json)$/.test(path)) continue;
    const name = basename(path);
    found.set(name, [...(found.get(name) ?? []), { path, blob }]);
  }
  return found;
}

function isSame(a: Standing, b: Standing): boolean {
  return (
    a.length === b.length && a.every(({ path, blob }, at) => b[at]?.path === path && b[at]?.blob === blob)
  );
}
