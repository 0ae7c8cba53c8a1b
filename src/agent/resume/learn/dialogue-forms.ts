import type { RecordKind } from '../../../memory/project/record-kind.ts';

/** Words that lead up to what is said. */
const fillers =
  '(?:(?:ok(?:ay)?|yes|yeah|yep|no|nope|nah|alright|right|good|great|nice|cool|fine|so|then|also|actually|hmm|hm|and|but|well|sure|perfect|agreed|please|btw|by the way|oh|important|rule|reminder|one more thing|one thing|fyi|note|we discussed \\S+(?: \\S+){0,4} and)[,.!;:—–-]*\\s+){0,3}';
const choosing =
  '(?:use|go with|stick (?:to|with)|keep(?: to)?|switch to|adopt|prefer|drop|avoid|stop using|standardi[sz]e on|settle on|settle for|rely on|store|replace|migrate to|move to|pick|choose|require|forbid|support|target|name|call)';
/** *never mind*, *never thought*, *always had*: tells a story, orders nothing. */
const past =
  '(?:mind|again|ever|before|once|more|an?|the|thought|had|has|have|been|was|were|is|are|saw|seen|heard|knew|known|did|got|gets|felt|found|made|said|went|took|came|wanted|\\w+ed)\\b';
const project = '(?:this|our|the) (?:project|repo|repository|codebase|code base|team|app)';

/** A way in which a decision is said in a conversation. */
export interface DialogueForm {
  readonly pattern: RegExp;
  readonly kind: RecordKind;
  /** What the sentence must say besides. */
  readonly needs?: RegExp;
  /** As capture reads it, so that title, reason and what was not taken are taken apart in one place. */
  readonly retold: (found: RegExpExecArray, rest: string) => string;
}

const lasting = (_found: RegExpExecArray, rest: string): string => `Going forward, ${rest}`;

/** The first that fits counts. */
export const dialogueForms: readonly DialogueForm[] = [
  {
    pattern: new RegExp(
      `^${fillers}(?:let'?s|let us|we should|we will|we'll|we want to|we're going to|we are going to|i want (?:us )?to|i'd like (?:us )?to|i'd say we|i decided to|i've decided to|we decided to)\\s+(not |never |always )?(${choosing})\\b`,
      'i',
    ),
    kind: 'decision',
    retold: ([, adverb = '', verb = ''], rest) =>
      adverb.trim() === ''
        ? `We decided to ${verb}${rest}`
        : `We decided that we ${negated(adverb)} ${verb}${rest}`,
  },
  {
    pattern: new RegExp(`^${fillers}(?:we |i )?(?:have )?decided against\\s+`, 'i'),
    kind: 'decision',
    retold: (_found, rest) => `We decided that we do not use ${rest}`,
  },
  {
    pattern: new RegExp(
      `^${fillers}(?:from now on|going forward|henceforth|in (?:the )?future)[,:]?\\s+`,
      'i',
    ),
    kind: 'convention',
    retold: lasting,
  },
  {
    pattern: new RegExp(
      `^${fillers}(?:in|for) ${project}[,:]?\\s+(?=(?:we |please |always |never |do not |don't |only |all |use |every ))`,
      'i',
    ),
    kind: 'convention',
    retold: (_found, rest) => `Going forward, ${rest.replace(/^please /i, '')}`,
  },
  {
    pattern: new RegExp(
      `^${fillers}(?:remember|keep in mind|note for (?:the future|later)|make a note)(?: that| to|[,:])\\s+(?!when\\b|how\\b|what\\b|where\\b|who\\b|why\\b)`,
      'i',
    ),
    kind: 'convention',
    retold: lasting,
  },
  {
    pattern: new RegExp(
      `^${fillers}(?:you (?:must|should) |we )?(?=(?:always|never)\\s+(?!${past})\\S)`,
      'i',
    ),
    kind: 'convention',
    retold: lasting,
  },
  {
    pattern: new RegExp(`^${fillers}(?=(?:do not|don't|only)\\s+\\S.* in ${project}\\b)`, 'i'),
    kind: 'convention',
    retold: lasting,
  },
  {
    pattern: new RegExp(`^${fillers}(?:i|we) (?:strongly |generally |always |really |much )?prefer\\s+`, 'i'),
    kind: 'preference',
    needs: /\b(?:instead of|rather than|in favou?r of|over)\b|\b(?:because|since|so that|as it|as they)\b/i,
    retold: (_found, rest) => `We decided to prefer ${rest}`,
  },
];

/** *we use pnpm here, not npm*: a person who puts an agent right. Groups: what is done, what is not. */
export const rightNotWrong = new RegExp(
  `^${fillers}(?:here |(?:in|for) ${project},? )?(we (?:only |always |will )?(?:use|write|call|run|name|store|keep|deploy to|target)\\s+\\S.{0,60}?)(?: (?:here|everywhere|in ${project}|for everything))?,? (?:and )?not (?:with )?(\\S.{0,60})$`,
  'i',
);

/** *use X instead of Y*: may be meant for the task alone, so it is less sure. Groups: all of it, what is not used. */
export const useInstead = new RegExp(
  `^${fillers}((?:use|prefer|store|keep|name|call|write)\\s+\\S.{0,60}?\\s+(?:instead of|rather than)\\s+(\\S.{0,60}))$`,
  'i',
);

export const leadingWords = new RegExp(`^${fillers}`, 'i');

function negated(adverb: string): string {
  return adverb.trim().toLowerCase() === 'not' ? 'do not' : adverb.trim().toLowerCase();
}
