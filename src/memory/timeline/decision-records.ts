import { recordPart, recordTitle } from '../record/record-parts.ts';
import { safeLine } from '../record/safe-text.ts';
import { dayOf, type TimelineRecord } from './timeline.ts';

/** A file that is there already in the directory of decision records. */
export interface ExistingDecision {
  readonly name: string;
  /** The record it was made from, where Varve made it. */
  readonly recordId?: string;
}

export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Decisions as MADR 4 files (https://adr.github.io/madr/), oldest first, numbered on from what is there. Left out:
 * what came from a decision document of the repository, what was exported before, and what was retired.
 */
export function decisionRecords(
  timeline: readonly TimelineRecord[],
  existing: readonly ExistingDecision[],
): readonly NewFile[] {
  const done = new Set(existing.map(({ recordId }) => recordId));
  const wanted = timeline
    .filter(({ record, evidence }) => record.kind === 'decision' && evidence?.rule !== 'decision-document')
    .filter(({ record }) => record.status !== 'retired' && !done.has(record.id))
    .toReversed();
  const first =
    Math.max(0, ...existing.map(({ name }) => Number(/^(\d{1,6})[-_ ]/.exec(name)?.[1] ?? 0))) + 1;
  const names = new Map<string, string>();
  for (const { name, recordId } of existing) if (recordId !== undefined) names.set(recordId, name);
  for (const [index, { record }] of wanted.entries())
    names.set(record.id, fileName(first + index, recordTitle(record)));
  return wanted.map((entry) => ({
    name: names.get(entry.record.id) ?? '',
    text: decisionText(entry, names),
  }));
}

/** The record an exported file was made from; undefined for a file of another hand. */
export function exportedRecordId(text: string): string | undefined {
  return /^---\r?\n[\s\S]{0,2000}?^varve_id: ([0-9A-HJKMNP-TV-Z]{26})\r?$/m.exec(text)?.[1];
}

function fileName(number: number, title: string): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return `${String(number).padStart(4, '0')}-${slug === '' ? 'untitled' : slug}.md`;
}

function decisionText(entry: TimelineRecord, names: ReadonlyMap<string, string>): string {
  const { record, evidence } = entry;
  const title = recordTitle(record);
  const why = recordPart(record, 'Why');
  const considered = recordPart(record, 'Considered');
  const apply = recordPart(record, 'How to apply');
  const links = (ids: readonly string[]) =>
    ids.flatMap((id) => (names.has(id) ? [`[${names.get(id)}](${names.get(id)})`] : []));
  const paths = [...new Set((evidence?.anchors ?? []).map(({ path }) => safeLine(path)))];
  const parts = [
    [
      '---',
      `status: ${statusOf(entry, names)}`,
      `date: ${dayOf(record)}`,
      `varve_id: ${record.id}`,
      '---',
    ].join('\n'),
    `# ${title}`,
    `## Context and Problem Statement\n\n${contextOf(entry)}`,
    ...(considered === undefined ? [] : [`## Considered Options\n\n* ${title}\n* ${considered}`]),
    `## Decision Outcome\n\nChosen option: "${title}"${why === undefined ? '.' : `, because ${continued(why)}`}`,
    ...(apply === undefined ? [] : [`### Confirmation\n\n${apply}`]),
    ...moreInformation(paths, links(entry.supersedes)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function statusOf({ record, supersededBy }: TimelineRecord, names: ReadonlyMap<string, string>): string {
  const by = supersededBy.map((id) => names.get(id)).find((name) => name !== undefined);
  if (record.status !== 'superseded') return record.status;
  return by === undefined ? 'superseded' : `superseded by ${by}`;
}

/** The paragraphs of a record that carry no label of their own, and where it comes from. */
function contextOf({ record, evidence }: TimelineRecord): string {
  const paragraphs = record.body
    .split(/\n\s*\n/)
    .slice(1)
    .filter((paragraph) => !/^\s*\*\*(?:Why|How to apply|Considered|Supersedes):\*\*/.test(paragraph))
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
  const commit = evidence?.evidence.find((item) => 'patch' in item);
  const from =
    commit?.subject === undefined
      ? 'Recorded with Varve.'
      : `Recorded with Varve from the commit “${safeLine(commit.subject)}”.`;
  return [...paragraphs, from].join('\n\n');
}

function moreInformation(paths: readonly string[], supersedes: readonly string[]): readonly string[] {
  const lines = [
    ...supersedes.map((link) => `* Supersedes ${link}`),
    ...paths.map((path) => `* Code: \`${path.replaceAll('`', '')}\``),
  ];
  return lines.length === 0 ? [] : [`## More Information\n\n${lines.join('\n')}`];
}

function continued(sentence: string): string {
  const small = /^(?:The|It|Its|This|That|These|Those|A|An|We|They|There|Our|To|So|In)\b/;
  const stopped = /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
  return stopped.replace(small, (word) => word.toLowerCase());
}
