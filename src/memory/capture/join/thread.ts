import type { EvidenceItem, Standing } from '../../record/record.ts';
import type { Candidate, ChangeSet } from '../change-set.ts';
import { documentPath } from '../document/document-place.ts';
import type { DocumentReference } from '../document/document-references.ts';
import type { JoinedCandidate } from './joined-candidate.ts';
import type { KnownRecord } from './known-record.ts';

/** The document a thread is about, as it stands at this point of the history. */
export interface ThreadDocument {
  readonly path: string;
  readonly number?: string;
  readonly title: string;
  readonly standing?: Standing;
  readonly supersedes: readonly DocumentReference[];
  readonly supersededBy: readonly DocumentReference[];
}

/** One record, known or in the making, and what the commits of this look add to it. */
export interface Thread {
  readonly id: string;
  readonly state: KnownRecord['state'] | 'new';
  readonly known?: KnownRecord;
  readonly rule: string;
  readonly isMilestone: boolean;
  /** The newest candidate whose text counts; undefined while nothing of this look changed the text. */
  candidate?: Candidate;
  modified: number;
  shown?: ChangeSet;
  readonly changeSets: ChangeSet[];
  readonly evidence: EvidenceItem[];
  readonly supersedes: Set<string>;
  readonly supersedesPartly: Set<string>;
  readonly paths: string[];
  document?: ThreadDocument;
  /** The accepted record of the same document that this one says is over. */
  ends?: Thread;
  /** Another record says the same: it is not proposed. */
  isNeedless?: boolean;
}

/** Beyond it the middle of a long story is left out: the first items and the newest stay. */
const mostEvidence = 200;

export function newThread(id: string, candidate: Candidate, changeSet: ChangeSet): Thread {
  const thread: Thread = {
    id,
    state: 'new',
    rule: candidate.rule,
    isMilestone: candidate.kind === 'milestone',
    candidate,
    modified: changeSet.authorDate,
    shown: changeSet,
    changeSets: [],
    evidence: [],
    supersedes: new Set(),
    supersedesPartly: new Set(),
    paths: [],
  };
  return thread;
}

export function knownThread(known: KnownRecord): Thread {
  const { evidence } = known;
  const document = documentOfKnown(known);
  return {
    id: known.id,
    state: known.state,
    known,
    rule: evidence.rule ?? '',
    isMilestone: evidence.subject?.startsWith('tag:') === true || /^releases?:/.test(evidence.subject ?? ''),
    modified: 0,
    changeSets: [],
    evidence: [...evidence.evidence],
    supersedes: new Set(evidence.supersedes),
    supersedesPartly: new Set(),
    paths: evidence.anchors.map(({ path }) => path),
    ...(document === undefined ? {} : { document }),
  };
}

function documentOfKnown({ evidence, title }: KnownRecord): ThreadDocument | undefined {
  const path = /^document:(.*)$/s.exec(evidence.subject ?? '')?.[1];
  if (path === undefined) return undefined;
  const number = documentPath(path)?.number;
  return {
    path,
    title,
    supersedes: [],
    supersededBy: [],
    ...(number === undefined ? {} : { number }),
    ...(evidence.standing === undefined ? {} : { standing: evidence.standing }),
  };
}

/** The candidate's document as facts to look it up by. */
export function threadDocument(candidate: Candidate): ThreadDocument | undefined {
  const { document, standing, title } = candidate;
  if (document === undefined) return undefined;
  const { path, number, supersedes, supersededBy } = document;
  return {
    path,
    title,
    supersedes,
    supersededBy,
    ...(number === undefined ? {} : { number }),
    ...(standing === undefined ? {} : { standing }),
  };
}

/** Adds a commit to the story; the same item is told once. */
export function addEvidence(thread: Thread, items: readonly EvidenceItem[], changeSet: ChangeSet): void {
  const told = new Set(thread.evidence.map((item) => JSON.stringify(item)));
  const fresh = items.filter((item) => !told.has(JSON.stringify(item)));
  thread.evidence.push(...fresh);
  if (thread.evidence.length > mostEvidence) thread.evidence.splice(1, thread.evidence.length - mostEvidence);
  if (!thread.changeSets.includes(changeSet)) thread.changeSets.push(changeSet);
}

/** The newest path first. */
export function addPaths(thread: Thread, paths: readonly string[]): void {
  const all = [...new Set([...paths, ...thread.paths])];
  thread.paths.splice(0, thread.paths.length, ...all);
}

/** Whether it can still take up what a later commit says. */
export function isWaiting(thread: Thread): boolean {
  return thread.state === 'new' || thread.state === 'proposed';
}

/** What is to be written of it; undefined where this look changed nothing. */
export function joinedOf(thread: Thread): JoinedCandidate | undefined {
  const shown = thread.shown ?? thread.changeSets[0] ?? undefined;
  const candidate = thread.candidate ?? carrier(thread);
  if (!isWaiting(thread) || thread.isNeedless === true) return undefined;
  if (shown === undefined || candidate === undefined) return undefined;
  if (thread.state === 'proposed' && !isChanged(thread)) return undefined;
  return {
    id: thread.id,
    candidate,
    changeSets: thread.changeSets,
    shown,
    evidence: thread.evidence,
    modified: thread.modified,
    supersedes: [...thread.supersedes].sort(),
    supersedesPartly: [...thread.supersedesPartly].sort(),
    paths: thread.paths,
    ...(thread.state === 'proposed'
      ? { continues: { id: thread.id, withText: thread.candidate !== undefined } }
      : {}),
  };
}

function isChanged(thread: Thread): boolean {
  const before = thread.known?.evidence;
  return (
    thread.candidate !== undefined ||
    JSON.stringify(before?.evidence) !== JSON.stringify(thread.evidence) ||
    JSON.stringify([...(before?.supersedes ?? [])].sort()) !== JSON.stringify([...thread.supersedes].sort())
  );
}

/** A known proposal whose text stays: what its evidence says of it. */
function carrier(thread: Thread): Candidate | undefined {
  const evidence = thread.known?.evidence;
  if (evidence === undefined || thread.known === undefined) return undefined;
  return {
    rule: evidence.rule ?? '',
    kind: thread.isMilestone ? 'milestone' : 'decision',
    subject: evidence.subject ?? '',
    title: thread.known.title,
    reason: evidence.reason ?? '',
    confidence: evidence.confidence ?? 0,
    paths: thread.paths,
    ...(evidence.standing === undefined ? {} : { standing: evidence.standing }),
  };
}
