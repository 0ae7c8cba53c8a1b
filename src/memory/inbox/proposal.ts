import type { Evidence, MemoryRecord } from '../record/record.ts';

/** Who this came from, to this reader; derived from the source, never stored. */
export type Origin = 'owner' | 'agent' | 'untrusted' | 'system';

/** A record awaiting review. */
export interface Proposal {
  readonly id: string;
  readonly record: MemoryRecord;
  readonly evidence: Evidence;
  readonly origin: Origin;
  /** In the working tree (`.varve/proposed`) or on this machine only. */
  readonly place: 'repository' | 'machine';
  /** The proposal's own file. */
  readonly path: string;
  /** In the inbox's rows: "commit", "run", "other agent", "arrived". */
  readonly group: 'commit' | 'run' | 'other agent' | 'arrived' | 'person';
}
