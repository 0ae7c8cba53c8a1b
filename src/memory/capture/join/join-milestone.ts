import { safeLine } from '../../record/safe-text.ts';
import type { Candidate, ChangeSet } from '../change-set.ts';
import { isBareTag, releaseOfTag } from '../rules/version-tag.ts';
import { captureId, patchOf } from './patch-of.ts';
import { addEvidence, addPaths, isWaiting, newThread, type Thread } from './thread.ts';
import { rollingSubject, type ThreadIndex } from './thread-index.ts';

/** What is set too often to keep each. */
export interface Density {
  readonly tags: boolean;
  readonly sections: boolean;
}

/** A tag or a changelog's section; both of one release are one milestone, and dense ones are one altogether. */
export function joinMilestone(
  index: ThreadIndex,
  candidate: Candidate,
  changeSet: ChangeSet,
  density: Density,
): Thread | undefined {
  const release = releaseOf(candidate);
  const known =
    index.byId(captureId(candidate, changeSet)) ?? index.of(candidate.subject) ?? ofRelease(index, release);
  const isOwn = candidate.tag !== undefined && !(density.tags && isBareTag(candidate));
  // Sections too many to keep each were rolled up; the tag that somebody set by hand stands for itself.
  const isTold = known !== undefined && !(isOwn && isRolling(index, known));
  if (isTold) return isWaiting(known) ? goOn(index, known, candidate, changeSet) : undefined;
  const isDense =
    candidate.tag === undefined ? isDenseTold(candidate, density) : density.tags && isBareTag(candidate);
  if (isDense) return roll(index, candidate, changeSet);
  const thread = begin(index, candidate, changeSet);
  nameAll(index, thread, candidate);
  return thread;
}

/** A bump of the version goes with the tags that follow it, a changelog's section with the others. */
function isDenseTold({ rule }: Candidate, density: Density): boolean {
  return density.sections || (rule === 'version-milestone' && density.tags);
}

function isRolling(index: ThreadIndex, thread: Thread): boolean {
  return index.of(rollingSubject) === thread;
}

function releaseOf({ tag, subject }: Candidate): string | undefined {
  return tag === undefined ? /^release:(.*)$/.exec(subject)?.[1] : releaseOfTag(tag);
}

function ofRelease(index: ThreadIndex, release: string | undefined): Thread | undefined {
  return release === undefined ? undefined : index.of(`release:${release}`);
}

function goOn(index: ThreadIndex, thread: Thread, candidate: Candidate, changeSet: ChangeSet): Thread {
  const isTold = thread.evidence.some((item) => 'tag' in item && item.tag === candidate.tag);
  if (isTold && thread.state === 'proposed') return thread;
  tell(thread, candidate, changeSet);
  if (candidate.tag !== undefined) {
    index.name(thread, candidate.subject);
    // The tag says where the release is; its own words count more than a line of the changelog.
    if (thread.rule !== 'version-tag') thread.shown = changeSet;
    if (!isBareTag(candidate) && thread.rule !== 'version-tag') retell(thread, candidate, changeSet);
    else if (thread.candidate !== undefined) thread.candidate = { ...thread.candidate, tag: candidate.tag };
  }
  return thread;
}

function retell(thread: Thread, candidate: Candidate, changeSet: ChangeSet): void {
  const subject = thread.candidate?.subject ?? thread.known?.evidence.subject ?? candidate.subject;
  thread.candidate = { ...candidate, rule: thread.rule, subject };
  thread.modified = changeSet.authorDate;
}

function begin(index: ThreadIndex, candidate: Candidate, changeSet: ChangeSet): Thread {
  const thread = newThread(captureId(candidate, changeSet), candidate, changeSet);
  addPaths(thread, candidate.paths);
  tell(thread, candidate, changeSet);
  index.add(thread);
  return thread;
}

/** One milestone names the newest and lists the others. */
function roll(index: ThreadIndex, candidate: Candidate, changeSet: ChangeSet): Thread {
  const rolling: Candidate = {
    ...candidate,
    subject: rollingSubject,
    rule: 'rolling-releases',
    title: candidate.title.replace(/^(Release|Milestone) /, 'Releases up to '),
    reason: 'Versions follow one another closer than one in 20 commits; one milestone stands for all.',
    confidence: 0.7,
  };
  const known = index.of(rollingSubject);
  if (known !== undefined && isWaiting(known)) {
    const before = known.evidence.length;
    tell(known, candidate, changeSet);
    if (known.evidence.length === before && known.state === 'proposed') return known;
    known.candidate = rolling;
    known.modified = changeSet.authorDate;
    known.shown = changeSet;
    nameAll(index, known, candidate);
    return known;
  }
  const thread = begin(index, rolling, changeSet);
  nameAll(index, thread, candidate);
  // What was accepted named an older one.
  if (known?.state === 'accepted') thread.supersedes.add(known.id);
  return thread;
}

/** The version's bump, tag and section are one release, whichever came first. */
function nameAll(index: ThreadIndex, thread: Thread, candidate: Candidate): void {
  index.name(thread, candidate.subject);
  const release = releaseOf(candidate);
  if (release !== undefined) index.name(thread, `release:${release}`);
}

function tell(thread: Thread, { tag }: Candidate, changeSet: ChangeSet): void {
  const patch = patchOf(changeSet);
  const item = tag === undefined ? { patch, subject: safeLine(changeSet.subject) } : { tag, object: patch };
  addEvidence(thread, [item], changeSet);
}
