import { isOpenQuestion, splitReason, upperFirst } from '../sentences.ts';

export interface StatedDecision {
  readonly title: string;
  readonly why?: string;
  readonly considered?: string;
  /** Said in so many words ("we decided"), not only by its form ("use X instead of Y"). */
  readonly explicit: boolean;
}

const who = '(?:we|i|the team|they|it was|it has been)';
const explicitWords = new RegExp(
  String.raw`\b${who}(?: have|'ve| had| all| also| finally| therefore| thus| then)*\s+(?:decided|chose|chosen|opted|agreed|settled)\b|^(?:therefore |so |thus )?(?:decided|chose|opted) (?:to|on|for|against|that|not)\b|^decision:\s+\S`,
  'i',
);
const comparison =
  /\b(?:use[sd]?|using|prefer(?:red|s)?|keep|kept|choose|chose|pick(?:ed)?|adopt(?:ed)?|switch(?:ed)? to|rely on|store[sd]?)\b(.{2,80}?)\b(?:instead of|rather than|over|in favou?r of)\b\s+(.{2,80})/i;
const practice =
  /\b(?:we|i) (?:deliberately |intentionally |only |always )?(?:use|keep|prefer|avoid|store|rely on|stick (?:to|with)|do not use|don't use|never use|went with|go with)\b/i;
const move =
  /^(?:switch(?:ed|es|ing)?|migrat(?:e|ed|es|ing)|mov(?:e|ed|es|ing)) (?:[^.]{0,60}? )?(?:to|from|over to) \S/i;
const replacement = /^(?:replac(?:e|ed|es|ing)|swap(?:ped|s)?) (.{2,60}?) (?:with|by|for) (\S.*)/i;
const choice = /^(?:choose|adopt|standardi[sz]e on|settle on|stick (?:to|with)) \S/i;

/**
 * The decision a sentence states, or undefined. `reasonElsewhere` is a reason given beside it. What is a decision
 * only by its form needs a reason: without one it is an ordinary change.
 */
export function statedIn(sentence: string, reasonElsewhere: string | undefined): StatedDecision | undefined {
  if (sentence.length > 600 || isOpenQuestion(sentence)) return undefined;
  const { claim, reason } = splitReason(sentence);
  const why = reason ?? reasonElsewhere;
  const explicit = explicitWords.test(claim);
  const byForm = [comparison, practice, move, replacement, choice].some((form) => form.test(claim));
  if (!explicit && !(byForm && why !== undefined)) return undefined;
  const title = titleOf(claim);
  if (title.split(' ').length < 2 || /^(?:this|that|it|so)$/i.test(title)) return undefined;
  const considered = consideredIn(claim);
  return {
    title,
    explicit,
    ...(why === undefined ? {} : { why }),
    ...(considered === undefined ? {} : { considered }),
  };
}

/** "Hence we have decided to use X," → "Use X". */
function titleOf(claim: string): string {
  const plain = claim
    .replace(/^decision:\s+/i, '')
    .replace(/^(?:therefore|so|thus|hence|for now|instead|finally|as a result|consequently),?\s+/i, '')
    .replace(
      new RegExp(String.raw`^${who}\b(?:[ '](?:have|ve|had|all|also|finally|therefore|thus|then))*\s+`, 'i'),
      '',
    )
    .replace(/^(?:decided|chose|chosen|opted|agreed) (?:to|that) (?:we )?/i, '')
    .replace(/[\s.,;:!—–-]+$/, '')
    .trim();
  return upperFirst(plain);
}

function consideredIn(claim: string): string | undefined {
  const compared =
    comparison.exec(claim)?.[2] ?? /\b(?:instead of|rather than|over) (.{2,80})/i.exec(claim)?.[1];
  const old = compared ?? replacement.exec(claim)?.[1] ?? /\bfrom (\S.{1,60}?) to \S/i.exec(claim)?.[1];
  const plain = old?.replace(/[,;:(].*$/, '').replace(/[\s.]+$/, '');
  return plain === undefined || plain === '' ? undefined : plain;
}
