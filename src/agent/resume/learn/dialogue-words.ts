import { type StatedDecision, statedIn } from '../../../memory/capture/rules/decision-words.ts';
import { isOpenQuestion, splitReason } from '../../../memory/capture/sentences.ts';
import type { RecordKind } from '../../../memory/project/record-kind.ts';
import { dialogueForms, leadingWords, rightNotWrong, useInstead } from './dialogue-forms.ts';

/** A decision that somebody stated in a conversation. */
export interface SaidDecision extends StatedDecision {
  readonly kind: RecordKind;
  /** `imperative`: *use X instead of Y*, which may be meant for the task alone. */
  readonly form: 'stated' | 'imperative';
}

/** Holds for this task only: nothing to remember. */
const passing =
  /\b(?:for now|for the moment|this time|just (?:for )?(?:this|here|once)|temporar(?:y|ily)|for (?:this|the) (?:test|pr|task|example|demo|run|commit|step)|in this (?:pr|commit|test|task|step|session|case)|today|right now|first|later|until|at this point|quickly)\b/i;
/** Points at something only the conversation shows. */
const pointing =
  /\b(?:it|this|that|these|those|them|both|either|the (?:first|second|third|last|other|former|latter|same|above|following|one|ones|previous|next|existing|new|old)|(?:an? )?(?:new|existing) ones?|option|approach|your|my|here is|above|below|one of)\b/i;

const MOST_WORDS = 40;

/**
 * The decision that a sentence of a person states, by capture's own words where it has them, else by those of a
 * conversation: *let's use X instead of Y*, *never …*, *from now on …*, *we use X, not Y*. What holds for one task,
 * asks, or points at something unseen is none: precision comes first. English only, as capture.
 */
export function decisionSaid(sentence: string): SaidDecision | undefined {
  const plain = withoutRequest(sentence.replace(/[’]/g, "'").replace(/\s+/g, ' ').trim());
  if (plain.split(' ').length > MOST_WORDS || isOpenQuestion(plain) || passing.test(plain)) return undefined;
  const stated = corrected(plain) ?? byForm(plain) ?? explicitly(plain);
  if (stated === undefined || points(stated) || !isSpecific(stated)) return undefined;
  return { ...stated, title: headOf(stated.title) };
}

/** *I prefer early returns, can you restructure?*: what is asked for is not what is said. */
function withoutRequest(sentence: string): string {
  return sentence.replace(/,? (?:so )?(?:can|could|would|will) you\b[^?]*\?$/i, '');
}

function byForm(plain: string): SaidDecision | undefined {
  for (const { pattern, kind, retold, needs } of dialogueForms) {
    const found = pattern.exec(plain);
    if (found === null || (needs !== undefined && !needs.test(plain))) continue;
    return readAs(retold(found, plain.slice(found[0].length)), kind, 'stated');
  }
  return undefined;
}

function corrected(plain: string): SaidDecision | undefined {
  const claim = splitReason(plain).claim;
  const tail = plain.slice(claim.length);
  const said = claim.replace(/[\s.!,]+$/, '');
  const [, right, wrong] = rightNotWrong.exec(said) ?? [];
  if (right !== undefined && wrong !== undefined)
    // "We will use" is chosen now, "we use" was before.
    return /^we will\b/i.test(right)
      ? readAs(
          `We decided to ${right.slice('we will '.length)} rather than ${wrong}${tail}`,
          'decision',
          'stated',
        )
      : readAs(`Going forward, ${right} rather than ${wrong}${tail}`, 'convention', 'stated');
  const [, use, other = ''] = useInstead.exec(said) ?? [];
  if (use === undefined || pointing.test(other)) return undefined;
  return readAs(`We decided to ${lowerFirst(use)}${tail}`, 'decision', 'imperative');
}

/** Capture's own recognition; only what is said in so many words. */
function explicitly(plain: string): SaidDecision | undefined {
  const stated = statedIn(plain.replace(leadingWords, ''), undefined);
  if (stated?.explicit !== true) return undefined;
  return { ...stated, kind: stated.lasting ? 'convention' : 'decision', form: 'stated' };
}

function readAs(sentence: string, kind: RecordKind, form: SaidDecision['form']): SaidDecision | undefined {
  const stated = statedIn(sentence, undefined);
  return stated === undefined ? undefined : { ...stated, explicit: true, kind, form };
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** Too little is said, or it speaks of what stands elsewhere in the conversation. */
function points({ title }: SaidDecision): boolean {
  const words = title.split(/\s+/);
  if (words.length < 3) return true;
  // The beginning says what it is about: "keep it", "use that one". Later in a sentence such a word has what it means.
  const beginning = title.split(/[,;:(]/, 1)[0] ?? '';
  if (pointing.test(beginning.split(/\s+/).slice(0, 5).join(' ')) || /^\W/.test(title)) return true;
  return /\b(?:it|this|that|these|those|them|there|here)$/i.test(beginning.trim());
}

/**
 * *Use pnpm* names what is used; *use a chevron*, *drop the border* is taste for one place, unless a reason or what is
 * not taken says that something was weighed.
 */
function isSpecific({ kind, form, title, why, considered }: SaidDecision): boolean {
  if (kind !== 'decision' || why !== undefined) return true;
  const objects = [title.replace(/^(?:do not )?\S+(?: (?:with|to|on|for|using))? /i, ''), considered ?? ''];
  const isVague = objects.some((object) => vague.test(object));
  return considered === undefined || form === 'imperative' ? !isVague : true;
}

const vague = /^(?:an?|the|some|one|two|three|more|less|fewer|another|all|every|each|\d+)\s/i;

/** Up to a clause that says more about it: the sentence is quoted as a whole beside it. */
function headOf(title: string): string {
  const head =
    /^(.{12,}?), (?:the|its?|they|there|i|we|you|so|which|that|this|please|write|do not|don't|otherwise|and)\b/i.exec(
      title,
    )?.[1];
  return head !== undefined && head.split(' ').length >= 3 ? head : title;
}
