import { recordPart, recordTitle } from '../record/record-parts.ts';
import { dayOf, type TimelineRecord } from './timeline.ts';

const sections = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'] as const;
type Section = (typeof sections)[number];

/**
 * A draft in the form of Keep a Changelog 1.1.0 (https://keepachangelog.com): each milestone is a version, what was
 * decided after the newest one is unreleased. A draft, because a changelog is for users and a decision for its makers.
 */
export function changelogDraft(timeline: readonly TimelineRecord[]): string {
  const versions: { readonly heading: string; readonly entries: TimelineRecord[] }[] = [
    { heading: '## [Unreleased]', entries: [] },
  ];
  for (const entry of timeline) {
    const { record } = entry;
    if (record.status === 'retired') continue;
    if (record.kind === 'milestone') versions.push({ heading: versionHeading(entry), entries: [] });
    else if (record.kind === 'decision') versions.at(-1)?.entries.push(entry);
  }
  const shown = versions.filter(({ entries }, index) => index > 0 || entries.length > 0);
  const body = shown.map(({ heading, entries }) => [heading, ...sectionTexts(entries)].join('\n\n'));
  return `${['# Changelog', ...body].join('\n\n')}\n`;
}

function versionHeading({ record, evidence }: TimelineRecord): string {
  const tag = evidence?.evidence.find((item) => 'tag' in item)?.tag;
  const name = tag === undefined ? recordTitle(record) : tag.replace(/^v(?=\d)/, '');
  const told = recordTitle(record).split(' – ')[1];
  const day = dayOf(record);
  const heading = `## [${name.replace(/[[\]]/g, '')}]${day === '' ? '' : ` - ${day}`}`;
  return told === undefined || tag === undefined ? heading : `${heading}\n\n${told}.`;
}

function sectionTexts(entries: readonly TimelineRecord[]): readonly string[] {
  return sections.flatMap((section) => {
    const members = entries.filter((entry) => sectionOf(entry) === section);
    return members.length === 0 ? [] : [`### ${section}\n\n${members.map(line).join('\n')}`];
  });
}

function sectionOf({ evidence }: TimelineRecord): Section {
  const rule = evidence?.rule ?? '';
  if (/security/.test(rule)) return 'Security';
  if (/removed|deleted/.test(rule)) return 'Removed';
  if (/added/.test(rule)) return 'Added';
  return 'Changed';
}

function line({ record }: TimelineRecord): string {
  const why = recordPart(record, 'Why');
  return `- ${recordTitle(record)}${why === undefined ? '.' : `: ${why}`}`;
}
