import type { Candidate, ChangedFile, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { firstReason, sentencesOf } from '../sentences.ts';

/** Where projects keep architecture decision records, by directory or by file name. */
const place =
  /(?:^|\/)(?:adrs?|decisions?|decision-records?|architecture-decisions)\/(?:[^/]+\/)*[^/]+\.(?:md|markdown|adoc|rst)$|(?:^|\/)adr[-_]?\d+[^/]*\.(?:md|markdown|adoc|rst)$/i;
const notOne =
  /(?:^|\/)(?:index|readme|template|adr-template|example|[^/]*template[^/]*)\.\w+$|^\.varve\/|(?:^|\/)(?:fixtures?|testdata|examples?|templates?)\//i;

/** A commit that brings more of them than this imports somebody's archive. */
const archive = 5;

/** An architecture decision record that the commit added; one that was turned down is none. */
export function decisionDocument(changeSet: ChangeSet): readonly Candidate[] {
  const nature = commitNature(changeSet);
  if (nature !== 'ordinary') return [];
  const added = changeSet.files.filter(
    (file) => file.status === 'added' && !file.binary && place.test(file.path) && !notOne.test(file.path),
  );
  if (added.length > archive) return [];
  return added.map(candidateOf).filter((candidate) => candidate !== undefined);
}

function candidateOf(file: ChangedFile): Candidate | undefined {
  const lines = file.added.map((line) => line.text);
  const at = lines.findIndex((line) => /^(?:#|=)\s+\S/.test(line));
  const title = titleOf(lines[at] ?? '');
  const outcome = section(lines, /^(?:decision(?: outcome)?|outcome|resolution)\s*(?:<!--|$)/i);
  const status = (
    section(lines, /^status\b/i) ||
    lines.find((line) => /^(?:\* |- )?\**status\**:/i.test(line)) ||
    ''
  ).toLowerCase();
  if (title === '' || outcome === '' || /reject|deprecat|superseded|withdrawn|draft|obsolete/.test(status))
    return undefined;
  const { what, why } = outcomeOf(outcome);
  const considered = optionsOf(section(lines, /^(?:considered options|options considered|alternatives)\b/i));
  return {
    rule: 'decision-document',
    kind: 'decision',
    subject: `document:${file.path}`,
    title: what === undefined || saysIt(title) ? title : `${title} – ${what.replace(/\.$/, '')}`,
    reason: `${file.path} is a new architecture decision record.`,
    confidence: /accepted|decided|approved/.test(status) ? 0.9 : 0.7,
    paths: [file.path],
    ...(why === undefined ? {} : { why }),
    ...(considered === undefined ? {} : { considered }),
  };
}

/** A title of some words says what was decided; a shorter one only names the matter. */
function saysIt(title: string): boolean {
  return title.split(/\s+/).length >= 5;
}

/**
 * MADR names the chosen option, which the title repeats, and gives reasons in that sentence or in the list after it;
 * Nygard's form says in its first sentence what was decided, and its title only names the matter.
 */
function outcomeOf(outcome: string): { readonly what?: string; readonly why?: string } {
  const sentences = sentencesOf(outcome).filter((sentence) => !/^[[{]/.test(sentence));
  const [first, second] = sentences;
  const isChoice = /^chosen (?:option|alternative)\b/i.test(first ?? '');
  const listed = /\bbecause[:,]?$/i.test(first ?? '') ? second : undefined;
  const reason = listed ?? firstReason(sentences.slice(0, 3));
  // "Comes out best (see below)" is the template's own filler.
  const why = reason === undefined || /^[[{]|^comes out best/i.test(reason) ? undefined : reason;
  return {
    ...(isChoice || first === undefined ? {} : { what: first }),
    ...(why === undefined ? {} : { why }),
  };
}

function titleOf(heading: string): string {
  return heading
    .replace(/^[#=]+\s+/, '')
    .replace(/^(?:architecture decision record|adr)\b[\s:-]*(?=\S)/i, '')
    .replace(/^#?\d+(?:[.:)]|\s[-–—])?\s+/, '')
    .trim();
}

/** The text under the first heading that matches, up to the next heading of any depth. */
function section(lines: readonly string[], name: RegExp): string {
  const start = lines.findIndex((line) => /^#{2,}\s/.test(line) && name.test(line.replace(/^#+\s+/, '')));
  if (start < 0) return '';
  const length = lines.slice(start + 1).findIndex((line) => /^#{1,6}\s/.test(line));
  const inside = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
  return inside.join('\n').trim();
}

function optionsOf(text: string): string | undefined {
  const options = text
    .split('\n')
    .map((line) => /^\s*(?:[-*+]|\d+\.)\s+(.+)/.exec(line)?.[1])
    .filter((option) => option !== undefined);
  return options.length === 0 ? undefined : options.slice(0, 4).join('; ');
}
