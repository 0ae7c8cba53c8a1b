import type { Proposal } from '../inbox/proposal.ts';
import type { RecordKind } from '../project/record-kind.ts';
import type { Evidence } from '../record/record.ts';

/** What a person or a run wants recorded. */
export interface RecordDraft {
  readonly kind: RecordKind;
  readonly title: string;
  readonly body: string;
  readonly source: string;
  readonly group: Proposal['group'];
  readonly paths?: readonly string[];
  /** Why it is proposed, in a sentence. */
  readonly reason?: string;
  /** What a rule found: its name, how sure it is (0 to 1), and what it is about, so that the commit joins it later. */
  readonly rule?: string;
  readonly confidence?: number;
  readonly subject?: string;
  readonly evidence?: Evidence['evidence'];
  /** Ids of the records that go to the archive when this one is accepted. */
  readonly supersedes?: readonly string[];
  /** Who is named in the ledger and may undo it; the source unless told. */
  readonly by?: string;
  /**
   * Makes the id the same whenever it is drafted: `time` (milliseconds since the epoch) is when it was said or done and
   * becomes its date, `key` what it is. A new id of now unless told.
   */
  readonly identity?: { readonly time: number; readonly key: string };
}
