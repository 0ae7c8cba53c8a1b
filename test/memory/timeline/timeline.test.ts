import { describe, expect, test } from 'vitest';
import type { Evidence, MemoryRecord } from '../../../src/memory/record/record.ts';
import { areaOf } from '../../../src/memory/timeline/area.ts';
import { changelogDraft } from '../../../src/memory/timeline/changelog-draft.ts';
import { decisionRecords, exportedRecordId } from '../../../src/memory/timeline/decision-records.ts';
import type { KeptRecord } from '../../../src/memory/timeline/kept-record.ts';
import { byArea, byMonth, timelineOf } from '../../../src/memory/timeline/timeline.ts';
import {
  areaHeading,
  monthHeading,
  renderTimeline,
  titlesOf,
} from '../../../src/memory/timeline/timeline-text.ts';

const ids = {
  minisearch: '01M81A3Z1007J206X239FWH2BA',
  own: '01M81A3Z1007J206X239FWH2BB',
  release: '01M81A3Z1007J206X239FWH2BC',
  cents: '01M81A3Z1007J206X239FWH2BD',
} as const;

function kept(
  id: string,
  title: string,
  day: string,
  changes: Partial<MemoryRecord> = {},
  evidence: Partial<Evidence> = {},
): KeptRecord {
  return {
    path: `/p/.varve/memory/${id}.md`,
    record: {
      id,
      kind: 'decision',
      status: 'accepted',
      name: `decision-${id.slice(-3).toLowerCase()}`,
      description: title,
      modified: `${day}T10:00:00.000Z`,
      body: `${title}.\n\n**Why:** It is ${title.length} signs long.`,
      ...changes,
    },
    evidence: {
      version: 1,
      id,
      source: 'commit:Ada <ada@example.org>',
      supersedes: [],
      requirements: [],
      anchors: [],
      evidence: [],
      ...evidence,
    },
  };
}

const anchors = (...paths: readonly string[]): Partial<Evidence> => ({
  anchors: paths.map((path) => ({ path })),
});
const history = [
  kept(
    ids.cents,
    'Fees are whole cents',
    '2026-09-03',
    {},
    anchors('src/fees/cents.ts', 'src/fees/round.ts'),
  ),
  kept(
    ids.minisearch,
    'Search uses MiniSearch',
    '2026-10-01',
    { status: 'superseded' },
    anchors('src/search/index.ts'),
  ),
  kept(
    ids.release,
    'Release v1.0.0 – First public one',
    '2026-10-20',
    { kind: 'milestone' },
    { evidence: [{ tag: 'v1.0.0' }] },
  ),
  kept(
    ids.own,
    'Search has an index of its own',
    '2026-11-02',
    {},
    {
      ...anchors('src/search/index.ts'),
      supersedes: [ids.minisearch],
    },
  ),
];

