/** What ranking weighs with. */
export interface Ranking {
  /** BM25+: how soon a repeated word stops to count, how much length counts, and what a mere occurrence is worth. */
  readonly k1: number;
  readonly b: number;
  readonly delta: number;
  /** Times that a word of a title counts, beside one of the text. */
  readonly title: number;
  /** The same for a word of the context: headings above, who speaks. */
  readonly context: number;
  /** Share of the group's score that each of its documents gets. */
  readonly group: number;
  /** Share of the own scores of the documents right before and right after it. */
  readonly before: number;
  readonly after: number;
  /** Share of its best document's score that a group gets. */
  readonly best: number;
}

/**
 * Rounded from the middle of what `npm run bench -- retrieval --cross-validate` fitted on different dialogues, where a
 * step either way changes little. docs/formats/search.md has the figures.
 */
export const defaultRanking: Ranking = {
  k1: 1.8,
  b: 0.6,
  delta: 0.25,
  title: 3,
  context: 0.5,
  group: 1,
  before: 0.5,
  after: 0.3,
  best: 0.5,
};
