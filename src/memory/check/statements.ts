/** What a sentence of a memory file demands, as far as a rule can tell. */
export interface Statement {
  /** Whether it asks for something or forbids it. */
  readonly isDemand: boolean;
  /** What it speaks of: the words behind the verb of demand, lower case. */
  readonly subject: string;
  /** The whole sentence, plain. */
  readonly sentence: string;
}

const maxSentence = 240;
/** Whatever demands or forbids has one of these: most entries are passed over at once. */
const mayDemand =
  /\b(?:us(?:e|es|ing)|prefers?|write|add|run|create|commit|indent\w*|stick|include|put|always|never|do not|don|does not|doesn|must not|mustn|should not|shouldn|shall not|avoid|no|not|stop|quotes?|quote style|package manager|test(?:ing framework| runner)|formatter|module system)\b/i;

/** Sentences of an entry that demand or forbid something without a condition. */
export function statementsOf(markdown: string): readonly Statement[] {
  if (!mayDemand.test(markdown)) return [];
  return sentencesOf(markdown).flatMap((sentence) =>
    sentence.length > maxSentence || sentence.endsWith('?') ? [] : said(withoutHarmless(sentence), sentence),
  );
}

function sentencesOf(markdown: string): readonly string[] {
  const text = markdown
    .replace(/^[\s>]*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/gm, '\n\n')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[’‘]/g, "'")
    .replace(/[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}|`/g, '')
    .toLowerCase();
  return text
    .split(/\r?\n[ \t]*\r?\n|(?<=[.!?;])\s+/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}

const everywhere = [
  '(?:for|in|across) (?:all |any |our |the |your |its )*(?:indentation|indenting|indents?|strings?|string literals|everything|files|code|package management|installs?|installing|installation|dependencies|dependency management|testing|tests|unit tests|unit testing|formatting|project|repo(?:sitory)?|codebase)',
  '(?:in|for) this (?:project|repo(?:sitory)?|codebase)',
  '(?:to|when|for) (?:install(?:ing)?|manag(?:e|ing)|add(?:ing)?)(?: (?:all |the )?(?:dependencies|packages))?',
  '(?:to|when|for) (?:indent(?:ing)?|format(?:ting)?(?: code)?)',
  'as (?:the |our |your |its )?(?:package manager|formatter|test runner|testing framework)',
  String.raw`everywhere|throughout(?: the \w+)?|at all times|consistently`,
].join('|');
const harmless = new RegExp(
  String.raw`\s*\b(?:${everywhere})(?=\s*(?:[.,;!:(]|$| not | never | instead | rather | over | - ))`,
  'g',
);

/** Additions that narrow nothing are left out: whoever says them means everywhere. */
function withoutHarmless(sentence: string): string {
  return sentence
    .replace(harmless, '')
    .replace(/[.!;:,]+$/, '')
    .trim();
}

/** Words that narrow what is said to a case, or leave a choice. */
function isConditional(rest: string): boolean {
  return /\b(?:if|unless|except|when|whenever|where|while|until|only|for|to|in|on|inside|outside|within|under|during|after|before|with|legacy|existing|new|old|some|sometimes|usually|may|might|can|could|either|or|but|otherwise|e\.g|example|migrat\w+|currently|was|were)\b/.test(
    rest,
  );
}

const lead =
  /^(?:(?:please|we|you|i|agents?|everyone|also|and|so|the project|this project|this repo|this repository|the repo|important|note|rule|style|must|should|shall|have to|need to|strictly|by default)[,:]?\s+)*/;
const forbids =
  /^(?:never|do not|don't|does not|doesn't|must not|mustn't|should not|shouldn't|shall not|avoid|no|not|stop)\s+(?:ever\s+)?(?:use|using|uses|prefer|write|writing|add|adding|run|running|create|creating|commit|committing|indent with|put|include|including)?\s*(?:any\s+|the\s+)?(.+)$/;
const demands =
  /^(?:always |only |just |exclusively |prefer to |make sure to |be sure to |ensure you )*(?:use|uses|using|prefer|prefers|write|add|run|create|commit|indent with|indent using|indent by|stick to|stick with|include|put)\s+(?:only\s+|always\s+|the\s+)?(.+)$/;
const alwaysDemands = /^always\s+(?:use\s+)?(.+)$/;
/** `Indentation: 2 spaces`, as lists of rules have it. */
const named =
  /^(?:indent(?:ation|ing)?|quotes?|quote style|package manager|test(?:ing framework| runner)|formatter|module system)\s*[:=]\s*(?:(?:always |only )?(?:use|prefer)s?\s+)?(.+)$/;
/** "a, not b" and "a instead of b" demand a; what they say of b goes the same way. */
const contrast = /,?\s+(?:instead of|rather than|and not|not|never|over)\s+|,?\s+[-–—]\s+(?:not|never|no)\b/;

function said(plain: string, sentence: string): readonly Statement[] {
  const rest = plain.replace(lead, '');
  const forbidden = forbids.exec(rest)?.[1];
  if (forbidden !== undefined) {
    const things = forbidden.split(contrast)[0]?.split(/,?\s+(?:or|nor|and)\s+|\s*,\s*/) ?? [];
    if (things.some(isConditional)) return [];
    return things.map((thing) => ({ isDemand: false, subject: subjectOf(thing), sentence }));
  }
  const demanded = (demands.exec(rest) ?? alwaysDemands.exec(rest) ?? named.exec(rest))?.[1];
  const head = demanded?.split(contrast)[0];
  if (head === undefined || isConditional(head)) return [];
  return [{ isDemand: true, subject: subjectOf(head), sentence }];
}

const subjectEnd = /\s+(?:because|since|so that|as)\s+|[,(–—]|\s-\s|: /;

function subjectOf(rest: string): string {
  const [subject = ''] = rest.split(subjectEnd);
  return subject.trim();
}
