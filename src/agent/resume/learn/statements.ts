import type { Transcript } from '../../history/transcript.ts';
import { saidIn } from '../brief/brief-goal.ts';
import { isOfKind, type Numbered, numbered } from '../brief/call-outcomes.ts';
import { type ConfirmedProposal, proposalIn } from './agent-proposal.ts';
import { decisionSaid, type SaidDecision } from './dialogue-words.ts';
import { saidSentences } from './said-text.ts';

/** A decision stated in a session, by whom, and in which entry. */
export interface Statement {
  readonly decision: SaidDecision;
  /** As it was said. */
  readonly sentence: string;
  /** `confirmed`: the agent proposed it and the person's next words said yes. */
  readonly by: 'person' | 'confirmed' | 'agent';
  /** Of its entry, counted from 1. */
  readonly number: number;
}

const MOST = 40;
/** A prompt that states more is a list of rules from elsewhere: a skill, a command, a role. */
const MOST_OF_A_PROMPT = 3;

/** All that was decided in so many words, in order; of what was said twice the last, and nothing that was taken back. */
export function statementsIn(transcript: Transcript): readonly Statement[] {
  const all = numbered(transcript);
  const found = all.flatMap((one, index) => statementsOf(one, all.slice(index + 1)));
  const last = new Map(found.map((one) => [one.decision.title.toLowerCase(), one]));
  const ordered = [...last.values()].sort((a, b) => a.number - b.number);
  return ordered
    .filter((one, index) => !ordered.slice(index + 1).some((later) => takesBack(later, one)))
    .slice(-MOST);
}

function statementsOf(one: Numbered, later: readonly Numbered[]): readonly Statement[] {
  if (isOfKind(one, 'prompt')) return statedBy('person', one.number, saidIn(one.entry));
  if (!isOfKind(one, 'answer')) return [];
  const proposal = proposalIn(one.entry.text);
  if (proposal === undefined) return [];
  const reply = later.find(({ entry }) => entry.kind === 'prompt');
  const isAnswered = later.find(({ entry }) => entry.kind === 'answer' || entry.kind === 'prompt') === reply;
  const isConfirmed =
    proposal.isAsked &&
    isAnswered &&
    reply !== undefined &&
    isOfKind(reply, 'prompt') &&
    confirms(saidIn(reply.entry));
  return [statementOf(proposal, isConfirmed ? 'confirmed' : 'agent', one.number)];
}

function statedBy(by: 'person', number: number, text: string): readonly Statement[] {
  if (isTemplate(text)) return [];
  const found = saidSentences(text).flatMap((sentence) => {
    const decision = decisionSaid(sentence);
    return decision === undefined ? [] : [{ decision, sentence, by, number }];
  });
  return found.length > MOST_OF_A_PROMPT ? [] : found;
}

/** Written to be used again, by whoever made the command or the skill. */
function isTemplate(text: string): boolean {
  return (
    /^\s*(?:you are (?:an?|the|now) |your (?:task|role|job) is |act as |---\n|#{1,3} \S)/i.test(text) ||
    /^#{1,3} \S/m.test(text)
  );
}

function statementOf(
  { decision, sentence }: ConfirmedProposal,
  by: 'confirmed' | 'agent',
  number: number,
): Statement {
  return { decision, sentence, by, number };
}

/** Says no to what was chosen before, or chooses something else in its place. */
function takesBack({ decision: later }: Statement, { decision: earlier }: Statement): boolean {
  const chosen = wordsOf(withoutOther(earlier));
  if (/^(?:do not|never|no longer|stop|drop|avoid)\b/i.test(later.title)) {
    const refused = wordsOf(later.title).filter((word) => !negations.has(word));
    return refused.length > 0 && refused.some((word) => chosen.includes(word) && !choices.has(word));
  }
  const other = wordsOf(later.considered ?? '').filter((word) => !choices.has(word));
  return other.length > 0 && other.every((word) => chosen.includes(word));
}

const negations = new Set(['not', 'never', 'longer', 'stop', 'drop', 'avoid']);
const choices = new Set([
  'use',
  'using',
  'keep',
  'with',
  'store',
  'switch',
  'prefer',
  'call',
  'name',
  'the',
  'for',
  'and',
]);

function withoutOther({ title, considered }: Statement['decision']): string {
  return considered === undefined ? title : title.replace(considered, '');
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2);
}

const yes =
  /^(?:yes|yep|yeah|yup|ok(?:ay)?|sure|sounds (?:good|great|right)|agreed?|i agree|go (?:for it|ahead|with (?:that|it))|do (?:it|that)|let'?s do (?:it|that)|perfect|good(?: idea)?|great(?: idea)?|makes sense|exactly|fine(?: with me| by me)?|approved|lgtm|ship it|please do|correct)\b/i;
const reservation =
  /\b(?:but|except|instead|however|although|unless|wait|actually|no|not|don'?t|rather|only if)\b|\?/i;

/** Says yes, and nothing that takes part of it back. */
function confirms(text: string): boolean {
  const first = text.trim().slice(0, 400);
  return yes.test(first) && !reservation.test(first);
}
