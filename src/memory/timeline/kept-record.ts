import type { Evidence, MemoryRecord } from '../record/record.ts';

/** A record that was accepted once: it stands in memory or in the archive, never in the inbox. */
export interface KeptRecord {
  readonly record: MemoryRecord;
  /** Absolute path of its file. */
  readonly path: string;
  /** Undefined where the evidence file is missing or cannot be read. */
  readonly evidence?: Evidence;
}
