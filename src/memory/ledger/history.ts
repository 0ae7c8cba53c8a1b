import type { BeginLine, LedgerLine } from './ledger-line.ts';
import type { LedgerEntry, LedgerTarget } from './operation.ts';
import { fromStoredPath, type PathRoots } from './stored-path.ts';

/** A history and what the paths in it stand for. */
export interface Writes {
  readonly entries: readonly LedgerEntry[];
  readonly rootsOf: (entry: LedgerEntry) => PathRoots;
}

/** The last committed operation that wrote or removed the file at this absolute path. */
export function lastWriteOf(
  path: string,
  { entries, rootsOf }: Writes,
): { readonly entry: LedgerEntry; readonly target: LedgerTarget } | undefined {
  for (const entry of entries.toReversed()) {
    const roots = rootsOf(entry);
    const target = entry.targets.find((one) => fromStoredPath(one.path, roots) === path);
    if (target !== undefined) return { entry, target };
  }
  return undefined;
}

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
