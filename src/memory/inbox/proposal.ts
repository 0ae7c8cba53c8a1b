import type { Evidence, MemoryRecord } from '../record/record.ts';

/** Who this came from, to this reader; derived from the source, never stored. */
export type Origin = 'owner' | 'agent' | 'untrusted' | 'system';

/** The commit that brought a record into the working tree. */
export interface Bringer {
  readonly commit: string;
  /** Its author, as the commit says. */
  readonly name: string;
  readonly mail: string;
  /** A coding agent put its name to the commit. */
  readonly isByAgent: boolean;
}

/** A record awaiting review; in the group `arrived` one that is accepted, loaded and was not looked at here. */
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
  /** Of what arrived: who brought it; undefined where no commit says, as for a file that nobody committed. */
  readonly broughtBy?: Bringer;
  /** Of what arrived: it was rejected here, and somebody accepted it elsewhere. */
  readonly isRejectedHere?: boolean;
}
