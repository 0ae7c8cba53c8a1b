import type { Standing } from '../../record/record.ts';
import type { DocumentReference } from './document-references.ts';

/** What a change of a decision document says beside its text, for following it through its life. */
export interface FollowedDocument {
  readonly path: string;
  /** Where it stood before this commit moved it. */
  readonly formerPath?: string;
  readonly number?: string;
  /** It was no decision document before this commit. */
  readonly isNew: boolean;
  /** What it said of its standing before. */
  readonly standingBefore?: Standing;
  readonly supersedes: readonly DocumentReference[];
  readonly supersededBy: readonly DocumentReference[];
}
