import { subjectOfText } from '../../../memory/capture/rules/stated-decision.ts';
import type { Transcript } from '../../history/transcript.ts';
import type { Learnt } from './learnt.ts';
import { type Statement, statementsIn } from './statements.ts';

const MOST = 6;

/** What the person decided in so many words, and what they said yes to. What an agent says alone is nobody's decision. */
export function learnDecisions(transcript: Transcript): readonly Learnt[] {
  return statementsIn(transcript)
    .filter(({ by }) => by !== 'agent')
    .slice(-MOST)
    .map(learntFrom);
}

function learntFrom({ decision, sentence, by, number }: Statement): Learnt {
  const { kind, title, why, considered, form } = decision;
  const isConfirmed = by === 'confirmed';
  const what =
    kind === 'convention'
      ? 'a rule that holds from then on'
      : kind === 'preference'
        ? 'a preference'
        : 'a decision';
  return {
    kind,
    title,
    ...(why !== undefined && { why }),
    ...(considered !== undefined && { considered }),
    told: [`${isConfirmed ? 'Proposed by the agent and confirmed' : 'Said'} as: “${sentence}”`],
    rule: isConfirmed ? 'confirmed-decision' : 'said-decision',
    reason: isConfirmed
      ? 'The agent proposed it, asked, and the next words of the person said yes.'
      : `The person stated ${what}${why === undefined ? '' : ' and its reason'}.`,
    confidence: Math.min(
      0.9,
      (isConfirmed ? 0.65 : form === 'imperative' ? 0.55 : 0.7) + (why === undefined ? 0 : 0.15),
    ),
    subject: subjectOfText('stated', title),
    number,
    paths: [],
  };
}
