import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { type Comparison, isSeenHere } from './match-project.ts';
import type { FoundState } from './project-state.ts';
import { commitsPresent, hasFullHistory, normalisedRemotes } from './repository-facts.ts';
import type { RepositoryPlace } from './repository-place.ts';

/**
 * Holds every known project against this place. Git is asked only for what is still open: on a machine that knows
 * no other project with a history, not at all. Without git (`restricted`) only places count.
 */
export async function compareAll(
  { files, git }: { readonly files: Files; readonly git: (directory: string) => Git },
  place: RepositoryPlace,
  states: readonly FoundState[],
  restricted: boolean,
): Promise<readonly Comparison[]> {
  const repository = restricted || place.commonDirectory === undefined ? undefined : git(place.root);
  const known = [...new Set(states.flatMap(({ state }) => state.evidence.roots))];
  const present = repository === undefined ? new Set<string>() : await commitsPresent(repository, known);
  const isTelling = repository !== undefined && known.length > 0 && (await hasFullHistory(repository));
  const remotes = repository !== undefined && present.size > 0 ? await normalisedRemotes(repository) : [];
  const comparisons: Comparison[] = [];
  for (const found of states) {
    const { evidence } = found.state;
    const sharesRoot = evidence.roots.some((root) => present.has(root));
    const hasHistory = evidence.roots.length > 0;
    comparisons.push({
      found,
      isHere: isSeenHere(found, place),
      sharesRoot,
      sharesRemote: evidence.remotes.some((remote) => remotes.includes(remote)),
      isOtherHistory: isTelling && hasHistory && !sharesRoot,
      isHomeless: sharesRoot && !(await existsAny(files, evidence.paths)),
    });
  }
  return comparisons;
}

async function existsAny(files: Files, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if ((await files.status(path).catch(() => undefined)) !== undefined) return true;
  }
  return false;
}
