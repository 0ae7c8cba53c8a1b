import type { JoinedCandidate } from '../capture/join/joined-candidate.ts';
import type { ProposedRecord } from '../capture/proposed-record.ts';
import type { RecordThere } from './known-records.ts';

/** A record to be written: a new proposal, or a follow-up of one that waits. */
export interface OwnedRecord extends ProposedRecord {
  readonly joined: JoinedCandidate;
  /** All commits that told of it are the owner's own. */
  readonly owned: boolean;
  /** The proposal that it goes on with. */
  readonly continues?: RecordThere;
}
