import type { CheckInput, CheckRule, Finding, WordedEntry } from '../check-input.ts';
import { type Choice, choices } from '../choices.ts';
import { loadingFiles, loadTogether } from '../loads-together.ts';
import { pathName, quote } from '../quote.ts';
import { type Statement, statementsOf } from '../statements.ts';

export const contradiction: CheckRule = {
  name: 'contradiction',
  severity: 'warning',
  summary: 'Two entries that load together ask for opposite things.',
  help: 'Two sentences without a condition, of which one demands what the other forbids, or which choose two of a kind of which there is one (package manager, indentation, quotes, test runner, formatter, module system). Agents read both and follow one of them. Take one out, or say when each counts.',
  find(input) {
    const said = loadingFiles(input.files).flatMap((file) => file.worded().flatMap(saidBy));
    return [...opposites(input, said), ...rivals(input, said)];
  },
};

/** Of statements about one subject as many are compared with each other; and of choices of one kind. */
const mostAlike = 50;
const mostChosen = 2_000;

interface Said {
  readonly by: WordedEntry;
  readonly statement: Statement;
}

function saidBy(by: WordedEntry): readonly Said[] {
  // Long entries explain and tell; a demand is short.
  if (by.words.length > 60) return [];
  return statementsOf(by.entry.text).map((statement) => ({ by, statement }));
}

const filler = new Set([
  'a',
  'an',
  'the',
  'any',
  'all',
  'our',
  'your',
  'of',
  'to',
  'and',
  'is',
  'are',
  'be',
  'ever',
]);

/** The same thing demanded here and forbidden there, in the same words. */
function opposites(input: CheckInput, said: readonly Said[]): readonly Finding[] {
  const bySubject = new Map<string, Said[]>();
  const found: Finding[] = [];
  for (const one of said) {
    const key = subjectKey(one.statement.subject);
    if (key === undefined) continue;
    const others = bySubject.get(key) ?? [];
    const opposite = others.find(
      (other) => other.statement.isDemand !== one.statement.isDemand && mayContradict(other, one),
    );
    if (opposite !== undefined)
      found.push(finding(input, one, opposite, 'one demands what the other forbids'));
    if (others.length < mostAlike) bySubject.set(key, [...others, one]);
  }
  return found;
}

function subjectKey(subject: string): string | undefined {
  const words = subject
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((word) => word !== '' && !filler.has(word))
    .map((word) => (word.length > 3 ? word.replace(/s$/, '') : word));
  // One common word ("tests") is no subject; a name such as `any` or `moment.js` is one.
  const isTelling = words.length >= 2 || (words[0] !== undefined && /[\p{N}_./-]/u.test(words[0]));
  return isTelling && words.length <= 8 ? words.sort().join(' ') : undefined;
}

interface Chosen extends Said {
  readonly option: string;
}

/** Two options of one choice, or one that is demanded here and forbidden there. */
function rivals(input: CheckInput, said: readonly Said[]): readonly Finding[] {
  return choices.flatMap((choice) => {
    const chosen = oncePerFile(said.flatMap((one) => optionOf(choice, one))).slice(0, mostChosen);
    const found: Finding[] = [];
    const told = new Set<string>();
    for (const [index, one] of chosen.entries()) {
      const rival = chosen.find(
        (other, place) => place < index && areRivals(choice, other, one) && mayContradict(other, one),
      );
      if (rival === undefined) continue;
      const pair = `${rival.by.file.path}\n${one.by.file.path}`;
      if (told.has(pair)) continue;
      told.add(pair);
      found.push(finding(input, one, rival, explanation(choice, one, rival)));
    }
    return found;
  });
}

/** A file that says the same choice a hundred times says it once. */
function oncePerFile(chosen: readonly Chosen[]): readonly Chosen[] {
  const first = new Map<string, Chosen>();
  for (const one of chosen) {
    const key = [one.by.file.path, one.option, one.statement.isDemand].join('\n');
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}

function optionOf(choice: Choice, one: Said): readonly Chosen[] {
  const option = Object.entries(choice.options).find(([, pattern]) =>
    pattern.test(one.statement.subject),
  )?.[0];
  return option === undefined ? [] : [{ ...one, option }];
}

function areRivals(choice: Choice, a: Chosen, b: Chosen): boolean {
  if (a.option === b.option) return a.statement.isDemand !== b.statement.isDemand;
  if (!a.statement.isDemand || !b.statement.isDemand) return false;
  return !(choice.compatible ?? []).some(
    ([first, second]) =>
      (first === a.option && second === b.option) || (first === b.option && second === a.option),
  );
}

function explanation(choice: Choice, one: Chosen, other: Chosen): string {
  if (one.option === other.option) return 'one demands what the other forbids';
  return `two ${choice.subject}, ${other.option} and ${one.option}`;
}

function mayContradict(a: Said, b: Said): boolean {
  if (a.by.entry === b.by.entry) return false;
  return a.by.file.path === b.by.file.path || loadTogether(a.by.file, b.by.file);
}

function finding(input: CheckInput, one: Said, other: Said, why: string): Finding {
  const { file, entry } = one.by;
  const place =
    other.by.file.path === file.path
      ? `line ${other.by.entry.line + 1}`
      : `${pathName(input, other.by.file.path)}, line ${other.by.entry.line + 1}`;
  return {
    path: file.path,
    range: file.at(entry.range),
    message: `${quote(entry.text)} contradicts ${quote(other.by.entry.text)} in ${place}: ${why}. Agents read both: take one out, or say when each counts.`,
    related: [
      {
        path: other.by.file.path,
        line: other.by.entry.line,
        message: `Says the opposite: ${quote(other.by.entry.text)}`,
      },
    ],
  };
}
