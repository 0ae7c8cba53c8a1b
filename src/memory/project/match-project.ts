import type { FoundState } from './project-state.ts';
import type { RepositoryPlace } from './repository-place.ts';

/** A project this machine knows, held against the folder that was opened. */
export interface Comparison {
  readonly found: FoundState;
  /** It was seen at this very place. */
  readonly isHere: boolean;
  readonly sharesRoot: boolean;
  readonly sharesRemote: boolean;
  /** It has a history, this place has one, and they have nothing in common. */
  readonly isOtherHistory: boolean;
  /** None of the places where it was seen exists any more. */
  readonly isHomeless: boolean;
}

export interface Doubt {
  readonly found: FoundState;
  readonly why: string;
}

export type Match =
  | { readonly kind: 'known'; readonly found: FoundState }
  | { readonly kind: 'new' }
  | { readonly kind: 'ambiguous'; readonly doubts: readonly Doubt[] };

export function isSeenHere({ state }: FoundState, place: RepositoryPlace): boolean {
  const { commonDirectories, paths } = state.evidence;
  const isSameRepository =
    place.commonDirectory !== undefined && commonDirectories.includes(place.commonDirectory);
  return isSameRepository || paths.includes(place.root);
}

/**
 * Which known project this is. Pure. A doubt is never decided here: a wrong answer would show one project's private
 * memory in another, so a person is asked.
 */
export function matchProject(comparisons: readonly Comparison[], configId: string | undefined): Match {
  if (configId !== undefined) return matchById(comparisons, configId);
  const here = comparisons.filter((comparison) => comparison.isHere);
  const certain = here.filter((comparison) => !comparison.isOtherHistory);
  if (certain.length > 0) return onlyOne(certain, 'It was used in this folder before.');
  if (here.length > 0) {
    return ambiguous(here, 'It was used in this folder before, but the git history here is another one.');
  }
  const related = comparisons.filter((comparison) => comparison.sharesRoot);
  const likely = related.filter((comparison) => comparison.isHomeless || comparison.sharesRemote);
  if (likely.length === 1 && related.length === 1) return onlyOne(likely, '');
  if (related.length > 0) return ambiguous(related, 'Its git history begins with the same commit.');
  return { kind: 'new' };
}

function matchById(comparisons: readonly Comparison[], configId: string): Match {
  const stand = comparisons.find(({ found, isHere }) => isHere && found.state.insteadOf === configId);
  if (stand !== undefined) return { kind: 'known', found: stand.found };
  const named = comparisons.filter(({ found }) => found.state.id === configId);
  // A copied config.json must not open another project's private memory and approvals.
  const copied = named.filter((comparison) => comparison.isOtherHistory);
  if (copied.length > 0) {
    return ambiguous(copied, 'This repository names its id, but the git history here is another one.');
  }
  return named.length === 0 ? { kind: 'new' } : onlyOne(named, 'It has the id that this repository names.');
}

function onlyOne(comparisons: readonly Comparison[], why: string): Match {
  const [first, ...others] = comparisons;
  if (first === undefined) return { kind: 'new' };
  return others.length === 0 ? { kind: 'known', found: first.found } : ambiguous(comparisons, why);
}

function ambiguous(comparisons: readonly Comparison[], why: string): Match {
  return { kind: 'ambiguous', doubts: comparisons.map(({ found }) => ({ found, why })) };
}
