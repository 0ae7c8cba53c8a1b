import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { firstReason, plainBody, plainSubject, sentencesOf, splitReason } from '../sentences.ts';
import { statedIn } from './decision-words.ts';
import { manifestChanges, subjectOf } from './dependency-changes.ts';
import { changedPaths, subjectOfText } from './stated-decision.ts';

/**
 * A commit taken back for a reason that the message gives: whoever tries it again should know. It takes the place of
 * what was captured from that commit; a revert without a reason is joined with it and proposes nothing of its own.
 */
export function reverted(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'revert' || isTakenBackAgain(changeSet.subject)) return [];
  const told = plainSubject(changeSet.subject);
  const quoted =
    /^Revert(?:s|ed|ing)?:?\s+[“"](.+)[”"]()$/i.exec(told) ??
    /^Revert(?:s|ed|ing)?:?\s+[“"](.+?)[”"](?=\s)\s*(.*)$/i.exec(told);
  const bare = splitReason(told.replace(/^Revert(?:s|ed|ing)?:?\s+/i, ''));
  const original = plainSubject((quoted?.[1] ?? bare.claim).trim());
  const body = plainBody(changeSet.body).replace(/^This reverts commits?\b[^\n]*(?:\n[0-9a-f. ,]+$)*/im, '');
  const sentences = sentencesOf(body.trim());
  const why =
    (quoted === null ? bare.reason : splitReason(`Reverted ${quoted[2] ?? ''}`).reason) ??
    firstReason(sentences) ??
    sentences.find((sentence) => sentence.split(' ').length >= 5 && !unsure.test(sentence));
  // A decision that the message states says more, and takes the reverted one's place itself.
  const decides = sentences.some((sentence) => statedIn(sentence, undefined)?.explicit === true);
  return original.split(' ').length < 2 || vague.test(original) || why === undefined || decides
    ? []
    : [candidateOf(changeSet, original, why)];
}

/** Says nothing to who did not see it happen. */
const vague = /^(?:the )?(?:previous|last|this|that|minor|wip)\b/i;
const unsure = /\b(?:not sure|no idea|same (?:argument|reason) as|see (?:above|previous))\b/i;

/** `Revert "Revert "x""` brings x back: it restores what was decided before. */
function isTakenBackAgain(subject: string): boolean {
  return /^Revert:?\s+[“"]Revert\b|^Reapply\b/i.test(subject);
}

function candidateOf(changeSet: ChangeSet, original: string, why: string): Candidate {
  const commits = [...changeSet.body.matchAll(/\breverts commit ([0-9a-f]{7,64})/gi)];
  const { added, removed } = manifestChanges(changeSet);
  return {
    rule: 'reverted',
    kind: 'gotcha',
    subject: subjectOfText('reverted', original),
    title: `Taken back: ${original}`,
    why,
    reason: 'The commit reverts an earlier one, and the message says why.',
    confidence: 0.8,
    paths: changedPaths(changeSet),
    replaces: [
      ...commits.map(([, hash = '']) => `commit:${hash}`),
      subjectOfText('stated', statedIn(original, why)?.title ?? original),
      ...[...removed, ...added].map(subjectOf),
    ],
  };
}
