import type { Evidence } from '../../record/record.ts';

/** A record that is there already, as joining sees it. */
export interface KnownRecord {
  readonly id: string;
  /** Where it stands in its life here: only what waits can take up what came later. */
  readonly state: 'proposed' | 'accepted' | 'past' | 'rejected';
  /** The record's own title. */
  readonly title: string;
  readonly evidence: Evidence;
}
