import { recordPart, recordTitle } from '../record/record-parts.ts';
import { safeLine } from '../record/safe-text.ts';
import { dayOf, type TimelineGroup, type TimelineRecord } from './timeline.ts';

/** The timeline for a terminal: a heading a group, a line a record, and below it why and what it took the place of. */
export function renderTimeline(
  groups: readonly TimelineGroup[],
  headingOf: (key: string) => string,
  titles: ReadonlyMap<string, string>,
): string {
  return groups
    .map(({ key, records }) => {
      const lines = records.flatMap((record) => recordLines(record, titles));
      return `${headingOf(key)}\n${lines.map((line) => `  ${line}\n`).join('')}`;
    })
    .join('\n');
}

/** Titles by record id, for naming what superseded what. */
export function titlesOf(records: readonly TimelineRecord[]): ReadonlyMap<string, string> {
  return new Map(records.map(({ record }) => [record.id, recordTitle(record)]));
}

/** `2026-11` → `November 2026`; the same on every machine, whatever its language. */
export function monthHeading(key: string): string {
  const [year = '', month = ''] = key.split('-');
  const name = months[Number(month) - 1];
  return name === undefined ? 'Without a date' : `${name} ${year}`;
}

export function areaHeading(key: string): string {
  return key === '' ? 'The whole project' : safeLine(key);
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

function recordLines(entry: TimelineRecord, titles: ReadonlyMap<string, string>): readonly string[] {
  const { record, area, supersedes, supersededBy } = entry;
  const standing = record.status === 'accepted' ? '' : ` (${record.status})`;
  const where = area === '' ? '' : `  ${safeLine(area)}`;
  const head = `${dayOf(record) || '          '}  ${record.id.slice(-6).toLowerCase()}  ${record.kind.padEnd(10)} ${recordTitle(record)}${standing}${where}`;
  const why = recordPart(record, 'Why');
  const told = (words: string, ids: readonly string[]): readonly string[] =>
    ids.map((id) => `${indent}${words} ${titles.get(id) ?? id}`);
  return [
    head,
    ...(why === undefined ? [] : [`${indent}${why}`]),
    ...told('supersedes', supersedes),
    ...told('superseded by', supersededBy),
  ];
}

const indent = ' '.repeat(12);
