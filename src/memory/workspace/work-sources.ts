import type { Result } from '../../base/result.ts';
import type { Proposal } from '../inbox/proposal.ts';
import type { MemoryProblem } from './memory-problem.ts';
import type { RecordDraft } from './record-draft.ts';

/** What is asked about once has a subject and an id that are the same whenever it is found. */
export type LearnedDraft = RecordDraft & Required<Pick<RecordDraft, 'subject' | 'identity'>>;

/** What happens in an editor besides commits, and may be worth a proposal. Nothing where memory is not set up. */
export interface WorkSources {
  /**
   * The person saved this file: a decision that its uncommitted lines state in so many words is proposed, once; its
   * commit joins that proposal. Undefined where there is none, or it is known.
   */
  saved(path: string): Promise<Result<Proposal | undefined, MemoryProblem>>;
  /**
   * This check failed before and passed now: proposes a milestone bound to HEAD's tree, at most one a day for each
   * check. Undefined with changes that are not committed: no tree says what was checked.
   */
  passedAgain(check: string): Promise<Result<Proposal | undefined, MemoryProblem>>;
  /**
   * Something an earlier session of an agent said: proposed once, on this machine. Undefined where its subject or its
   * id is known (it waits, was accepted, is past or was rejected), and where its kind is never saved here.
   */
  learned(draft: LearnedDraft): Promise<Result<Proposal | undefined, MemoryProblem>>;
  /** Whether {@link learned} would pass it over as known; writes nothing. */
  knows(draft: LearnedDraft): Promise<boolean>;
}
