import type { Git, GitProblem } from '../../base/git.ts';
import { lendObjects } from '../../base/git-objects.ts';
import { type Result, success } from '../../base/result.ts';
import { loggedCommits } from './git/logged-commits.ts';

/**
 * The patch ids by which capture knows these commits (hashes), by commit. Empty for merges without changes of their
 * own, empty commits, and those whose patch is over `commitBytes` (4 MiB unless told) or cannot be read. A commit that
 * is not there is a problem. A constant number of processes.
 */
export async function readPatchIds(
  git: Git,
  commits: readonly string[],
  {
    signal,
    commitBytes = 4 * 1024 * 1024,
  }: { readonly signal?: AbortSignal; readonly commitBytes?: number } = {},
): Promise<Result<ReadonlyMap<string, string>, GitProblem>> {
  const ids = new Map<string, string>();
  if (commits.length === 0) return success(ids);
  const objects = await lendObjects(git, signal);
  if (!objects.ok) return objects;
  const options = { commitBytes, ...(signal === undefined ? {} : { signal }) };
  try {
    for await (const one of loggedCommits(objects.value, commits, options)) {
      if (!one.ok) return one;
      ids.set(one.value.commit, one.value.patchId);
    }
    return success(ids);
  } finally {
    await objects.value.close();
  }
}
