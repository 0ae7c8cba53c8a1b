import type { Git } from '../../base/git.ts';

/** Paths (from the root) that git's index holds as unmerged below these places, with their stages: 1 base, 2 ours, 3 theirs. */
export async function unmergedPaths(
  git: Git,
  places: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const answer = await git.text(['ls-files', '--unmerged', '-z', '--full-name', '--', ...places]);
  const stages = new Map<string, Set<string>>();
  for (const line of answer.ok ? answer.value.split('\0') : []) {
    const [, stage = '', name = ''] = /^\S+ \S+ ([123])\t(.*)$/s.exec(line) ?? [];
    if (name !== '') stages.set(name, (stages.get(name) ?? new Set()).add(stage));
  }
  return stages;
}
