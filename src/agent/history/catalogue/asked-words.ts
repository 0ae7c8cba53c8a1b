import { fold, lastWord, wordsOf } from '../../../memory/search/analyse.ts';
import type { QueryTerm } from './session-query.ts';

/** Whether a folded word is one of those asked for, to mark it and to find the entry that answers best. */
export function askedWords(terms: readonly QueryTerm[]): (word: string) => boolean {
  const words = new Set(terms.flatMap(({ text }) => [...wordsOf(text), ...plainWords(text)]));
  const beginnings = terms.filter(({ isBeginning }) => isBeginning).map(({ text }) => lastWord(text));
  return (word) => words.has(word) || beginnings.some((beginning) => word.startsWith(beginning));
}

/** The words of a text as the index has them, folded: stop words, too. */
export function plainWords(text: string): readonly string[] {
  return (text.normalize('NFKC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).map(fold);
}
