/** In percent, but for `n`, the questions that were scored. */
export interface RetrievalFigures {
  readonly n: number;
  readonly sessionHit1: number;
  readonly sessionHit5: number;
  readonly sessionRecall10: number;
  readonly turnRecall5: number;
  readonly turnRecall10: number;
  readonly turnRecall20: number;
}

/** Of one question, from 0 to 1. */
export type QuestionScore = Omit<RetrievalFigures, 'n'>;

export function figuresOf(scores: readonly QuestionScore[]): RetrievalFigures {
  const percent = (key: keyof QuestionScore): number =>
    Math.round((1000 * scores.reduce((sum, one) => sum + one[key], 0)) / Math.max(1, scores.length)) / 10;
  return {
    n: scores.length,
    sessionHit1: percent('sessionHit1'),
    sessionHit5: percent('sessionHit5'),
    sessionRecall10: percent('sessionRecall10'),
    turnRecall5: percent('turnRecall5'),
    turnRecall10: percent('turnRecall10'),
    turnRecall20: percent('turnRecall20'),
  };
}
