import { showHidden } from '../record/safe-text.ts';
import { wordsOf } from './analyse.ts';
import type { TextSpan } from './search.ts';

/** Longest excerpt, in units. */
const maxUnits = 300;
/** Of a text this many units are looked through for the line that answers best. */
const lookedUnits = 20_000;
/** What is shown before the first match of a long line. */
const leadUnits = 60;

const RUN = /[\p{L}\p{N}\p{M}]+/gu;
/** The same for most texts, and quicker. */
const PLAIN_RUN = /[A-Za-z0-9]+/g;
const PLAIN_WORD = /^[a-z0-9]+$/;
/** Nothing in it can hide: most lines, and looking closer takes its time. */
const PRINTABLE = /^[ -~…›·–—]*$/;

export interface Excerpt {
  readonly text: string;
  readonly matches: readonly TextSpan[];
  /** Zero-based line within the text that it was taken from. */
  readonly line: number;
}

/** The part of a text that answers: from the line that holds most of the words asked for, on one line. */
export function excerptOf(text: string, isAsked: (word: string) => boolean): Excerpt {
  const lines = text.slice(0, lookedUnits).split(/\r\n|\r|\n/);
  const line = bestLine(lines, isAsked);
  const plain = plainLine(lines.slice(line).join('\n'));
  const shown = windowOf(plain, plain.length <= maxUnits ? 0 : windowStart(plain, isAsked));
  return { text: shown, matches: spansIn(shown, isAsked), line };
}

/** Text on one line for people: white space collapsed, what is hidden shown by its code. */
export function plainLine(text: string): string {
  const line = text
    .replace(/^[\s>]*(?:(?:[-*+]|#{1,6})\s+)?/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return PRINTABLE.test(line) ? line : showHidden(line).trim();
}

function bestLine(lines: readonly string[], isAsked: (word: string) => boolean): number {
  let best = Math.max(
    0,
    lines.findIndex((line) => line.trim() !== ''),
  );
  if (lines.length === 1) return best;
  let most = 0;
  for (const [index, line] of lines.entries()) {
    const asked = new Set(wordsOf(line).filter(isAsked)).size;
    if (asked <= most) continue;
    most = asked;
    best = index;
  }
  return best;
}

function windowStart(text: string, isAsked: (word: string) => boolean): number {
  const first = spansIn(text.slice(0, lookedUnits), isAsked)[0]?.start ?? 0;
  return first > maxUnits - leadUnits ? first - leadUnits : 0;
}

function windowOf(text: string, start: number): string {
  const blank = start === 0 ? -1 : text.indexOf(' ', start);
  const from = blank < 0 || blank > start + leadUnits ? start : blank + 1;
  const head = from === 0 ? '' : '…';
  const room = maxUnits - head.length;
  const rest = text.slice(from);
  const cut = rest.length <= room ? rest : `${rest.slice(0, room - 1)}…`;
  // Half a character may stand at either edge.
  return `${head}${cut.replace(/^[\udc00-\udfff]/, '').replace(/[\ud800-\udbff](?=…?$)/, '')}`;
}

function spansIn(text: string, isAsked: (word: string) => boolean): readonly TextSpan[] {
  return [...text.matchAll(PRINTABLE.test(text) ? PLAIN_RUN : RUN)].flatMap(({ 0: run, index }) =>
    isAskedRun(run, isAsked) ? [{ start: index, end: index + run.length }] : [],
  );
}

function isAskedRun(run: string, isAsked: (word: string) => boolean): boolean {
  return PLAIN_WORD.test(run) ? isAsked(run) : wordsOf(run).some(isAsked);
}
