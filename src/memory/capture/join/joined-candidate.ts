import type { Evidence } from '../../record/record.ts';
import type { Candidate, ChangeSet } from '../change-set.ts';

/** One thing to be remembered, with all commits of a look that told of it. */
export interface JoinedCandidate {
  /** Given by the first commit, or that of the record it goes on with. */
  readonly id: string;
  /** As of the newest commit that changed what it says. */
  readonly candidate: Candidate;
  /** The commits that told of it, oldest first; at least one. */
  readonly changeSets: readonly ChangeSet[];
  /** The commit it is shown by: the one with the tag, else the first. */
  readonly shown: ChangeSet;
  readonly evidence: Evidence['evidence'];
  /** Milliseconds since the epoch: author date of the newest commit that changed what it says. */
  readonly modified: number;
  /** Ids of what it takes the place of. */
  readonly supersedes: readonly string[];
  /** Ids of what it takes the place of in part only: these stay in force. */
  readonly supersedesPartly: readonly string[];
  /** Every path of a document's life, the newest first; else the candidate's. */
  readonly paths: readonly string[];
  /** A proposal on disk that it goes on with, and whether its text changes or its evidence alone. */
  readonly continues?: { readonly id: string; readonly withText: boolean };
}
