import type { Candidate, ChangeSet } from '../change-set.ts';
import { commentsOf } from '../comments.ts';
import { commitNature } from '../commit-nature.ts';
import {
  isOpenQuestion,
  plainBody,
  plainSubject,
  sentencesOf,
  splitReason,
  upperFirst,
} from '../sentences.ts';
import { changedPaths, subjectOfText } from './stated-decision.ts';

/** Somebody tried it and it did not do: said as a past attempt, or as a thing that cannot be used with its reason. */
const attempt =
  /\b(?:(?:we|i)(?:'ve| have| had| also| first)* tried|^(?:first |also )?tried|(?:an|the|our|my|earlier|previous) (?:first )?attempts? (?:with|at|to)|our first (?:try|attempt|version))\b.{3,200}?(?:\bbut\b|\bhowever\b|\bwhich\b|[,;:] (?:it|that|this|they)\b|\bfail(?:s|ed)?\b|\bdid(?:n't| not)\b)/i;
const turnedOut =
  /\bturn(?:s|ed) out (?:to be (?:too|un|in|not|wrong|slow|flaky|broken|impossible)|not to|that .{3,120}\b(?:not|n't|cannot|never|only|fails?|breaks?|slow(?:er)?)\b)/i;
const useless =
  /\b(?:does not|doesn't|do not|don't|did not|didn't|will not|won't) work (?:here|with|on|in|for|under|because|since|as)\b|\b(?:cannot|can't|could not|couldn't|must not|do not|don't) (?:use|rely on|switch to|upgrade to|be used|simply use|just use)\b/i;

const fromComments = 1;
const longest = 400;
const fewestWords = 4;

/** What was tried and failed, where the message or an added comment tells it: a gotcha for whoever tries it again. */
export function whatFailed(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary') return [];
  const told = inMessage(changeSet);
  return told === undefined ? inComments(changeSet) : [told];
}

function inMessage(changeSet: ChangeSet): Candidate | undefined {
  // Of a repair, "does not work" is what it repairs.
  const repairs = /\b(?:fix(?:es|ed)?|bug|repair|correct)\b/i.test(changeSet.subject);
  const sentences = [plainSubject(changeSet.subject), ...sentencesOf(plainBody(changeSet.body))];
  const at = sentences.findIndex((sentence) => tellsFailure(sentence, repairs));
  const sentence = sentences[at];
  if (sentence === undefined) return undefined;
  return candidateOf(
    sentence,
    'The message of the commit tells what did not work.',
    changedPaths(changeSet),
    0.75,
  );
}

function inComments(changeSet: ChangeSet): readonly Candidate[] {
  if (changeSet.files.length > 100) return [];
  const found: Candidate[] = [];
  for (const comment of commentsOf(changeSet.files)) {
    if (comment.isDocument || found.length === fromComments) continue;
    const sentence = sentencesOf(comment.text).find((one) => tellsFailure(one, false));
    if (sentence === undefined) continue;
    const reason = `A comment added in ${comment.path} tells what did not work.`;
    found.push({
      ...candidateOf(sentence, reason, [comment.path], 0.65),
      line: { path: comment.path, line: comment.line, text: sentence },
    });
  }
  return found;
}

function tellsFailure(sentence: string, repairs: boolean): boolean {
  if (sentence.length > longest || isOpenQuestion(sentence)) return false;
  if (splitReason(sentence).claim.trim().split(/\s+/).length < fewestWords) return false;
  if (attempt.test(sentence)) return true;
  if (turnedOut.test(sentence)) return true;
  return !repairs && useless.test(sentence) && splitReason(sentence).reason !== undefined;
}

function candidateOf(
  sentence: string,
  reason: string,
  paths: readonly string[],
  confidence: number,
): Candidate {
  const { claim, reason: why } = splitReason(sentence);
  const title = upperFirst((why === undefined ? sentence : claim).replace(/[\s.,;:]+$/, ''));
  return {
    rule: 'what-failed',
    kind: 'gotcha',
    subject: subjectOfText('failed', title),
    title,
    reason,
    confidence,
    paths,
    ...(why === undefined ? {} : { why }),
  };
}
