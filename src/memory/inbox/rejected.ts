import type { LedgerEntry } from '../ledger/operation.ts';

/** Ids that were rejected on this machine and are not asked about again, unless the rejection was undone. */
export function rejectedIds(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  const undone = undoneIds(entries);
  const rejected = entries.filter((entry) => entry.action === 'reject' && !undone.has(entry.id));
  return new Set(rejected.flatMap((entry) => entry.subject));
}

/** Entries that stand undone; an undo that was itself undone does not count. */
function undoneIds(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  const undone = new Set<string>();
  for (const entry of entries.toReversed()) {
    if (entry.undoes !== undefined && !undone.has(entry.id)) undone.add(entry.undoes);
  }
  return undone;
}
