import { describe, expect, test } from 'vitest';
import { NodeIds } from '../../../src/memory/outline/node-id.ts';
import type { OutlineNode } from '../../../src/memory/outline/outline.ts';
import { renderOutlineText } from '../../../src/memory/outline/outline-text.ts';
import { recordGroups } from '../../../src/memory/outline/record-nodes.ts';
import type { MemoryRecord } from '../../../src/memory/record/record.ts';
import type { KeptRecord } from '../../../src/memory/timeline/kept-record.ts';
import { timelineOf } from '../../../src/memory/timeline/timeline.ts';

interface Made extends Partial<MemoryRecord> {
  readonly id: string;
  readonly supersedes?: readonly string[];
  readonly about?: string;
}

function groups(made: readonly Made[], order: 'time' | 'area' = 'time'): OutlineNode[] {
  return recordGroups(new NodeIds(), timelineOf(keptOf(made)), { order });
}

function keptOf(made: readonly Made[]): readonly KeptRecord[] {
  return made.map(({ supersedes = [], about, ...changes }) => ({
    path: `/p/.varve/memory/${changes.id}.md`,
    record: {
      kind: 'decision',
      status: 'accepted',
      name: `decision-${changes.id}`,
      description: changes.id,
      modified: '2026-11-20T10:00:00.000Z',
      body: '',
      ...changes,
    } as const,
    evidence: {
      version: 1,
      id: changes.id,
      source: 'unknown',
      supersedes,
      requirements: [],
      anchors: about === undefined ? [] : [{ path: about }],
      evidence: [],
    } as const,
  }));
}

describe('recordGroups', () => {
  test('a record says where the code it speaks of changed since, and nothing where it is as it was', () => {
    const [group] = recordGroups(new NodeIds(), timelineOf(keptOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }])), {
      states: new Map([
        ['a', 'stale'],
        ['b', 'fresh'],
        ['c', 'gone'],
      ]),
    });
    expect(group?.children.map(({ description }) => description)).toEqual([
      '2026-11-20 · code changed since',
      '2026-11-20',
      '2026-11-20 · code is gone',
    ]);
  });

  test('what was superseded stands below what took its place, however often; what was retired by itself', () => {
    const nodes = groups([
      { id: 'c', supersedes: ['b'] },
      { id: 'b', supersedes: ['a'], status: 'superseded', modified: '2026-10-01T00:00:00Z' },
      { id: 'a', status: 'superseded', modified: '2026-09-01T00:00:00Z' },
      { id: 'r', status: 'retired' },
    ]);
    expect(renderOutlineText(nodes)).toBe(
      [
        'Decisions  3',
        '  c  2026-11-20',
        '    b  2026-10-01 · superseded',
        '      a  2026-09-01 · superseded',
        'Retired  1',
        '  r  2026-11-20 · retired',
        '',
      ].join('\n'),
    );
    expect(nodes[0]?.children[0]?.path).toBe('/p/.varve/memory/c.md');
  });

  test('records that supersede one another in a ring are all shown once', () => {
    const text = renderOutlineText(
      groups([
        { id: 'a', supersedes: ['b'] },
        { id: 'b', supersedes: ['a'] },
        { id: 'c', supersedes: ['c'] },
      ]),
    );
    expect(text.match(/^ +\w /gm)).toHaveLength(3);
  });

  test('many are put together by month', () => {
    const many = Array.from({ length: 13 }, (_, index) => ({
      id: `d${index}`,
      modified: `2026-${index < 5 ? '11' : '10'}-10T00:00:00Z`,
    }));
    expect(groups(many)[0]?.children.map(({ label, description }) => [label, description])).toEqual([
      ['November 2026', '5'],
      ['October 2026', '8'],
    ]);
    expect(groups(many.slice(0, 12))[0]?.children).toHaveLength(12);
  });

  test('by area they stand below the code they are about', () => {
    const nodes = groups(
      [
        { id: 'a', about: 'src/fees/cents.ts' },
        { id: 'b', about: 'src/search/index.ts' },
        { id: 'c' },
        { id: 'd', about: 'src/fees/round.ts', supersedes: ['c'] },
      ],
      'area',
    );
    expect(nodes[0]?.children.map(({ label, description }) => [label, description])).toEqual([
      ['src/fees', '3'],
      ['src/search', '1'],
    ]);
  });
});
