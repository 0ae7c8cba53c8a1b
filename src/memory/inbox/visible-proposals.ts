import type { Evidence } from '../record/record.ts';
import type { Proposal } from './proposal.ts';

/** What is known of this place when one asks what waits for review in it. */
export interface ReviewState {
  /** Ids that stand among the accepted or the archived records: somebody decided. */
  readonly kept: ReadonlySet<string>;
  /** Ids rejected on this machine. */
  readonly rejected: ReadonlySet<string>;
}

/**
 * Patch ids (or `tree:…`) that an evidence names: by these a commit is known again after a rebase, a cherry-pick or
 * mail. Empty where it names none.
 */
export function patchesOf({ evidence }: Evidence): readonly string[] {
  return evidence.flatMap((item) => {
    if ('patch' in item) return [item.patch];
    return 'tag' in item && item.object !== undefined ? [item.object] : [];
  });
}

/**
 * Each proposal once, the one in the working tree before its double on this machine; none that was decided already, by
 * somebody's commit or by a rejection here.
 */
export function undecided(
  proposals: readonly Proposal[],
  { kept, rejected }: ReviewState,
): readonly Proposal[] {
  const inTree = new Set(proposals.filter(({ place }) => place === 'repository').map(({ id }) => id));
  return proposals.filter(
    ({ id, place }) => !kept.has(id) && !rejected.has(id) && (place === 'repository' || !inTree.has(id)),
  );
}

/**
 * Whether a proposal shows only where its commit is part of the history: saved from somebody's commit, kept on this
 * machine and so not switched with the branch by git. What a person, a run or an agent proposed always shows.
 */
export function hangsOnHistory({ place, group, evidence }: Proposal): boolean {
  return place === 'machine' && group === 'commit' && patchesOf(evidence).length > 0;
}

/** Of the proposals that hang on the history those whose commit, by patch id, is in it; any one of several is enough. */
export function inHistory(proposals: readonly Proposal[], patches: ReadonlySet<string>): readonly Proposal[] {
  return proposals.filter(
    (proposal) =>
      !hangsOnHistory(proposal) || patchesOf(proposal.evidence).some((patch) => patches.has(patch)),
  );
}
