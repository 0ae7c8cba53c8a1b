import { describe, expect, it } from 'vitest';
import {
  type DerivedText,
  insertionPoints,
  supersededRecords,
} from '../../../src/memory/inbox/insertion-points.ts';
import type { Proposal } from '../../../src/memory/inbox/proposal.ts';
import { renderDelivery } from '../../../src/memory/record/delivery.ts';
import { renderIndex } from '../../../src/memory/record/memory-index.ts';
import type { MemoryRecord } from '../../../src/memory/record/record.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The higher the number, the newer. */
function record(number: number, rest: Partial<MemoryRecord> = {}): MemoryRecord {
  const tail = [10, 5, 0].map((bits) => DIGITS[(number >> bits) & 31]).join('');
  const id = `01KAN4AAAAAAAAAAAAAAAAA${tail}`;
  return {
    id,
    kind: 'decision',
    status: 'accepted',
    name: `decision-number-${number}-${tail.toLowerCase()}`,
    description: `Number ${number} was chosen; it fits the quay`,
    modified: '2026-11-22T10:00:00.000Z',
    body: `Number ${number} was chosen.\n\n**Why:** it fits the quay.`,
    ...rest,
  };
}

function proposal(
  number: number,
  rest: Partial<MemoryRecord> = {},
  supersedes: readonly string[] = [],
): Proposal {
  const proposed = record(number, { status: 'proposed', ...rest });
  return {
    id: proposed.id,
    record: proposed,
    evidence: {
      version: 1,
      id: proposed.id,
      source: 'commit:Mara <m@x>',
      supersedes,
      requirements: [],
      anchors: [],
      evidence: [],
    },
    origin: 'owner',
    place: 'repository',
    path: `/r/.varve/proposed/${proposed.name}.md`,
    group: 'commit',
  };
}

const index = (records: readonly MemoryRecord[]): DerivedText => ({
  path: '/r/MEMORY.md',
  now: renderIndex(records),
  isLoaded: false,
  render: renderIndex,
});
const delivery = (records: readonly MemoryRecord[]): DerivedText => ({
  path: '/r/varve.md',
  now: renderDelivery(records),
  isLoaded: true,
  render: renderDelivery,
});

/** What the file would be: the lines put in, from the last up. */
function withLines(
  now: string,
  points: readonly { line: number; text: string; order: number }[],
): readonly string[] {
  const lines = now.trimEnd().split('\n');
  for (const { line, text } of points.toSorted((a, b) => b.order - a.order)) lines.splice(line, 0, text);
  return lines;
}

describe('insertion points', () => {
  it('put into the index exactly the lines that accepting would put there, where it would', () => {
    const records = [record(2), record(4), record(6)];
    const proposals = [1, 3, 5, 7].map((number) => proposal(number));
    const points = insertionPoints(records, proposals, [index(records)]);
    const after = renderIndex([
      ...records,
      ...proposals.map((one) => ({ ...one.record, status: 'accepted' as const })),
    ]);
    expect(withLines(renderIndex(records), points)).toEqual(after.trimEnd().split('\n'));
    expect(points.map(({ line, order }) => [line, order])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('say what each line costs at every start', () => {
    const [point] = insertionPoints([], [proposal(1)], [index([])]);
    expect(point).toMatchObject({ line: 0, fits: true });
    expect(point?.text).toMatch(/^- \[Number 1 was chosen\]\(decision-number-1-.*\.md\) — /);
    expect(point?.tokens).toBeGreaterThan(10);
  });

  it('stand in the delivery file below the heading of their kind, and behind what is there where the kind is new', () => {
    const records = [record(2)];
    const points = insertionPoints(
      records,
      [proposal(1), proposal(3, { kind: 'milestone' })],
      [delivery(records)],
    );
    const lines = renderDelivery(records).split('\n');
    const standing = lines.findIndex((line) => line.startsWith('- '));
    expect(points.map(({ line }) => line)).toEqual([standing + 1, standing + 1]);
    expect(points.map(({ text }) => text.slice(0, 10))).toEqual(['- Number 1', '- Number 3']);
    const [first] = insertionPoints(records, [proposal(5)], [delivery(records)]);
    expect(first?.line).toBe(standing);
  });

  it('take the line of what a proposal supersedes for gone', () => {
    const old = record(2);
    const records = [record(1), old, record(3)];
    const newer = proposal(5, {}, [old.id]);
    expect(supersededRecords(newer, records)).toEqual([old]);
    const [point] = insertionPoints(records, [newer], [index(records)]);
    expect(point?.line).toBe(0);
  });

  it('are none of what agents load already, nor of what its own document calls past', () => {
    const one = proposal(1);
    const past = { ...one, evidence: { ...one.evidence, standing: 'deprecated' as const } };
    const there = { ...proposal(2), group: 'arrived' as const };
    expect(insertionPoints([], [past, there], [index([])])).toEqual([]);
  });

  it('say where a file is full', () => {
    const records = Array.from({ length: 400 }, (_, number) => record(number + 100));
    const [point] = insertionPoints(records, [proposal(1)], [index(records)]);
    expect(point).toMatchObject({ fits: false, tokens: 0 });
    expect(point?.line).toBe(renderIndex(records).trimEnd().split('\n').length - 1);
  });

  it('find their place in a file that somebody changed', () => {
    const records = [record(2), record(4)];
    const text = index(records);
    const now = text.now.replace(/^/, 'A line of mine\r\n').replaceAll(/(?<!\r)\n/g, '\r\n');
    const [point] = insertionPoints(records, [proposal(3)], [{ ...text, now }]);
    expect(point?.line).toBe(2);
  });

  it('are those of every proposal, a hundred too', () => {
    const proposals = Array.from({ length: 100 }, (_, number) => proposal(number + 1));
    const points = insertionPoints([], proposals, [index([]), delivery([])]);
    expect(points).toHaveLength(200);
    expect(new Set(points.filter(({ path }) => path === '/r/MEMORY.md').map(({ line }) => line))).toEqual(
      new Set([0]),
    );
  });
});
