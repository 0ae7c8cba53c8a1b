import type { Result } from '../../base/result.ts';
import type { Proposal } from '../inbox/proposal.ts';
import type { MemoryProblem } from './memory-problem.ts';

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
}
