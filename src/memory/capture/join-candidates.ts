import type { Candidate, ChangeSet } from './change-set.ts';
import { joinDecision, takenBack, takingBack } from './join/join-decision.ts';
import { joinDocument } from './join/join-document.ts';
import { type Density, joinMilestone } from './join/join-milestone.ts';
import { joinRelations } from './join/join-relations.ts';
import type { JoinedCandidate } from './join/joined-candidate.ts';
import type { KnownRecord } from './join/known-record.ts';
import { joinedOf, type Thread } from './join/thread.ts';
import { ThreadIndex } from './join/thread-index.ts';

/** A commit and what its own facts say. */
export interface LookedAt {
  readonly changeSet: ChangeSet;
  readonly candidates: readonly Candidate[];
}

export interface JoinContext {
  /** What waits, was accepted, is past or was rejected. */
  readonly known: readonly KnownRecord[];
  readonly density: Density;
}

export interface Joined {
  /** New ones, and proposals that go on; oldest first. */
  readonly kept: readonly JoinedCandidate[];
  /** Candidates that say nothing new. */
  readonly passedOver: number;
}

/**
 * One record for each thing: repeats and follow-ups of a subject join it, what takes its place names it. Pure over the
 * commits, oldest first, and what is known. The first commit gives the id; a look cut in two ends where one look does,
 * as far as the record still waits.
 */
export function joinCandidates(looked: readonly LookedAt[], { known, density }: JoinContext): Joined {
  const index = new ThreadIndex(known);
  const byCommit = new Map<string, Thread[]>();
  const ofCommit = (hash: string): readonly Thread[] =>
    byCommit.get(hash) ?? [...byCommit].find(([commit]) => commit.startsWith(hash))?.[1] ?? [];
  let passedOver = 0;
  for (const { changeSet, candidates } of looked) {
    const reverted = takenBack(index, changeSet, ofCommit);
    const threads: Thread[] = [];
    for (const candidate of candidates) {
      const joined = joinOne(index, candidate, changeSet, density, ofCommit);
      if (joined === undefined) passedOver++;
      else threads.push(joined);
    }
    if (reverted.length > 0) threads.push(...answer(index, changeSet, reverted, threads));
    byCommit.set(changeSet.commit, threads);
  }
  joinRelations(index);
  const kept = index.all.map(joinedOf).filter((joined) => joined !== undefined);
  return { kept, passedOver };
}

function joinOne(
  index: ThreadIndex,
  candidate: Candidate,
  changeSet: ChangeSet,
  density: Density,
  ofCommit: (hash: string) => readonly Thread[],
): Thread | undefined {
  if (candidate.document !== undefined) return joinDocument(index, candidate, changeSet);
  if (candidate.rule === 'version-tag' || candidate.subject.startsWith('release:'))
    return joinMilestone(index, candidate, changeSet, density);
  return joinDecision(index, candidate, changeSet, ofCommit);
}

/** The commit's own decision takes the place of what it reverts; where it has none, the revert is one. */
function answer(
  index: ThreadIndex,
  changeSet: ChangeSet,
  reverted: readonly Thread[],
  threads: readonly Thread[],
): readonly Thread[] {
  const own = threads.find((thread) => !thread.isMilestone && !reverted.includes(thread));
  if (own === undefined) {
    const made = joinDecision(index, takingBack(changeSet, reverted), changeSet, () => []);
    for (const old of reverted) if (made !== undefined) made.supersedes.add(old.id);
    return made === undefined ? [] : [made];
  }
  for (const old of reverted) own.supersedes.add(old.id);
  return [];
}
