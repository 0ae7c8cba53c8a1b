import type { Freshness } from '../freshness/anchor.ts';
import { freshnessWords } from '../freshness/states-by-record.ts';
import { recordTitle } from '../record/record-parts.ts';
import { byArea, byMonth, dayOf, type TimelineGroup, type TimelineRecord } from '../timeline/timeline.ts';
import { areaHeading, monthHeading } from '../timeline/timeline-text.ts';
import type { NodeIds } from './node-id.ts';
import type { OutlineNode } from './outline.ts';

/** How the records of a kind are put together below their group. */
export const recordOrders = ['time', 'area'] as const;
export type RecordOrder = (typeof recordOrders)[number];

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** How records are shown: their order, and what is known of the code they speak of. */
export interface RecordShowing {
  /** `time` unless told. */
  readonly order?: RecordOrder;
  readonly states?: ReadonlyMap<string, Freshness>;
}

/** A list that fits a screen needs no months. */
const withoutMonths = 12;

/**
 * *Decisions*, *Milestones*, *Other records* and *Retired*, each newest first, by month where they are many, or by
 * area of the code; what was superseded stands below what took its place. Groups without records are left out.
 */
export function recordGroups(
  ids: NodeIds,
  records: readonly TimelineRecord[],
  showing: RecordShowing = {},
): OutlineNode[] {
  const live = records.filter(({ record }) => record.status !== 'retired');
  const ofKind = (...kinds: readonly string[]) => live.filter(({ record }) => kinds.includes(record.kind));
  const others = live.filter(({ record }) => record.kind !== 'decision' && record.kind !== 'milestone');
  const groups = [
    { key: 'decisions', label: 'Decisions', members: ofKind('decision') },
    { key: 'milestones', label: 'Milestones', members: ofKind('milestone') },
    { key: 'others', label: 'Other records', members: others },
    {
      key: 'retired',
      label: 'Retired',
      members: records.filter(({ record }) => record.status === 'retired'),
    },
  ];
  return groups.filter(({ members }) => members.length > 0).map((group) => groupNode(ids, group, showing));
}

interface Group {
  readonly key: string;
  readonly label: string;
  readonly members: readonly TimelineRecord[];
}

function groupNode(ids: NodeIds, { key, label, members }: Group, showing: RecordShowing): OutlineNode {
  const id = ids.next('', 'records', key);
  const accepted = members.filter(({ record }) => record.status === 'accepted').length;
  const { order = 'time', states } = showing;
  const parts = dividedBy(members, order);
  return {
    id,
    kind: 'records',
    label,
    description: String(members.length),
    tokens: 0,
    explanation: `${label}: ${members.length} kept by Varve, ${accepted} accepted, newest first.`,
    state: accepted > 0 ? 'loaded' : 'skipped',
    children:
      parts === undefined
        ? recordNodes(ids, id, members, states)
        : parts.groups.map((part) => partNode(ids, id, part, parts.headingOf, states)),
  };
}

interface Parts {
  readonly groups: readonly TimelineGroup[];
  readonly headingOf: (key: string) => string;
}

/** Undefined where one list is easier to read. A record stands where the one stands that took its place. */
function dividedBy(members: readonly TimelineRecord[], order: RecordOrder): Parts | undefined {
  const { roots } = nested(members);
  if (order === 'area') {
    const groups = byArea(roots);
    return groups.length > 1 ? { groups: withNested(groups, members), headingOf: areaHeading } : undefined;
  }
  if (members.length <= withoutMonths) return undefined;
  return { groups: withNested(byMonth(roots), members), headingOf: monthHeading };
}

function withNested(
  groups: readonly TimelineGroup[],
  members: readonly TimelineRecord[],
): readonly TimelineGroup[] {
  const { below } = nested(members);
  const family = (entry: TimelineRecord): readonly TimelineRecord[] => [
    entry,
    ...(below.get(entry.record.id) ?? []).flatMap(family),
  ];
  return groups.map(({ key, records }) => ({ key, records: records.flatMap(family) }));
}

function partNode(
  ids: NodeIds,
  parent: string,
  { key, records }: TimelineGroup,
  headingOf: Parts['headingOf'],
  states: RecordShowing['states'],
): OutlineNode {
  const id = ids.next(parent, 'part', key);
  const label = headingOf(key);
  const accepted = records.some(({ record }) => record.status === 'accepted');
  return {
    id,
    kind: 'records',
    label,
    description: String(records.length),
    tokens: 0,
    explanation: `${label}: ${records.length} kept by Varve, newest first.`,
    state: accepted ? 'loaded' : 'skipped',
    children: recordNodes(ids, id, records, states),
  };
}

function recordNodes(
  ids: NodeIds,
  parent: string,
  members: readonly TimelineRecord[],
  states: RecordShowing['states'],
): OutlineNode[] {
  const { roots, below } = nested(members);
  const node = (at: string, entry: TimelineRecord): OutlineNode => {
    const made = recordNode(ids, at, entry, states?.get(entry.record.id));
    return { ...made, children: (below.get(entry.record.id) ?? []).map((child) => node(made.id, child)) };
  };
  return roots.map((entry) => node(parent, entry));
}

/** Who stands below whom. Records that supersede one another in a ring stand beside each other. */
function nested(members: readonly TimelineRecord[]): {
  readonly roots: readonly TimelineRecord[];
  readonly below: ReadonlyMap<string, readonly TimelineRecord[]>;
} {
  const known = new Map(members.map((entry) => [entry.record.id, entry]));
  const parentOf = (entry: TimelineRecord) => entry.supersededBy.find((id) => known.has(id));
  const endsAbove = (entry: TimelineRecord): boolean => {
    const seen = new Set([entry.record.id]);
    for (let up = parentOf(entry); up !== undefined; ) {
      if (seen.has(up)) return false;
      seen.add(up);
      const above = known.get(up);
      up = above === undefined ? undefined : parentOf(above);
    }
    return true;
  };
  const roots: TimelineRecord[] = [];
  const below = new Map<string, TimelineRecord[]>();
  for (const entry of members) {
    const parent = parentOf(entry);
    if (parent === undefined || !endsAbove(entry)) roots.push(entry);
    else below.set(parent, [...(below.get(parent) ?? []), entry]);
  }
  return { roots, below };
}

// The cost of a record is part of the delivery file that carries it, so it is counted there.
function recordNode(
  ids: NodeIds,
  parent: string,
  { record, path, area }: TimelineRecord,
  freshness: Freshness | undefined,
): OutlineNode {
  const day = dayOf(record) || 'no date';
  const isAccepted = record.status === 'accepted';
  const others = record.kind === 'decision' || record.kind === 'milestone' ? [] : [record.kind];
  const label = recordTitle(record).replace(INVISIBLE, '') || record.name;
  // A milestone speaks of its day: what changed since makes it no less true.
  const code = [record.kind === 'milestone' ? undefined : freshnessWords(freshness)].filter(
    (words) => words !== undefined,
  );
  const about = area === '' ? '' : ` About ${areaHeading(area)}.`;
  return {
    id: ids.next(parent, 'record', record.id),
    kind: 'record',
    label,
    description: [day, ...others, ...(isAccepted ? [] : [record.status]), ...code].join(' · '),
    tokens: 0,
    path,
    explanation: `${record.kind} of ${day}, ${record.status}: ${record.description.replace(INVISIBLE, '') || label}.${about}`,
    state: isAccepted ? 'loaded' : 'skipped',
    recordId: record.id,
    recordKind: record.kind,
    children: [],
  };
}
