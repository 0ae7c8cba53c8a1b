import type { Result } from '../../base/result.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { MemoryProblem } from './memory-workspace.ts';

/**
 * What became of the code a record speaks of. `moved`: the same code stands elsewhere; `stale`: something else stands
 * there now; `gone`: it is nowhere any more; `unknown`: it cannot be told (no hash was taken, a shallow clone, a file
 * too large to read).
 */
export type Freshness = 'fresh' | 'moved' | 'stale' | 'gone' | 'unknown';

/** One anchor of an accepted record, compared with the working tree. */
export interface AnchorFreshness {
  readonly recordId: string;
  /** As the evidence has it: relative to the project's root. */
  readonly path: string;
  readonly symbol?: string;
  readonly state: Freshness;
  /** Where the code stands now, lines zero-based and inclusive; absent where it is gone. */
  readonly now?: {
    readonly path: string;
    readonly symbol?: string;
    readonly first: number;
    readonly last: number;
  };
  /** Why, in a sentence. */
  readonly reason: string;
}

/** Whether accepted records still speak of code that is as it was. Deterministic; formatting alone changes nothing. */
export interface MemoryFreshness {
  /** Every anchor of every accepted record; with `path` (absolute) only those that point into this file now. */
  look(path?: string): Promise<readonly AnchorFreshness[]>;
  /** Takes the anchors of these records anew from what stands there now: a person said that they are still true. */
  stillTrue(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>>;
}
