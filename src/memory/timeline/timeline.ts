import type { MemoryRecord } from '../record/record.ts';
import { areaOf } from './area.ts';
import type { KeptRecord } from './kept-record.ts';

/** A record in its place in the history of the project. */
export interface TimelineRecord extends KeptRecord {
  /** Directory of the code it is about, relative to the root, at most two levels deep; empty: the whole project. */
  readonly area: string;
  /** Ids of the records it took the place of, and of those that took its place. */
  readonly supersedes: readonly string[];
  readonly supersededBy: readonly string[];
}

/** Records of one month or one area, newest first. */
export interface TimelineGroup {
  /** `2026-11`, `src/memory`; empty: no date, or the whole project. */
  readonly key: string;
  readonly records: readonly TimelineRecord[];
}

/** All that was ever kept, newest first; ties by id, so that the order is the same everywhere. */
export function timelineOf(kept: readonly KeptRecord[]): readonly TimelineRecord[] {
  const ids = new Map(kept.map(({ record }) => [record.name, record.id]));
  const replaced = new Map(kept.map((one) => [one.record.id, supersededIn(one, ids)]));
  const by = (id: string): readonly string[] =>
    kept.map(({ record }) => record.id).filter((other) => replaced.get(other)?.includes(id));
  return kept
    .map((one) => ({
      ...one,
      area: areaOf((one.evidence?.anchors ?? []).map(({ path }) => path)),
      supersedes: replaced.get(one.record.id) ?? [],
      supersededBy: by(one.record.id),
    }))
    .sort(newestFirst);
}

/** The groups of months, the newest first; records without a readable date come last. */
export function byMonth(records: readonly TimelineRecord[]): readonly TimelineGroup[] {
  return groups(records, ({ record }) => monthOf(record)).sort((a, b) => compare(b.key, a.key));
}

/** The groups of areas by name; what is about the whole project comes first. */
export function byArea(records: readonly TimelineRecord[]): readonly TimelineGroup[] {
  return groups(records, ({ area }) => area).sort((a, b) => compare(a.key, b.key));
}

/** Day of a record as `2026-11-22`; empty where its date cannot be read. */
export function dayOf({ modified }: Pick<MemoryRecord, 'modified'>): string {
  return /^\d{4}-\d\d-\d\d/.exec(modified)?.[0] ?? '';
}

function monthOf(record: MemoryRecord): string {
  return dayOf(record).slice(0, 7);
}

/** By its evidence, and by the links of its own text: a person may have written `**Supersedes:** [[name]]`. */
function supersededIn({ record, evidence }: KeptRecord, ids: ReadonlyMap<string, string>): readonly string[] {
  const line = /^\s*\*\*Supersedes:\*\*(.*)$/m.exec(record.body)?.[1] ?? '';
  const linked = [...line.matchAll(/\[\[([^\]]{1,200})\]\]/g)].map(([, name = '']) => ids.get(name));
  const named = [...(evidence?.supersedes ?? []), ...linked.filter((id) => id !== undefined)];
  return [...new Set(named)].filter((id) => id !== record.id);
}

function groups(
  records: readonly TimelineRecord[],
  keyOf: (record: TimelineRecord) => string,
): TimelineGroup[] {
  const found = new Map<string, TimelineRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    const members = found.get(key);
    if (members === undefined) found.set(key, [record]);
    else members.push(record);
  }
  return [...found].map(([key, members]) => ({ key, records: members }));
}

function newestFirst(a: KeptRecord, b: KeptRecord): number {
  const byTime = timeOf(b.record) - timeOf(a.record);
  return byTime !== 0 ? byTime : compare(a.record.id, b.record.id);
}

function timeOf({ modified }: MemoryRecord): number {
  const time = Date.parse(modified);
  return Number.isNaN(time) ? 0 : time;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
