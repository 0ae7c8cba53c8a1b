/** What people wrap around their words in a commit message and in what order: reading helpers of the rules. */

const trailer = /^[A-Z][A-Za-z-]+(?:-by|-to|-id|-date)?: \S|^\(cherry picked from commit /;
const knownTrailer =
  /^(?:[A-Z][a-z]+(?:-[A-Za-z]+)*-by|Change-Id|Closes|Fixes|Refs?|See-also|Issue|BREAKING[ -]CHANGE|Cc|Link): /i;

/** What comes after is a log or a diff that somebody pasted. */
const longestBody = 16 * 1024;

/** A message's body without trailers, quotes (`>`), code (fenced or indented) and log noise. */
export function plainBody(body: string): string {
  const lines = body
    .slice(0, longestBody)
    .replace(/^(```|~~~)[\s\S]*?^\1.*$/gm, '')
    .split('\n');
  let end = lines.length;
  while (end > 0 && isTrailer(lines[end - 1] ?? '')) end--;
  return lines
    .slice(0, end)
    .filter((line) => !/^(?:>|\t| {4})/.test(line) && !knownTrailer.test(line))
    .join('\n')
    .trim();
}

function isTrailer(line: string): boolean {
  return line.trim() === '' || (trailer.test(line) && !/^(?:Decision|Why|Reason|Rationale): /i.test(line));
}

/** Sentences of a text: wrapped lines joined, each list item and paragraph by itself. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/\n(?:[^\S\n]*\n)+|\n(?=[^\S\n]*(?:[-*+•]|\d+[.)])\s)/)
    .map((block) =>
      block
        .replace(/^\s*(?:[-*+•]|\d+[.)])\s+/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .flatMap((block) => block.split(/(?<!\b(?:e\.g|i\.e|vs|cf|etc|approx|resp))(?<=[.!?])\s+(?=[A-Z"'`“(])/))
    .filter((sentence) => sentence !== '');
}

const reasonStart =
  /(?:,|;|—|–| -)?\s*\b(?:(because|so that|so (?:we|you|users) can|due to|given that|in order to|to avoid|otherwise)\b|(since)\b(?! (?:v?\d|then|last|version|the (?:last|beginning|start)))|(as) (?:it|they|this|that|these|those|there|its?|we)\b|(for) (?:[\w-]+ (?:and [\w-]+ )?)reasons\b)/i;
const reasonLabel = /^(?:the )?(?:why|reason|rationale|motivation|because)(?: (?:is|was)|:)?\s+(?:that )?/i;

export interface Reasoned {
  /** The sentence up to its reason. */
  readonly claim: string;
  /** The reason as a sentence of its own; undefined where the sentence gives none. */
  readonly reason: string | undefined;
}

/** Splits a sentence at the words that introduce a reason: because, since, so that, due to, to avoid, as it … */
export function splitReason(sentence: string): Reasoned {
  const found = reasonStart.exec(sentence);
  if (found === null || found.index === 0) {
    const label = found === null ? reasonLabel.exec(sentence) : null;
    return label === null
      ? { claim: sentence, reason: undefined }
      : { claim: '', reason: asSentence(sentence.slice(label[0].length)) };
  }
  const tail = sentence.slice(found.index).replace(/^[\s,;—–-]+/, '');
  const reason = tail.replace(/^(?:because(?! of)|since|given that|as)\s+/i, '');
  if (reason.replace(/[^\p{L}]/gu, '').length < 8) return { claim: sentence, reason: undefined };
  return { claim: sentence.slice(0, found.index), reason: asSentence(reason) };
}

const statesWhat =
  /\b(?:we|i)\b|^(?:therefore|chosen|use|add|drop|remove|replace|switch|move|choose|adopt|keep|allow|forbid|give|require|stop|ship|put|turn|set|store|run|write|raise|lower|go|pin|split|rewrite|introduce|enable|disable|support)\b/i;

/**
 * The first reason the sentences give. Of a sentence that says what was done, the part that says why; a sentence that
 * explains something else is a reason as a whole.
 */
export function firstReason(sentences: readonly string[]): string | undefined {
  for (const sentence of sentences) {
    const { claim, reason } = splitReason(sentence);
    if (reason === undefined || isOpenQuestion(sentence)) continue;
    return statesWhat.test(claim) || claim.trim().split(/\s+/).length < 4 ? reason : asSentence(sentence);
  }
  return undefined;
}

/** Asked, planned or supposed: nothing that was decided. */
export function isOpenQuestion(sentence: string): boolean {
  return /\?\s*$|^(?:if|when|unless|until)\b|\b(?:whether|should (?:we|i)|could (?:we|i)|maybe|perhaps|todo|fixme|tbd|xxx|undecided|(?:not|never|n't) (?:yet )?(?:been )?decided|have yet to|need to decide|to be decided|would (?:have|be|need)|if we)\b/i.test(
    sentence,
  );
}

/** `feat(x): add y (#12)` → `Add y`. */
export function plainSubject(subject: string): string {
  const plain = subject
    .replace(/^[a-z]+(?:\([^)]*\))?!?:\s+/, '')
    .replace(/^(?:\[[^\]]*\]\s*)+/, '')
    .replace(/\s*\((?:#|GH-)\d+\)\s*$/, '')
    .replace(/[.\s]+$/, '');
  return upperFirst(plain);
}

export function upperFirst(text: string): string {
  // A name in code keeps its spelling: `pnpm`, eslint-plugin-x, fooBar.
  return /^[a-z]+(?:[A-Z\d_./-]|$)/.test(text) && /^\S*[A-Z\d_./-]\S*/.test(text.split(' ')[0] ?? '')
    ? text
    : text.charAt(0).toUpperCase() + text.slice(1);
}

function asSentence(text: string): string {
  const trimmed = upperFirst(text.trim());
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
