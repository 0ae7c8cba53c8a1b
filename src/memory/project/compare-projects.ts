import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { isKnownObject } from './known-object.ts';
import { type Comparison, isSeenHere } from './match-project.ts';
import type { FoundState } from './project-state.ts';
import { commitsPresent, hasFullHistory, normalisedRemotes } from './repository-facts.ts';
import type { RepositoryPlace } from './repository-place.ts';

export interface AskedPlace {
  readonly place: RepositoryPlace;
  /** Undefined without git, and where none may be asked: only places count then. */
  readonly git: Git | undefined;
  /** The id that the repository names. */
  readonly configId?: string | undefined;
}

/**
 * Holds every known project against this place. Git is asked only for what is still open: which root commits are here
 * where their files do not say it of those in question, i.e. seen here or named here; whether the history is whole
 * where one of these has another; the remotes where nothing else says which it is.
 */
export async function compareAll(
  files: Files,
  { place, git, configId }: AskedPlace,
  states: readonly FoundState[],
): Promise<readonly Comparison[]> {
  const isHere = (found: FoundState): boolean => isSeenHere(found, place);
  const inQuestion = states.filter((found) => isHere(found) || found.state.id === configId);
  const present =
    git === undefined ? new Set<string>() : await rootsHere(files, git, place, states, inQuestion);
  const sharesRoot = ({ state }: FoundState): boolean =>
    state.evidence.roots.some((root) => present.has(root));
  const isOther = (found: FoundState): boolean => found.state.evidence.roots.length > 0 && !sharesRoot(found);
  const none: readonly string[] = [];
  const [isTelling, remotes] = await Promise.all([
    git !== undefined && inQuestion.some(isOther) && hasFullHistory(git),
    git !== undefined && configId === undefined && states.some(sharesRoot) && !states.some(isHere)
      ? normalisedRemotes(git)
      : none,
  ]);
  const comparisons: Comparison[] = [];
  for (const found of states) {
    const { evidence } = found.state;
    comparisons.push({
      found,
      isHere: isHere(found),
      sharesRoot: sharesRoot(found),
      sharesRemote: evidence.remotes.some((remote) => remotes.includes(remote)),
      isOtherHistory: isTelling && isOther(found),
      isHomeless: sharesRoot(found) && !(await existsAny(files, evidence.paths)),
    });
  }
  return comparisons;
}

/** Root commits of known projects that are here: of all of them, unless those in question are settled without git. */
async function rootsHere(
  files: Files,
  git: Git,
  { commonDirectory }: RepositoryPlace,
  states: readonly FoundState[],
  inQuestion: readonly FoundState[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { state } of commonDirectory === undefined ? [] : inQuestion)
    for (const root of state.evidence.roots)
      if (await isKnownObject(files, commonDirectory ?? '', root)) found.add(root);
  const isSettled = ({ state: { evidence } }: FoundState): boolean =>
    evidence.roots.length === 0 || evidence.roots.some((root) => found.has(root));
  if (inQuestion.length > 0 && inQuestion.every(isSettled)) return found;
  return commitsPresent(git, [...new Set(states.flatMap(({ state }) => state.evidence.roots))]);
}

async function existsAny(files: Files, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if ((await files.status(path).catch(() => undefined)) !== undefined) return true;
  }
  return false;
}
