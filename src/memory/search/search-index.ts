import { eachWord } from './analyse.ts';
import { Best } from './best.ts';
import { Membership } from './membership.ts';
import { Postings, type TermCounts } from './postings.ts';
import { type Query, termsOf, wordTest } from './query.ts';
import { defaultRanking, type Ranking } from './ranking.ts';
import { Scores } from './scores.ts';
import type { SearchGroup } from './search-group.ts';
import { Vocabulary } from './vocabulary.ts';

/** Lists are rid of what was removed when it is more than this, and than a quarter of what is there. */
const minCompaction = 1000;

/** Scores are comparable within one answer. */
export interface RankedGroup {
  readonly group: string;
  readonly score: number;
}

export interface RankedDocument extends RankedGroup {
  readonly document: string;
}

export interface RankOptions {
  readonly limit: number;
  /** Documents without any word of the query count too where a neighbour has one: answers in a conversation. */
  readonly neighbours?: boolean;
}

/**
 * Ranks documents by their own words, by those of the group they stand in, and by their neighbours (BM25+ at both
 * levels). Lives in memory and is built from the files again: it is never stored.
 */
export class SearchIndex {
  readonly #ranking: Ranking;
  readonly #vocabulary = new Vocabulary();
  readonly #membership = new Membership();
  readonly #groupWords: Postings;
  readonly #documentWords: Postings;
  readonly #groupScores = new Scores();
  readonly #ownScores = new Scores();

  constructor(ranking: Ranking = defaultRanking) {
    this.#ranking = ranking;
    this.#groupWords = new Postings(ranking);
    this.#documentWords = new Postings(ranking);
  }

  /** Puts a group in, in place of the one with its id. */
  put(group: SearchGroup): void {
    this.remove([group.id]);
    const { number, members } = this.#membership.add(group);
    const { title, context } = this.#ranking;
    const all = new Map<number, number>();
    this.#count(all, group.title, title);
    for (const [position, document] of group.documents.entries()) {
      const own = new Map<number, number>();
      this.#count(own, document.text, 1);
      this.#count(own, document.title ?? '', title);
      this.#count(own, document.context ?? '', context);
      this.#documentWords.add(members[position] ?? 0, own);
      addCounts(all, own);
    }
    this.#groupWords.add(number, all);
  }

  /** Takes groups out; unknown ids are passed over. */
  remove(ids: readonly string[]): void {
    const taken = this.#membership.take(ids);
    if (taken.length === 0) return;
    for (const { number, members } of taken) {
      this.#groupWords.remove(number);
      for (const member of members) this.#documentWords.remove(member);
    }
    const { gone, present } = this.#membership;
    if (gone < Math.max(minCompaction, present / 4)) return;
    this.#groupWords.compact();
    this.#documentWords.compact();
    this.#membership.release();
  }

  /** Whether a word, as the analyser gives it, is one that the query asks for. */
  wordTest(query: Query): (word: string) => boolean {
    return wordTest(query, this.#vocabulary);
  }

  /** The documents, best first. */
  rank(query: Query, options: RankOptions): readonly RankedDocument[] {
    this.#score(query);
    const best = new Best(options.limit);
    this.#fuse(options.neighbours === true, best, undefined);
    return best.list().flatMap(({ number, score }) => {
      const place = this.#membership.member(number);
      return place === undefined ? [] : [{ group: place.group.id, document: place.id, score }];
    });
  }

  /** The groups, best first: each by its own words and by the best of its documents. */
  rankGroups(query: Query, options: RankOptions): readonly RankedGroup[] {
    this.#score(query);
    const bestOf = new Scores();
    bestOf.clear(this.#membership.groupNumbers);
    this.#fuse(options.neighbours === true, undefined, bestOf);
    const best = new Best(options.limit);
    for (const number of this.#groupScores.touched)
      best.offer(number, this.#groupScores.of(number) + this.#ranking.best * bestOf.of(number));
    return best.list().flatMap(({ number, score }) => {
      const place = this.#membership.group(number);
      return place === undefined ? [] : [{ group: place.id, score }];
    });
  }

  #score(query: Query): void {
    const terms = termsOf(query, this.#vocabulary);
    this.#groupScores.clear(this.#membership.groupNumbers);
    this.#ownScores.clear(this.#membership.memberNumbers);
    this.#groupWords.score(terms, this.#groupScores);
    this.#documentWords.score(terms, this.#ownScores);
  }

  /** Each document's own score with shares of those of its group and neighbours, offered and noted for its group. */
  #fuse(neighbours: boolean, best: Best | undefined, bestOf: Scores | undefined): void {
    const { group: share, before, after } = this.#ranking;
    const own = this.#ownScores;
    const membership = this.#membership;
    for (const number of neighbours ? this.#withNeighbours(own.touched) : own.touched) {
      const group = membership.groupOf(number);
      const score =
        own.of(number) +
        share * this.#groupScores.of(group) +
        before * own.of(membership.before(number)) +
        after * own.of(membership.after(number));
      best?.offer(number, score);
      bestOf?.raise(group, score);
    }
  }

  #withNeighbours(touched: readonly number[]): readonly number[] {
    const all = new Set(touched);
    for (const number of touched) {
      const beside = [this.#membership.before(number), this.#membership.after(number)];
      for (const other of beside) if (other >= 0) all.add(other);
    }
    return [...all];
  }

  #count(counts: Map<number, number>, text: string, times: number): void {
    eachWord(text, (word) => {
      const term = this.#vocabulary.learn(word);
      counts.set(term, (counts.get(term) ?? 0) + times);
    });
  }
}

function addCounts(sum: Map<number, number>, counts: TermCounts): void {
  for (const [term, count] of counts) sum.set(term, (sum.get(term) ?? 0) + count);
}