describe('the timeline', () => {
  test('is newest first and knows both ends of a supersession, in whatever order the files were read', () => {
    const timeline = timelineOf(history);
    expect(timeline.map(({ record }) => record.id)).toEqual([
      ids.own,
      ids.release,
      ids.minisearch,
      ids.cents,
    ]);
    expect(timeline[0]?.supersedes).toEqual([ids.minisearch]);
    expect(timeline[2]?.supersededBy).toEqual([ids.own]);
    expect(timelineOf(history.toReversed())).toEqual(timeline);
  });

  test('takes a supersession from the link in a text a person wrote', () => {
    const own = kept(ids.own, 'Own index', '2026-11-02', {
      body: 'Own.\n\n**Supersedes:** [[decision-2ba]]\n',
    });
    const [newest] = timelineOf([own, kept(ids.minisearch, 'MiniSearch', '2026-10-01')]);
    expect(newest?.supersedes).toEqual([ids.minisearch]);
  });

  test('groups by month and by area of the code', () => {
    const timeline = timelineOf(history);
    expect(byMonth(timeline).map(({ key, records }) => [key, records.length])).toEqual([
      ['2026-11', 1],
      ['2026-10', 2],
      ['2026-09', 1],
    ]);
    expect(byArea(timeline).map(({ key, records }) => [key, records.length])).toEqual([
      ['', 1],
      ['src/fees', 1],
      ['src/search', 2],
    ]);
  });

  test('an area is the directory that all paths share; documents and root files are about the whole project', () => {
    expect(areaOf([])).toBe('');
    expect(areaOf(['package.json'])).toBe('');
    expect(areaOf(['docs/adr/0001-x.md'])).toBe('');
    expect(areaOf(['src/a/b/c.ts'])).toBe('src/a');
    expect(areaOf(['src/a/x.ts', 'src/b/y.ts'])).toBe('src');
    expect(areaOf(['src/a/x.ts', 'test/y.ts'])).toBe('');
    expect(areaOf(['src/a/x.ts', 'docs/why.md'])).toBe('src/a');
  });

  test('reads in a terminal, with what took the place of what', () => {
    const timeline = timelineOf(history);
    const text = renderTimeline(byMonth(timeline), monthHeading, titlesOf(timeline));
    expect(text).toBe(
      [
        'November 2026',
        '  2026-11-02  9fwh2bb  decision   Search has an index of its own  src/search'.replace('9fwh', 'fwh'),
        '              It is 30 signs long.',
        '              supersedes Search uses MiniSearch',
        '',
        'October 2026',
        '  2026-10-20  fwh2bc  milestone  Release v1.0.0 – First public one',
        '              It is 33 signs long.',
        '  2026-10-01  fwh2ba  decision   Search uses MiniSearch (superseded)  src/search',
        '              It is 22 signs long.',
        '              superseded by Search has an index of its own',
        '',
        'September 2026',
        '  2026-09-03  fwh2bd  decision   Fees are whole cents  src/fees',
        '              It is 20 signs long.',
        '',
      ].join('\n'),
    );
    expect(areaHeading('')).toBe('The whole project');
    expect(monthHeading('')).toBe('Without a date');
  });
});

describe('export', () => {
  test('decisions become MADR files, numbered on from what is there, and link what they supersede', () => {
    const files = decisionRecords(timelineOf(history), [{ name: '0007-by-hand.md' }, { name: 'README.md' }]);
    expect(files.map(({ name }) => name)).toEqual([
      '0008-fees-are-whole-cents.md',
      '0009-search-uses-minisearch.md',
      '0010-search-has-an-index-of-its-own.md',
    ]);
    expect(files[1]?.text).toContain('status: superseded by 0010-search-has-an-index-of-its-own.md');
    expect(files[2]?.text).toBe(
      `---
status: accepted
date: 2026-11-02
varve_id: ${ids.own}
---

# Search has an index of its own

## Context and Problem Statement

Recorded with Varve.

## Decision Outcome

Chosen option: "Search has an index of its own", because it is 30 signs long.

## More Information

* Supersedes [0009-search-uses-minisearch.md](0009-search-uses-minisearch.md)
* Code: \`src/search/index.ts\`
`,
    );
  });

  test('what was exported before, retired, or came from a decision document is left out', () => {
    const first = decisionRecords(timelineOf(history), []);
    const again = first.map(({ name, text }) => {
      const recordId = exportedRecordId(text);
      return recordId === undefined ? { name } : { name, recordId };
    });
    expect(decisionRecords(timelineOf(history), again)).toEqual([]);
    const retired = kept(ids.own, 'Retired', '2026-11-02', { status: 'retired' });
    const document = kept(ids.cents, 'Document', '2026-11-02', {}, { rule: 'decision-document' });
    expect(decisionRecords(timelineOf([retired, document]), [])).toEqual([]);
    expect(exportedRecordId('# By hand\n\nvarve_id: nothing\n')).toBeUndefined();
  });

  test('a changelog draft has a version a milestone and the decisions that led to it', () => {
    const removed = kept(ids.minisearch, 'Drop MiniSearch', '2026-11-01', {}, { rule: 'dependency-removed' });
    const draft = changelogDraft(
      timelineOf([...history.filter(({ record }) => record.id !== ids.minisearch), removed]),
    );
    expect(draft).toBe(`# Changelog

## [Unreleased]

### Changed

- Search has an index of its own: It is 30 signs long.

### Removed

- Drop MiniSearch: It is 15 signs long.

## [1.0.0] - 2026-10-20

First public one.

### Changed

- Fees are whole cents: It is 20 signs long.
`);
  });
});
