import { isOpenQuestion, splitReason, upperFirst } from '../sentences.ts';

export interface StatedDecision {
  readonly title: string;
  readonly why?: string;
  readonly considered?: string;
  /** Said in so many words ("we decided"), not only by its form ("use X instead of Y"). */
  readonly explicit: boolean;
  /** Said to hold from now on. */
  readonly lasting: boolean;
}

const who = '(?:we|i|the team|they|it was|it has been)';
const before = "(?: have|'ve| had| all| also| finally| therefore| thus| then| deliberately)*";
const explicitWords = new RegExp(
  [
    String.raw`\b${who}${before}\s+(?:decided|chose|chosen|opted|agreed|settled (?:on|for)|rejected|ruled out|went with|discarded the)\b(?!\s+(?:is|was|are|were|has)\b)`,
    String.raw`\b(?:we're|we are|we will|we'll|i'm|i will)(?: now| therefore)? (?:be )?(?:going with|go with|settling on|sticking (?:with|to)|stick (?:with|to))\b`,
    String.raw`^(?:therefore |so |thus )?(?:decided|chose|opted|settled) (?:to|on|for|against|that|not)\b`,
    String.raw`^(?:rejected|ruled out|discarded)\b.{2,80}\b(?:because|as|since|due to)\b`,
    String.raw`^decision:\s+\S`,
    String.raw`^(?:from now on|going forward|henceforth),? \S`,
  ].join('|'),
  'i',
);
/** What holds from then on for everybody is a convention. */
const lasting = /^(?:from now on|going forward|henceforth)\b/i;
const comparison =
  /\b(?:use[sd]?|using|prefer(?:red|s)?|keep|kept|choose|chose|pick(?:ed)?|adopt(?:ed)?|switch(?:ed)? to|rely on|store[sd]?)\b(.{2,80}?)\b(?:instead of|rather than|over|in favou?r of)\b\s+(.{2,80})/i;
const practice =
  /\b(?:we|i) (?:deliberately |intentionally |always )?(?:use|prefer|rely on|stick (?:to|with)|do not use|don't use|never use|no longer (?:use|support|need|rely on|ship|publish|store|run|allow))\b/i;
const move =
  /^(?:switch(?:ed|es|ing)?|migrat(?:e|ed|es|ing)) (?:[^.]{0,60}? )?(?:to|from|over to) \S|^mov(?:e|ed|es|ing) (?:away |over )?(?:from \S+(?: \S+)? to|to) \S/i;
const replacement = /^(?:replac(?:e|ed|es|ing)|swap(?:ped|s)?) (.{2,60}?) (?:with|by|for) (\S.*)/i;
const choice =
  /^(?:choose|adopt|standardi[sz]e on|settle on|go with|stick (?:to|with)|stop (?:using|supporting|publishing|shipping)|drop support for|no longer (?:use|support|ship|publish|rely on)) \S|^drop the \S+ (?:api|backend|driver)\b/i;

/**
 * The decision a sentence states, or undefined. `reasonElsewhere` is a reason given beside it. What is a decision
 * only by its form needs a reason: without one it is an ordinary change.
 */
export function statedIn(sentence: string, reasonElsewhere: string | undefined): StatedDecision | undefined {
  if (sentence.length > 600 || isOpenQuestion(sentence)) return undefined;
  const { claim, reason } = splitReason(sentence);
  const why = reason ?? reasonElsewhere;
  const explicit = explicitWords.test(claim) || (reason !== undefined && explicitWords.test(sentence));
  const byForm = [comparison, practice, move, replacement, choice].some((form) => form.test(claim));
  if (!explicit && !(byForm && why !== undefined)) return undefined;
  const title = titleOf(claim);
  if (title.split(' ').length < 2 || /^(?:this|that|it|so)$/i.test(title)) return undefined;
  const considered = consideredIn(claim);
  return {
    title,
    explicit,
    lasting: lasting.test(claim),
    ...(why === undefined ? {} : { why }),
    ...(considered === undefined ? {} : { considered }),
  };
}

/** "Hence we have decided to use X," → "Use X". */
function titleOf(claim: string): string {
  // What comes before the words that decide leads up to them.
  const decides = explicitWords.exec(claim);
  const plain = (decides === null ? claim : claim.slice(decides.index))
    .replace(/,?\s*<?https?:\/\/\S+/g, '')
    .replace(/^decision:\s+/i, '')
    .replace(/^(?:from now on|going forward|henceforth),?\s+/i, '')
    .replace(/^(?:therefore|so|thus|hence|for now|instead|finally|as a result|consequently),?\s+/i, '')
    .replace(
      new RegExp(
        String.raw`^${who}\b(?:[ '](?:have|ve|had|all|also|finally|therefore|thus|then|deliberately|are|re|will|ll|now|be))*\s+`,
        'i',
      ),
      '',
    )
    .replace(/^(?:decided|chose|chosen|opted|agreed) (?:to|that) (?:we )?/i, '')
    .replace(/^(?:going|go|settled|settling|sticking|stick) (with|on|for|to)\b/i, (_, word: string) =>
      /^(?:with|on|for)$/i.test(word) ? 'Go with' : 'Stick to',
    )
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
