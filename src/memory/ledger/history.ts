import type { BeginLine, LedgerLine } from './ledger-line.ts';
import type { LedgerEntry } from './operation.ts';

/** Committed operations in the order they began. */
export function committedEntries(lines: readonly LedgerLine[]): readonly LedgerEntry[] {
  const committed = new Set(
    lines.flatMap((line) => (line.type === 'end' && line.outcome === 'committed' ? [line.begin] : [])),
  );
  return lines.flatMap((line) => (line.type === 'begin' && committed.has(line.id) ? [toEntry(line)] : []));
}

/** Every directory a committed operation made, as stored paths. */
export function directoriesMade(lines: readonly LedgerLine[]): readonly string[] {
  const committed = new Set(committedEntries(lines).map((entry) => entry.id));
  return lines.flatMap((line) => (line.type === 'begin' && committed.has(line.id) ? line.made : []));
}

/** Taken back by an operation that was not taken back itself. */
export function isUndone(entries: readonly LedgerEntry[], id: string): boolean {
  return entries.some((entry) => entry.undoes === id && !isUndone(entries, entry.id));
}

export function toEntry(line: BeginLine): LedgerEntry {
  const { type: _type, fence: _fence, made: _made, ...entry } = line;
  return entry;
}
