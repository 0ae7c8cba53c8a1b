import type { EvidenceItem } from '../../record/record.ts';
import { safeLine, shorten } from '../../record/safe-text.ts';
import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { firstReason, plainBody, sentencesOf } from '../sentences.ts';
import { captureId, patchOf } from './patch-of.ts';
import { addEvidence, addPaths, isWaiting, newThread, type Thread } from './thread.ts';
import type { ThreadIndex } from './thread-index.ts';

/**
 * A candidate of any other rule. The same rule on the same subject repeats what was told; another rule on it turns it
 * round where the one takes away what the other brought.
 */
export function joinDecision(
  index: ThreadIndex,
  candidate: Candidate,
  changeSet: ChangeSet,
  ofCommit: (hash: string) => readonly Thread[],
): Thread | undefined {
  const id = captureId(candidate, changeSet);
  const same = index.byId(id);
  const before = same ?? index.of(candidate.subject);
  if (before !== undefined && (before === same || before.rule === candidate.rule)) {
    if (!isWaiting(before)) return undefined;
    addEvidence(before, itemsOf(candidate, changeSet), changeSet);
    if (before === same && before.state === 'proposed' && before.candidate === undefined) return before;
    index.nameCommit(before, safeLine(changeSet.subject));
    return before;
  }
  const thread = newThread(id, candidate, changeSet);
  addPaths(thread, candidate.paths);
  addEvidence(thread, itemsOf(candidate, changeSet), changeSet);
  if (before !== undefined && before.state !== 'rejected' && turnsRound(before.rule, candidate.rule))
    thread.supersedes.add(before.id);
  for (const old of replacedBy(index, candidate, ofCommit)) thread.supersedes.add(old.id);
  index.add(thread);
  return thread;
}

function turnsRound(before: string, now: string): boolean {
  return /-removed$/.test(before) !== /-removed$/.test(now);
}

function replacedBy(
  index: ThreadIndex,
  candidate: Candidate,
  ofCommit: (hash: string) => readonly Thread[],
): readonly Thread[] {
  const found = (candidate.replaces ?? []).flatMap((subject): readonly Thread[] => {
    const hash = /^commit:([0-9a-f]+)$/.exec(subject)?.[1];
    if (hash !== undefined) return ofCommit(hash);
    const thread = index.of(subject);
    return thread === undefined ? [] : [thread];
  });
  return [...new Set(found)].filter((thread) => thread.state !== 'rejected' && !thread.isMilestone);
}

function itemsOf(candidate: Candidate, changeSet: ChangeSet): readonly EvidenceItem[] {
  const commit = { patch: patchOf(changeSet), subject: safeLine(changeSet.subject) };
  return candidate.line === undefined
    ? [commit]
    : [commit, { path: candidate.line.path, text: shorten(candidate.line.text, 600) }];
}

/** What a commit takes back, by its hash or by the first line it quotes. */
export function takenBack(
  index: ThreadIndex,
  changeSet: ChangeSet,
  ofCommit: (hash: string) => readonly Thread[],
): readonly Thread[] {
  if (commitNature(changeSet) !== 'revert') return [];
  const hashes = [...changeSet.body.matchAll(/\breverts commit ([0-9a-f]{7,64})/gi)].map(
    ([, hash = '']) => hash,
  );
  const quoted = /^Revert(?:s|ed)?:?\s+[“"](.+)[”"]/i.exec(changeSet.subject)?.[1];
  const byHash = hashes.flatMap(ofCommit);
  const found =
    byHash.length > 0 ? byHash : quoted === undefined ? [] : index.ofCommitSubject(safeLine(quoted));
  return [...new Set(found)].filter((thread) => thread.state !== 'rejected' && !thread.isMilestone);
}

/** A revert of what is remembered is news, also where its message says nothing. */
export function takingBack(changeSet: ChangeSet, old: readonly Thread[]): Candidate {
  const why = firstReason(sentencesOf(plainBody(changeSet.body).replace(/^This reverts commits?\b.*$/m, '')));
  const title = old.map((thread) => thread.candidate?.title ?? thread.known?.title ?? '')[0] ?? '';
  return {
    rule: 'decision-reverted',
    kind: 'decision',
    subject: `reverted:${old[0]?.candidate?.subject ?? old[0]?.known?.evidence.subject ?? title}`,
    title: `Taken back: ${title}`,
    reason: 'The commit reverts one that a decision was saved from.',
    confidence: 0.8,
    paths: [...new Set(old.flatMap((thread) => thread.paths))].slice(0, 5),
    ...(why === undefined ? {} : { why }),
  };
}
