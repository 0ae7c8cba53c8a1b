import type { Ranking } from './ranking.ts';
import type { Scores } from './scores.ts';

/** How often each term occurs in a member, by number of the term. */
export type TermCounts = ReadonlyMap<number, number>;

/** A term of a query and how much it counts. */
export interface WeighedTerm {
  readonly term: number;
  readonly weight: number;
}

/** Counts are kept in quarters, in the low bits of a posting. */
const countBits = 6;
const maxCount = (1 << countBits) - 1;
/**
 * Which members hold a term, and BM25+ over them. Members are numbered by the caller, from 0 on and below 2^25; a
 * removed number may be given again after {@link compact}.
 */
export class Postings {
  readonly #ranking: Ranking;
  readonly #byTerm: (number[] | undefined)[] = [];
  /** By term: how many members hold it now. */
  readonly #holders: number[] = [];
  readonly #lengths: number[] = [];
  readonly #terms: (readonly number[] | undefined)[] = [];
  #members = 0;
  #totalLength = 0;

  constructor(ranking: Ranking) {
    this.#ranking = ranking;
  }

  add(member: number, counts: TermCounts): void {
    let length = 0;
    for (const [term, count] of counts) {
      length += count;
      const quarters = Math.max(1, Math.min(Math.round(count * 4), maxCount));
      const list = this.#byTerm[term];
      const posting = member * (maxCount + 1) + quarters;
      if (list === undefined) this.#byTerm[term] = [posting];
      else list.push(posting);
      this.#holders[term] = (this.#holders[term] ?? 0) + 1;
    }
    this.#lengths[member] = length;
    this.#terms[member] = [...counts.keys()];
    this.#members += 1;
    this.#totalLength += length;
  }

  /** Its number must not be given again before {@link compact}. */
  remove(member: number): void {
    for (const term of this.#terms[member] ?? []) this.#holders[term] = (this.#holders[term] ?? 1) - 1;
    if (this.#terms[member] !== undefined) this.#members -= 1;
    this.#totalLength -= this.#lengths[member] ?? 0;
    this.#terms[member] = undefined;
    this.#lengths[member] = 0;
  }

  /** Drops what was removed from every list: as much work as all postings, so it is done now and then only. */
  compact(): void {
    for (const [term, list] of this.#byTerm.entries()) {
      if (list === undefined || list.length === (this.#holders[term] ?? 0)) continue;
      this.#byTerm[term] = list.filter((posting) => this.#terms[posting >>> countBits] !== undefined);
    }
  }

  /** Adds what each member gains by the terms it holds. */
  score(terms: readonly WeighedTerm[], scores: Scores): void {
    const { k1, b, delta } = this.#ranking;
    const average = Math.max(1, this.#totalLength / Math.max(1, this.#members));
    for (const { term, weight } of terms) {
      const list = this.#byTerm[term];
      const holders = this.#holders[term] ?? 0;
      if (list === undefined || holders === 0) continue;
      const rarity = weight * Math.log(1 + (this.#members - holders + 0.5) / (holders + 0.5));
      for (const posting of list) {
        const member = posting >>> countBits;
        const length = (this.#lengths[member] ?? 0) / average;
        if (length === 0) continue;
        const count = (posting & maxCount) / 4;
        scores.add(member, rarity * (delta + (count * (k1 + 1)) / (count + k1 * (1 - b + b * length))));
      }
    }
  }
}
