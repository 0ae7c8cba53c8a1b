// npm --silent run bench -- retrieval --locomo FILE [--cross-validate]: how much of the evidence for a question search
// finds, without a model, by the product's own analyser and index. docs/formats/search.md says how each figure is defined.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readQuery } from '../../src/memory/search/query.ts';
import { defaultRanking, type Ranking } from '../../src/memory/search/ranking.ts';
import { SearchIndex } from '../../src/memory/search/search-index.ts';
import { type Dialogue, type Question, readLocomo } from './locomo.ts';
import { figuresOf, type QuestionScore } from './retrieval-figures.ts';
import { crossValidate } from './retrieval-fit.ts';

export async function measureRetrieval(flags: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...flags],
    options: { locomo: { type: 'string' }, 'cross-validate': { type: 'boolean' } },
  });
  if (values.locomo === undefined)
    throw new Error('Say where the dialogues are: npm run bench -- retrieval --locomo FILE.');
  const dialogues = readLocomo(JSON.parse(await readFile(values.locomo, 'utf8')));
  if (values['cross-validate'] !== true)
    return figuresOf(dialogues.flatMap((one) => scoreDialogue(one, defaultRanking)));
  return crossValidate(dialogues, scoreDialogue);
}

/** A session is a group and its turns the documents, as a file and its entries are. */
function scoreDialogue({ sessions, questions }: Dialogue, ranking: Ranking): readonly QuestionScore[] {
  const index = new SearchIndex(ranking);
  for (const { id, date, turns } of sessions) {
    const documents = turns.map((turn) => ({ id: turn.id, context: turn.speaker, text: turn.text }));
    index.put({ id, title: date, documents });
  }
  return questions.map((question) => scoreQuestion(index, question));
}

function scoreQuestion(index: SearchIndex, { text, evidence }: Question): QuestionScore {
  const query = readQuery(text, false);
  const sessions = index.rankGroups(query, { limit: 10, neighbours: true }).map(({ group }) => group);
  const turns = index.rank(query, { limit: 20, neighbours: true }).map(({ document }) => document);
  const wanted = [...new Set(evidence.map((id) => id.slice(0, id.indexOf(':'))))];
  return {
    sessionHit1: hit(wanted, sessions.slice(0, 1)),
    sessionHit5: hit(wanted, sessions.slice(0, 5)),
    sessionRecall10: recall(wanted, sessions),
    turnRecall5: recall(evidence, turns.slice(0, 5)),
    turnRecall10: recall(evidence, turns.slice(0, 10)),
    turnRecall20: recall(evidence, turns),
  };
}

function hit(wanted: readonly string[], found: readonly string[]): number {
  return wanted.some((id) => found.includes(id)) ? 1 : 0;
}

function recall(wanted: readonly string[], found: readonly string[]): number {
  return wanted.filter((id) => found.includes(id)).length / wanted.length;
}
