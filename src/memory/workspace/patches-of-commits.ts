import type { Git } from '../../base/git.ts';
import { readPatchIds } from '../capture/read-patch-ids.ts';

export interface CommitName {
  readonly commit: string;
  readonly tree: string;
}

/**
 * The patch ids by which records know these commits (see docs/formats/record.md), and `tree:…` of each for what had no
 * patch of its own. Undefined where git does not answer.
 */
export async function patchesOfCommits(
  git: Git,
  commits: readonly CommitName[],
): Promise<ReadonlySet<string> | undefined> {
  const ids = await readPatchIds(
    git,
    commits.map(({ commit }) => commit),
  );
  if (!ids.ok) return undefined;
  return new Set([...commits.map(({ tree }) => `tree:${tree}`), ...ids.value.values()]);
}
