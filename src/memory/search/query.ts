import { lastWord, wordsOf } from './analyse.ts';
import type { WeighedTerm } from './postings.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A longer question is read up to here: nobody means more, and a pasted file must not stop the editor. */
const maxQueryUnits = 4000;
const maxTerms = 64;
/** What a word counts that only begins as typed, at most. */
const beginningWeight = 0.7;

export interface Query {
  /** Folded words without stop words, each once. */
  readonly words: readonly string[];
  /** What the last word begins with, where it may go on; else empty. */
  readonly beginning: string;
}

/** With `prefix` the last word, where no blank follows it, may be the beginning of one. */
export function readQuery(text: string, prefix: boolean): Query {
  const read = text.slice(0, maxQueryUnits);
  const words = [...new Set(wordsOf(read))].slice(0, maxTerms);
  return { words, beginning: prefix ? lastWord(read) : '' };
}

/** The terms to look for. Of words that begin as typed, the more is typed the more they count. */
export function termsOf({ words, beginning }: Query, vocabulary: Vocabulary): readonly WeighedTerm[] {
  const weights = new Map<number, number>();
  const ask = (term: number | undefined, weight: number): void => {
    if (term !== undefined) weights.set(term, Math.max(weights.get(term) ?? 0, weight));
  };
  for (const word of words) ask(vocabulary.find(word), 1);
  for (const word of beginning === '' ? [] : vocabulary.startingWith(beginning))
    ask(vocabulary.find(word), (beginningWeight * beginning.length) / word.length);
  return [...weights].map(([term, weight]) => ({ term, weight }));
}

/** Whether a folded word of an indexed text is one that the query asks for. */
export function wordTest(query: Query, vocabulary: Vocabulary): (word: string) => boolean {
  const asked = new Set(
    query.words.map((word) => vocabulary.find(word)).filter((term) => term !== undefined),
  );
  const { beginning } = query;
  return (word) => {
    if (beginning !== '' && word.startsWith(beginning)) return true;
    const term = vocabulary.known(word);
    return term !== undefined && asked.has(term);
  };
}
