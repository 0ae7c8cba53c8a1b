import { basename, join } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerEntry, LedgerTarget } from '../ledger/operation.ts';
import type { RecordKind } from '../project/record-kind.ts';
import type { Places } from './places.ts';
import { type ReadableRecord, readRecordBytes } from './record-bytes.ts';
import type { RecordFile } from './record-files.ts';
import { rejections } from './rejected.ts';
import type { StandingRecords } from './standing-records.ts';

/** Something that was put away and can be had back. */
export interface TrashItem {
  /** The record's id. */
  readonly id: string;
  readonly why: 'rejected' | 'retired' | 'superseded';
  /** One line; of a rejected record whose text was purged, its file's name. */
  readonly title: string;
  /** Undefined where the text was purged: then it cannot be restored. */
  readonly kind?: RecordKind;
  /** ISO 8601, UTC, and the source that did it; undefined where it was put away elsewhere and came by pull. */
  readonly time?: string;
  readonly who?: string;
  /** The operation that put it away: undoing it brings back everything it put away. */
  readonly operation?: string;
  /** What the person said about it. */
  readonly note?: string;
  /** Absolute path of a file with its text. */
  readonly path: string;
}

/** A rejected proposal's file as the history knows it. */
export interface RejectedFile {
  readonly target: LedgerTarget;
  /** Undefined where the text was purged. */
  readonly text: ReadableRecord | undefined;
}

/** What was put away, the newest first; what came by pull last. Rejects with Node's errors. */
export async function readTrash(ledger: Ledger, standing: StandingRecords): Promise<readonly TrashItem[]> {
  const entries = await ledger.entries();
  const rejected = await Promise.all(
    [...rejections(entries)]
      .filter(([id]) => !standing.memory.has(id) && !standing.archive.has(id))
      .map(([id, entry]) => rejectedItem(ledger, id, entry)),
  );
  const archived = [...standing.archive.values()].map((file) => archivedItem(file, entries));
  return [...rejected.filter((item) => item !== undefined), ...archived].sort(newestFirst);
}

/** The file of this record among those that a rejection took away. */
export async function rejectedFile(
  ledger: Ledger,
  id: string,
  entry: LedgerEntry,
): Promise<RejectedFile | undefined> {
  const end = `-${id.slice(-6).toLowerCase()}.md`;
  for (const target of entry.targets) {
    if (!target.path.toLowerCase().endsWith('.md') || target.pre === null) continue;
    const bytes = await ledger.content(target.pre);
    const read = bytes === undefined ? undefined : readRecordBytes(basename(target.path), bytes);
    if (read?.ok && read.value.record.id === id) return { target, text: read.value };
    if (bytes === undefined && target.path.toLowerCase().endsWith(end)) return { target, text: undefined };
  }
  return undefined;
}

async function rejectedItem(ledger: Ledger, id: string, entry: LedgerEntry): Promise<TrashItem | undefined> {
  const file = await rejectedFile(ledger, id, entry);
  if (file === undefined) return undefined;
  const record = file.text?.record;
  return {
    id,
    why: 'rejected',
    title: record?.description ?? basename(file.target.path, '.md'),
    ...(record === undefined ? {} : { kind: record.kind }),
    ...doneBy(entry),
    path: ledger.contentPath(file.target.pre ?? ''),
  };
}

function archivedItem({ record, path }: RecordFile, entries: readonly LedgerEntry[]): TrashItem {
  const end = `/archive/${basename(path)}`;
  const entry = entries.findLast(({ targets }) =>
    targets.some((target) => target.post !== null && `/${target.path.replace(/^\w+:/, '')}`.endsWith(end)),
  );
  return {
    id: record.id,
    why: record.status === 'superseded' ? 'superseded' : 'retired',
    title: record.description,
    kind: record.kind,
    ...(entry === undefined ? {} : doneBy(entry)),
    path,
  };
}

function doneBy({ time, who, id, note }: LedgerEntry) {
  return { time, who, operation: id, ...(note === undefined ? {} : { note }) };
}

function newestFirst(a: TrashItem, b: TrashItem): number {
  return (b.time ?? '').localeCompare(a.time ?? '') || a.id.localeCompare(b.id);
}

/** Where a rejected proposal stood: beside the code, or on this machine. */
export function placeOfRejected(target: LedgerTarget, places: Places): string {
  const wasOnMachine =
    target.path
      .split('/')
      .at(-2)
      ?.replace(/^state:/, '') === 'inbox';
  return join(wasOnMachine ? places.machineInbox : places.proposed, basename(target.path));
}
