import { stemOf } from './analyse.ts';

/** Of words that begin alike this many are looked for; half as many for each letter less than four. */
const maxExpansions = 32;
/** New words wait unsorted up to this many: sorting all for each would cost more than looking at these. */
const maxUnsorted = 512;

/** Every word that was ever indexed, and the number of the stem it belongs to. Only grows. */
export class Vocabulary {
  readonly #terms = new Map<string, number>();
  readonly #words = new Map<string, number>();
  #sorted: string[] = [];
  #unsorted: string[] = [];

  /** The number of the word's stem, given out from 0 on. */
  learn(word: string): number {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const stem = stemOf(word);
    const term = this.#terms.get(stem) ?? this.#terms.size;
    this.#terms.set(stem, term);
    this.#words.set(word, term);
    this.#unsorted.push(word);
    return term;
  }

  /** The number of the word's stem, where something with that stem was indexed. */
  find(word: string): number | undefined {
    return this.#words.get(word) ?? this.#terms.get(stemOf(word));
  }

  /** The number of a word that was indexed as it stands; quicker than {@link find}. */
  known(word: string): number | undefined {
    return this.#words.get(word);
  }

  /** Words that begin with `start`, the shortest first, at most 32 of them. */
  startingWith(start: string): readonly string[] {
    if (this.#unsorted.length > maxUnsorted) this.#sort();
    const found = this.#unsorted.filter((word) => word.startsWith(start));
    for (let at = this.#lowerBound(start); at < this.#sorted.length; at += 1) {
      const word = this.#sorted[at];
      if (word === undefined || !word.startsWith(start)) break;
      found.push(word);
    }
    return found.sort((a, b) => a.length - b.length).slice(0, maxExpansions >> Math.max(0, 4 - start.length));
  }

  #sort(): void {
    this.#sorted = [...this.#sorted, ...this.#unsorted].sort(byUnits);
    this.#unsorted = [];
  }

  #lowerBound(start: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? '') < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
