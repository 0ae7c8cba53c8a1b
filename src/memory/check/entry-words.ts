import { entriesOf } from '../file/splice.ts';
import type { CheckedFile, WordedEntry } from './check-input.ts';

// A longer entry is a text of its own, not a rule that somebody wrote twice.
const maxUnits = 4_000;

/** Entries that say something in words. */
export function wordedEntries(file: CheckedFile): readonly WordedEntry[] {
  return entriesOf(file.file).flatMap((entry) => {
    if (entry.text.length > maxUnits || isNoProse(entry.text)) return [];
    const words = wordsOf(entry.text);
    return words.length === 0 ? [] : [{ file, entry, words }];
  });
}

/** The words of a piece of Markdown. Code keeps its spelling as one word, so that options and paths stay apart. */
export function wordsOf(markdown: string): readonly string[] {
  const text = markdown
    .replace(/^[\s>]*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[’‘]/g, "'")
    .toLowerCase();
  const spans = text.replace(/`([^`]+)`/g, (_span, code: string) => code.trim().replace(/\s+/g, joint));
  return spans.split(/\s+/).flatMap((piece) => {
    const word = plainWord.test(piece) ? piece : piece.replace(edges, '').replaceAll(joint, ' ');
    return word === '' ? [] : [word];
  });
}

/** Stands for a space within code, so that it stays one word. */
const joint = '\u0001';
/** Most words: nothing to take away. */
const plainWord = /^[a-z0-9]+$/;
const edges = /^[^\p{L}\p{N}\u0001-]+|[^\p{L}\p{N}\u0001]+$/gu;

function isNoProse(text: string): boolean {
  return /^\s*(?:```|~~~|\||<|!\[|@|\[[^\]]+\]:)/.test(text) || /^(?: {4}|\t)/.test(text);
}
