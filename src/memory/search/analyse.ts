import { stemmer } from 'stemmer';
import { baseForm } from './irregular-words.ts';
import { isStopWord } from './stop-words.ts';

/** Text beyond this many units of one piece is not looked at: no memory file that loads is longer. */
export const maxAnalysedUnits = 1_000_000;
/** Longer words are keys, hashes and data: nobody types them. */
const maxWordUnits = 64;
/** Of a compound this many pieces count; a path has fewer. */
const maxPieces = 24;
/** Normalised piece by piece, so that a line of any length costs no more than its words. */
const sliceUnits = 65_536;

// Letters and digits, joined by the marks that hold names, paths, dates and versions together; an apostrophe parts.
const COMPOUND = /[\p{L}\p{N}\p{M}]+(?:[-_./\\:@+]+[\p{L}\p{N}\p{M}]+)*/gu;
const SEGMENTS = /[/\\:@]+/;
const PIECES = /[-_./\\:@+]+|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
/** Nothing to fold, nothing to part: most words. */
const PLAIN = /^[a-z0-9]+$/;
const ASCII = /^[\0-\x7f]*$/;
const LATIN = /\p{Script=Latin}/u;
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * Hands each word of a text to `visit`, folded and without stop words: `src/readState.ts` gives the whole, `readstate.ts`,
 * and `src`, `read`, `state`, `ts`. Numbers and dates are kept. Scripts without spaces come as pairs of characters.
 * Never throws; looks at the first {@link maxAnalysedUnits} units.
 */
export function eachWord(text: string, visit: (word: string) => void): void {
  const end = Math.min(text.length, maxAnalysedUnits);
  for (let start = 0; start < end; ) {
    const stop = sliceEnd(text, start, end);
    // A single character may become eighteen.
    const normal = text.slice(start, stop).normalize('NFKC').slice(0, sliceUnits);
    for (const compound of normal.match(COMPOUND) ?? []) eachPiece(compound, visit);
    start = stop;
  }
}

/** The words of a short text, in order, repetitions included. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  eachWord(text, (word) => words.push(word));
  return words;
}

/** The word that a text ends with, folded; empty where it ends with a blank or a mark. Stop words count: they may go on. */
export function lastWord(text: string): string {
  const word = /[\p{L}\p{N}\p{M}]+$/u.exec(text.slice(-maxWordUnits))?.[0] ?? '';
  return fold(word.normalize('NFKC'));
}

/** Porter's stem of a folded word; words of other scripts and with digits are their own. */
export function stemOf(word: string): string {
  return /^[a-z]{3,}$/.test(word) ? stemmer(baseForm(word)) : word;
}

/** Upper and lower case, and accents of Latin letters, do not count. */
export function fold(word: string): string {
  if (ASCII.test(word)) return word.toLowerCase();
  const plain = LATIN.test(word) ? word.normalize('NFKD').replace(/\p{M}/gu, '') : word;
  return plain.toUpperCase().toLowerCase();
}

/** At a blank where there is one near: a slice does not cut a word that a person could have typed. */
function sliceEnd(text: string, start: number, end: number): number {
  const stop = start + sliceUnits;
  if (stop >= end) return end;
  const near = text.slice(stop - maxWordUnits * 4, stop);
  const blank = Math.max(near.lastIndexOf(' '), near.lastIndexOf('\n'));
  return blank < 0 ? stop : stop - near.length + blank + 1;
}

function eachPiece(compound: string, visit: (word: string) => void): void {
  if (PLAIN.test(compound)) {
    if (compound.length <= maxWordUnits && !isStopWord(compound)) visit(compound);
    return;
  }
  // A slice as long as a generated line holds must not be taken apart whole to keep its first pieces.
  const looked = compound.slice(0, maxWordUnits * maxPieces);
  const pieces = looked.split(PIECES, maxPieces);
  if (pieces.length === 1) {
    eachRun(compound, visit);
    return;
  }
  say(compound, visit);
  const segments = looked.split(SEGMENTS, maxPieces);
  if (segments.length > 1) for (const segment of segments) if (PIECES.test(segment)) say(segment, visit);
  for (const piece of pieces) eachRun(piece, visit);
}

function eachRun(piece: string, visit: (word: string) => void): void {
  if (!WITHOUT_SPACES.test(piece)) {
    say(piece, visit);
    return;
  }
  const characters = Array.from(piece.slice(0, maxWordUnits * maxPieces));
  if (characters.length === 1) say(piece, visit);
  for (let at = 1; at < characters.length; at += 1) say(`${characters[at - 1]}${characters[at]}`, visit);
}

function say(word: string, visit: (word: string) => void): void {
  if (word === '' || word.length > maxWordUnits) return;
  const folded = fold(word);
  if (folded !== '' && !isStopWord(folded)) visit(folded);
}
