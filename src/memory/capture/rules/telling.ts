import type { ChangeSet } from '../change-set.ts';
import { firstReason, plainBody, plainSubject, sentencesOf } from '../sentences.ts';

/** What a commit message says of one thing that a file shows. */
export interface Telling {
  /** The subject, where it names the thing. */
  readonly title: string | undefined;
  readonly why: string | undefined;
  /** The message names the thing. */
  readonly named: boolean;
}

const longestTitle = 100;

/**
 * What the message says of a thing: a title where its subject names it, and the reason it gives. `isOnly`: the commit
 * changes nothing else of the kind, so that a reason which names nothing is a reason for it.
 */
export function tellingOf(
  changeSet: ChangeSet,
  isAbout: (text: string) => boolean,
  isOnly: boolean,
): Telling {
  const subject = plainSubject(changeSet.subject);
  const sentences = sentencesOf(plainBody(changeSet.body));
  const inSubject = isAbout(subject);
  const about = sentences.filter(isAbout);
  const named = inSubject || about.length > 0;
  const own = firstReason([...(inSubject || isOnly ? [subject] : []), ...about]);
  const why =
    own ?? (isOnly || inSubject ? (firstReason(sentences) ?? opening(sentences, inSubject)) : undefined);
  return { title: inSubject && subject.length <= longestTitle ? subject : undefined, why, named };
}

/** A body whose subject named the thing usually opens with why. */
function opening(sentences: readonly string[], inSubject: boolean): string | undefined {
  const first = sentences[0];
  return inSubject && first !== undefined && isExplanation(first) ? first : undefined;
}

/** A list of what was done ("Update tests", "Co-written with …") explains nothing. */
function isExplanation(sentence: string): boolean {
  return (
    sentence.split(' ').length >= 6 &&
    !/^(?:add|update|fix|remove|rename|change|bump|also|see|closes|fixes|refs?|resolves|part of|related|this (?:commit|pr|change|patch))\b/i.test(
      sentence,
    )
  );
}

/** As a test for {@link tellingOf}: any of the words, as whole words. */
export function saysAnyOf(words: readonly string[]): (text: string) => boolean {
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${words.map((word) => escaped(word)).join('|')})(?![\\p{L}\\p{N}])`,
    'iu',
  );
  return (text) => pattern.test(text);
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/**
 * What it takes to propose a thing that a file shows: `reason` where changing it is everyday work, `naming` where the
 * commit must be about it, `nothing` where it is rare and of weight by itself.
 */
export type Needs = 'nothing' | 'naming' | 'reason';

export function isToldEnough(telling: Telling, needs: Needs): boolean {
  const reasoned = telling.named && telling.why !== undefined;
  return needs === 'nothing' || reasoned || (needs === 'naming' && telling.title !== undefined);
}
