import type { Standing } from '../../record/record.ts';
import { exportedRecordId } from '../../timeline/decision-records.ts';
import type { Candidate, ChangedFile, ChangeSet } from '../change-set.ts';
import { type DecisionDocument, readDecisionDocument } from '../document/decision-document.ts';
import type { FollowedDocument } from '../document/followed-document.ts';

/** A document that says where it stands is surer to be a decision than one that leaves it open. */
const confidence: Readonly<Record<Standing | 'unsaid', number>> = {
  accepted: 0.95,
  superseded: 0.9,
  deprecated: 0.9,
  rejected: 0.85,
  proposed: 0.75,
  unsaid: 0.8,
};

/**
 * Decision documents (ADRs and their kin) that the commit added, moved or changed in what they say. Of a change that
 * says nothing new (a typing error put right) nothing is said.
 */
export function decisionDocument(changeSet: ChangeSet): readonly Candidate[] {
  const gone = changeSet.files.filter((file) => file.status === 'deleted').flatMap(documentBefore);
  return changeSet.files.flatMap((file): readonly Candidate[] => {
    const now = documentAfter(file);
    if (now === undefined) return [];
    const before = documentBefore(file).find((old) => file.status !== 'renamed' || isSameDocument(old, now));
    const moved = before ?? gone.find((old) => isMoved(old, now));
    if (moved !== undefined && saysTheSame(moved, now)) return [];
    // Another decision under the number of one that went: it took its place.
    const replaced = moved === undefined ? gone.find((old) => isSuccessor(old, now)) : undefined;
    return [documentCandidate(now, moved, replaced)];
  });
}

function documentAfter(file: ChangedFile): DecisionDocument | undefined {
  if (file.status === 'deleted' || file.binary) return undefined;
  const text = file.whole?.after ?? (file.status === 'added' ? addedText(file) : undefined);
  // One that Varve exported is a record already.
  if (text === undefined || exportedRecordId(text) !== undefined) return undefined;
  return readDecisionDocument(file.path, text);
}

function addedText(file: ChangedFile): string | undefined {
  return file.tooLarge === true || file.added.length === 0
    ? undefined
    : file.added.map((line) => line.text).join('\n');
}

function documentBefore(file: ChangedFile): readonly DecisionDocument[] {
  const text = file.whole?.before;
  const document = text === undefined ? undefined : readDecisionDocument(file.oldPath ?? file.path, text);
  return document === undefined ? [] : [document];
}

/** Git takes two documents made from one form for a rename; only number, name or title make them the same. */
function isSameDocument(old: DecisionDocument, now: DecisionDocument): boolean {
  if (sameTitle(old, now) || stem(old) === stem(now)) return true;
  return old.number !== undefined && old.number === now.number;
}

function isMoved(old: DecisionDocument, now: DecisionDocument): boolean {
  return sameTitle(old, now) || fileName(old) === fileName(now);
}

function isSuccessor(old: DecisionDocument, now: DecisionDocument): boolean {
  return old.number !== undefined && old.number === now.number && directory(old) === directory(now);
}

function sameTitle(old: DecisionDocument, now: DecisionDocument): boolean {
  return old.title.toLowerCase() === now.title.toLowerCase();
}

function fileName({ path }: DecisionDocument): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function directory({ path }: DecisionDocument): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Renumbered it keeps its words. */
function stem(document: DecisionDocument): string {
  return fileName(document)
    .replace(/^\D{0,6}[\d-]+/, '')
    .toLowerCase();
}

function saysTheSame(old: DecisionDocument, now: DecisionDocument): boolean {
  return JSON.stringify({ ...old, what: '' }) === JSON.stringify({ ...now, what: '' });
}

function documentCandidate(
  now: DecisionDocument,
  before: DecisionDocument | undefined,
  replaced: DecisionDocument | undefined,
): Candidate {
  const document: FollowedDocument = {
    path: now.path,
    isNew: before === undefined,
    supersedes: [...now.supersedes, ...(replaced === undefined ? [] : [{ path: replaced.path }])],
    supersededBy: now.supersededBy,
    ...(now.number === undefined ? {} : { number: now.number }),
    ...(before === undefined || before.path === now.path ? {} : { formerPath: before.path }),
    ...(before?.standing === undefined ? {} : { standingBefore: before.standing }),
  };
  return candidateOf(now, document, reasonOf(now, before));
}

function reasonOf(now: DecisionDocument, before: DecisionDocument | undefined): string {
  if (before === undefined) return `${now.path} is a new decision document.`;
  if (before.standing !== now.standing && now.standing !== undefined)
    return `${now.path} now says that the decision is ${now.standing}.`;
  return before.path === now.path
    ? `The decision document ${now.path} changed in what it says.`
    : `The decision document ${before.path} moved to ${now.path}.`;
}

/** The candidate of a document as it stands, whatever made it known. */
export function candidateOf(now: DecisionDocument, document: FollowedDocument, reason: string): Candidate {
  return {
    rule: 'decision-document',
    kind: 'decision',
    subject: `document:${now.path}`,
    title: now.title,
    reason,
    confidence: confidence[now.standing ?? 'unsaid'],
    paths: [now.path],
    document,
    ...(now.standing === undefined ? {} : { standing: now.standing }),
    ...(now.what === undefined ? {} : { outcome: now.what }),
    ...(now.why === undefined ? {} : { why: now.why }),
    ...(now.considered === undefined ? {} : { considered: now.considered }),
  };
}
