import type { Result } from '../../base/result.ts';
import type { AnchorFreshness } from '../freshness/anchor.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { MemoryProblem } from './memory-problem.ts';

export type { AnchorFreshness };

/** Whether accepted records still speak of code that is as it was. Deterministic; formatting alone changes nothing. */
export interface MemoryFreshness {
  /** Every anchor of every accepted record; with `path` (absolute) only those that point into this file now. */
  look(path?: string): Promise<readonly AnchorFreshness[]>;
  /**
   * Takes the anchors of these records anew from what stands there now: a person said that they are still true. Code
   * that is gone is no longer an anchor. One operation; `undo` takes it back.
   */
  stillTrue(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>>;
}
