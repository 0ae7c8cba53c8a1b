import { statedIn } from '../../../memory/capture/rules/decision-words.ts';
import { isOpenQuestion } from '../../../memory/capture/sentences.ts';
import type { SaidDecision } from './dialogue-words.ts';
import { saidSentences } from './said-text.ts';

/** The one thing that an answer proposes or says was decided. */
export interface ConfirmedProposal {
  readonly decision: SaidDecision;
  readonly sentence: string;
  /** The answer ends with a question: what comes next is its answer. */
  readonly isAsked: boolean;
}

const proposing =
  /^(?:so |therefore |given (?:that|this),? |overall,? |in short,? )?(?:i(?:'d| would)? (?:therefore )?(?:suggest|propose|recommend)|my (?:recommendation|proposal|suggestion) is(?: to)?|i(?:'d| would)(?= go (?:with|for)\b)|the plan is to|i(?:'ll| will|'m going to)(?= (?:use|go with|switch to|keep|store)\b))(?: that)?(?: we)?\s+/i;
const gerunds: Readonly<Record<string, string>> = {
  using: 'use',
  going: 'go',
  switching: 'switch',
  keeping: 'keep',
  storing: 'store',
  sticking: 'stick',
  dropping: 'drop',
  adopting: 'adopt',
  replacing: 'replace',
  moving: 'move',
  choosing: 'choose',
};
const chosenVerbs =
  /^(?:use|go with|go for|switch to|keep|store|stick (?:to|with)|drop|adopt|replace|move to|migrate to|choose|prefer|avoid|standardi[sz]e on)\b/i;
const pointing =
  /^\S+(?:\s\S+)?\s(?:it|this|that|these|those|them|both|the (?:first|second|latter|former|same|above))\b/i;

/** Undefined where an answer proposes nothing, or more than one thing: a *yes* would not say which is meant. */
export function proposalIn(text: string): ConfirmedProposal | undefined {
  const sentences = saidSentences(text);
  const found = sentences.flatMap((sentence) => {
    const decision = decisionOf(sentence.replace(/’/g, "'"));
    return decision === undefined ? [] : [{ decision, sentence }];
  });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return undefined;
  const isAsked = sentences.slice(-2).some((sentence) => /\?["”'*)]*$/.test(sentence.trim()));
  return { ...only, isAsked };
}

function decisionOf(sentence: string): SaidDecision | undefined {
  if (isOpenQuestion(sentence) || sentence.split(' ').length > 45) return undefined;
  const lead = proposing.exec(sentence);
  const claim = lead === null ? sentence : plainVerb(sentence.slice(lead[0].length));
  if (lead !== null && (!chosenVerbs.test(claim) || pointing.test(claim))) return undefined;
  const stated = statedIn(lead === null ? sentence : `We decided to ${claim}`, undefined);
  // Alone an agent's words state a decision only as capture takes them.
  if (stated?.explicit !== true || stated.title.split(/\s+/).length < 3) return undefined;
  return { ...stated, kind: stated.lasting ? 'convention' : 'decision', form: 'stated' };
}

function plainVerb(words: string): string {
  const [first = '', ...rest] = words.split(' ');
  return [gerunds[first.toLowerCase()] ?? first, ...rest].join(' ');
}
