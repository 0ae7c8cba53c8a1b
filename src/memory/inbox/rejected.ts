import { isUndone } from '../ledger/history.ts';
import type { LedgerEntry } from '../ledger/operation.ts';

/** Ids that were rejected on this machine and are not asked about again, unless they were restored since. */
export function rejectedIds(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  return new Set(rejections(entries).keys());
}

/** By id the rejection that counts now: not undone, and the record was not restored after it. */
export function rejections(entries: readonly LedgerEntry[]): ReadonlyMap<string, LedgerEntry> {
  const rejected = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    if (entry.action !== 'reject' && entry.action !== 'restore') continue;
    if (isUndone(entries, entry.id)) continue;
    for (const id of entry.subject) {
      if (entry.action === 'reject') rejected.set(id, entry);
      else rejected.delete(id);
    }
  }
  return rejected;
}
