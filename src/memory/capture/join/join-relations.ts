import type { DocumentReference } from '../document/document-references.ts';
import { isWaiting, type Thread } from './thread.ts';
import type { ThreadIndex } from './thread-index.ts';

/**
 * What documents say of one another, from either side, as ids: the one that takes the place names the one that had it.
 * Needs all documents of the look, so it comes last.
 */
export function joinRelations(index: ThreadIndex): void {
  for (const thread of index.all) {
    const { document } = thread;
    if (document === undefined) continue;
    for (const reference of document.supersedes) {
      const old = index.document(reference, document.path);
      if (old !== undefined) relate(thread, old, reference);
    }
    for (const reference of document.supersededBy) {
      const by = index.document(reference, document.path);
      if (by !== undefined) relate(by, thread, withStanding(reference, thread));
    }
  }
  for (const thread of index.all) settle(thread, index);
}

/** A document that still stands was replaced in part, whatever the words for it. */
function withStanding(reference: DocumentReference, old: Thread): DocumentReference {
  const stands = old.document?.standing === 'accepted' || old.document?.standing === 'proposed';
  if (stands && isWaiting(old)) return { ...reference, partly: true };
  return old.document?.standing === 'superseded' ? { ...reference, partly: false } : reference;
}

function relate(thread: Thread, named: Thread, { partly }: DocumentReference): void {
  if (thread === named || !isWaiting(thread)) return;
  // Where the successor waits, that the old one is over need not be proposed beside it.
  const old = named.ends ?? named;
  if (named.ends !== undefined && partly !== true) named.isNeedless = true;
  if (thread !== old) (partly === true ? thread.supersedesPartly : thread.supersedes).add(old.id);
}

/** Of two that name each other the later one takes the place; the whole counts more than the part. */
function settle(thread: Thread, index: ThreadIndex): void {
  for (const id of thread.supersedes) {
    const other = index.byId(id);
    if (other?.supersedes.has(thread.id) === true && other.id > thread.id) thread.supersedes.delete(id);
    thread.supersedesPartly.delete(id);
  }
}
