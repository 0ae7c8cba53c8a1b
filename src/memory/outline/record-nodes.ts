import type { MemoryRecord } from '../record/record.ts';
import { recordTitle } from '../record/record-parts.ts';
import type { NodeIds } from './node-id.ts';
import type { OutlineNode } from './outline.ts';

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** *Decisions*, *Milestones* and *Other records*, each newest first; groups without records are left out. */
export function recordGroups(ids: NodeIds, records: readonly MemoryRecord[]): OutlineNode[] {
  const groups = [
    { key: 'decisions', label: 'Decisions', members: records.filter(({ kind }) => kind === 'decision') },
    { key: 'milestones', label: 'Milestones', members: records.filter(({ kind }) => kind === 'milestone') },
    {
      key: 'others',
      label: 'Other records',
      members: records.filter(({ kind }) => kind !== 'decision' && kind !== 'milestone'),
    },
  ];
  return groups
    .filter(({ members }) => members.length > 0)
    .map(({ key, label, members }) => groupNode(ids, { key, label, members }));
}

interface Group {
  readonly key: string;
  readonly label: string;
  readonly members: readonly MemoryRecord[];
}

function groupNode(ids: NodeIds, { key, label, members }: Group): OutlineNode {
  const id = ids.next('', 'records', key);
  const accepted = members.filter(({ status }) => status === 'accepted').length;
  return {
    id,
    kind: 'records',
    label,
    description: String(members.length),
    tokens: 0,
    explanation: `${label}: ${members.length} kept by Varve, ${accepted} accepted, newest first.`,
    state: accepted > 0 ? 'loaded' : 'skipped',
    children: members.toSorted(newestFirst).map((record) => recordNode(ids, id, record)),
  };
}

// The cost of a record is part of the delivery file that carries it, so it is counted there.
function recordNode(ids: NodeIds, parent: string, record: MemoryRecord): OutlineNode {
  const day = /^\d{4}-\d\d-\d\d/.exec(record.modified)?.[0] ?? 'no date';
  const isAccepted = record.status === 'accepted';
  const others = record.kind === 'decision' || record.kind === 'milestone' ? [] : [record.kind];
  const label = recordTitle(record).replace(INVISIBLE, '') || record.name;
  return {
    id: ids.next(parent, 'record', record.id),
    kind: 'record',
    label,
    description: [day, ...others, ...(isAccepted ? [] : [record.status])].join(' · '),
    tokens: 0,
    explanation: `${record.kind} of ${day}, ${record.status}: ${record.description.replace(INVISIBLE, '') || label}`,
    state: isAccepted ? 'loaded' : 'skipped',
    recordId: record.id,
    recordKind: record.kind,
    children: [],
  };
}

function newestFirst(a: MemoryRecord, b: MemoryRecord): number {
  const byTime = time(b) - time(a);
  return byTime !== 0 ? byTime : compare(a.id, b.id);
}

function time({ modified }: MemoryRecord): number {
  const parsed = Date.parse(modified);
  return Number.isNaN(parsed) ? 0 : parsed;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
