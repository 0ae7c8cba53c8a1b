// Fits the weights of ranking on all dialogues but one and scores that one, for each: what fitting is worth on what it
// has not seen. The product's own weights are compared beside it; nothing here changes them.
import { defaultRanking, type Ranking } from '../../src/memory/search/ranking.ts';
import type { Dialogue } from './locomo.ts';
import { figuresOf, type QuestionScore, type RetrievalFigures } from './retrieval-figures.ts';

type Score = (dialogue: Dialogue, ranking: Ranking) => readonly QuestionScore[];

/** Where fitting starts: the weights that BM25+ is usually used with, and no say of neighbours. */
const start: Ranking = {
  ...defaultRanking,
  k1: 1.2,
  b: 0.7,
  delta: 0.5,
  title: 1,
  group: 0.5,
  before: 0,
  after: 0,
};

const steps: Readonly<Record<keyof Ranking, readonly number[]>> = {
  group: [0.3, 0.5, 0.8, 1, 1.3],
  before: [0, 0.2, 0.4, 0.5, 0.6],
  after: [0, 0.1, 0.2, 0.3, 0.4],
  k1: [0.9, 1.2, 1.5, 1.8, 2.2],
  b: [0.4, 0.5, 0.6, 0.7, 0.8],
  delta: [0, 0.25, 0.5, 1],
  title: [1, 2, 3],
  context: [0, 0.25, 0.5, 1],
  best: [0, 0.25, 0.5, 1],
};
const rounds = 3;

export function crossValidate(dialogues: readonly Dialogue[], score: Score): object {
  const scored = remembering(score);
  const folds = dialogues.map((heldOut) => {
    process.stderr.write(`fit without ${heldOut.id}\n`);
    const ranking = bestRanking(
      dialogues.filter((one) => one !== heldOut),
      scored,
    );
    const unseen = scored(heldOut, ranking);
    return { dialogue: heldOut.id, ranking, unseen };
  });
  return {
    heldOut: figuresOf(folds.flatMap(({ unseen }) => unseen)),
    product: figuresOf(dialogues.flatMap((one) => scored(one, defaultRanking))),
    folds: folds.map(({ dialogue, ranking, unseen }) => ({ dialogue, ranking, heldOut: figuresOf(unseen) })),
  };
}

/** One weight after another, each to its best step, until nothing moves. */
function bestRanking(dialogues: readonly Dialogue[], score: Score): Ranking {
  const worth = (ranking: Ranking): number =>
    worthOf(figuresOf(dialogues.flatMap((one) => score(one, ranking))));
  let ranking = start;
  let best = worth(ranking);
  for (let round = 0; round < rounds; round += 1) {
    const before = ranking;
    for (const [key, values] of Object.entries(steps)) {
      for (const value of values) {
        const tried: Ranking = { ...ranking, [key]: value };
        const worthTried = worth(tried);
        if (worthTried <= best) continue;
        best = worthTried;
        ranking = tried;
      }
    }
    if (ranking === before) break;
  }
  return ranking;
}

function worthOf(figures: RetrievalFigures): number {
  const { turnRecall5, turnRecall10, turnRecall20, sessionHit1, sessionHit5 } = figures;
  return turnRecall10 + (turnRecall5 + turnRecall20) / 2 + sessionHit5 + sessionHit1 / 2;
}

/** The same weights are asked for again in other folds. */
function remembering(score: Score): Score {
  const known = new Map<string, readonly QuestionScore[]>();
  return (dialogue, ranking) => {
    const key = `${dialogue.id} ${JSON.stringify(ranking)}`;
    const scores = known.get(key) ?? score(dialogue, ranking);
    known.set(key, scores);
    return scores;
  };
}
