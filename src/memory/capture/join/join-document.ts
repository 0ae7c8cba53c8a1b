import type { Standing } from '../../record/record.ts';
import { safeLine } from '../../record/safe-text.ts';
import type { Candidate, ChangeSet } from '../change-set.ts';
import type { FollowedDocument } from '../document/followed-document.ts';
import { captureId, isImported, patchOf } from './patch-of.ts';
import { addEvidence, addPaths, isWaiting, newThread, type Thread, threadDocument } from './thread.ts';
import type { ThreadIndex } from './thread-index.ts';

/** What an accepted decision must not be passed over for. */
const contradictions: readonly (Standing | undefined)[] = ['superseded', 'deprecated', 'rejected'];

/**
 * A document's change joins the record of that document while it waits; the text is as of the newest change. After it
 * was accepted only a standing that ends it makes a proposal of its own. Answers the thread that took it up.
 */
export function joinDocument(
  index: ThreadIndex,
  candidate: Candidate,
  changeSet: ChangeSet,
): Thread | undefined {
  const facts = candidate.document;
  if (facts === undefined) return undefined;
  const id = captureId(candidate, changeSet);
  const thread = index.byId(id) ?? threadOf(index, facts);
  if (thread === undefined) {
    const isToldElsewhere = !facts.isNew && facts.standingBefore === candidate.standing;
    return isToldElsewhere ? undefined : begin(index, id, candidate, changeSet);
  }
  // What is known need not be imported from the tree.
  if (isImported(changeSet) && thread.state !== 'new') return undefined;
  if (thread.state === 'rejected') {
    index.name(thread, `document:${facts.path}`);
    return undefined;
  }
  if (isWaiting(thread)) return goOn(index, thread, candidate, changeSet);
  const ends =
    contradictions.includes(candidate.standing) && thread.document?.standing !== candidate.standing;
  const document = threadDocument(candidate);
  if (thread.state === 'past' || !ends) {
    // What was accepted keeps its text; where the document is and what it says of others is followed all the same.
    if (document !== undefined) follow(index, thread, facts, document);
    return undefined;
  }
  // Turned down after it was accepted it is over like any other; a rejection alone would end nothing.
  const over =
    candidate.standing === 'rejected' ? ({ ...candidate, standing: 'deprecated' } as const) : candidate;
  const end = begin(index, id, over, changeSet);
  end.supersedes.add(thread.id);
  end.ends = thread;
  return end;
}

function threadOf(index: ThreadIndex, facts: FollowedDocument): Thread | undefined {
  const paths = facts.formerPath === undefined ? [facts.path] : [facts.path, facts.formerPath];
  return paths.map((path) => index.of(`document:${path}`)).find((thread) => thread !== undefined);
}

function begin(index: ThreadIndex, id: string, candidate: Candidate, changeSet: ChangeSet): Thread {
  const thread = newThread(id, candidate, changeSet);
  const document = threadDocument(candidate);
  if (document !== undefined) thread.document = document;
  addPaths(thread, candidate.paths);
  tell(thread, changeSet);
  index.add(thread);
  return thread;
}

function goOn(index: ThreadIndex, thread: Thread, candidate: Candidate, changeSet: ChangeSet): Thread {
  const document = threadDocument(candidate);
  thread.candidate = candidate;
  thread.modified = changeSet.authorDate;
  tell(thread, changeSet);
  if (candidate.document !== undefined && document !== undefined)
    follow(index, thread, candidate.document, document);
  index.nameCommit(thread, safeLine(changeSet.subject));
  return thread;
}

function follow(
  index: ThreadIndex,
  thread: Thread,
  facts: FollowedDocument,
  document: Thread['document'] & object,
): void {
  thread.document = isWaiting(thread)
    ? document
    : {
        ...document,
        ...(thread.document?.standing === undefined ? {} : { standing: thread.document.standing }),
      };
  addPaths(thread, facts.formerPath === undefined ? [facts.path] : [facts.path, facts.formerPath]);
  index.name(thread, `document:${facts.path}`);
}

function tell(thread: Thread, changeSet: ChangeSet): void {
  addEvidence(thread, [{ patch: patchOf(changeSet), subject: safeLine(changeSet.subject) }], changeSet);
}
