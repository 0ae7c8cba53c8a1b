import type { DocumentReference } from '../document/document-references.ts';
import { releaseOfTag } from '../rules/version-tag.ts';
import type { KnownRecord } from './known-record.ts';
import { knownThread, type Thread } from './thread.ts';

/** Threads by everything they may be looked up by; the newest of a name counts. */
export class ThreadIndex {
  readonly #threads = new Map<string, Thread>();
  readonly #bySubject = new Map<string, Thread[]>();
  readonly #byCommitSubject = new Map<string, Thread[]>();

  constructor(known: readonly KnownRecord[]) {
    for (const record of [...known].sort((a, b) => (a.id < b.id ? -1 : 1))) this.add(knownThread(record));
  }

  get all(): readonly Thread[] {
    return [...this.#threads.values()];
  }

  byId(id: string): Thread | undefined {
    return this.#threads.get(id);
  }

  add(thread: Thread): void {
    this.#threads.set(thread.id, thread);
    const subject = thread.candidate?.subject ?? thread.known?.evidence.subject;
    if (subject !== undefined) this.name(thread, subject);
    if (thread.document !== undefined) this.name(thread, `document:${thread.document.path}`);
    for (const path of thread.document === undefined ? [] : thread.paths)
      this.name(thread, `document:${path}`);
    for (const item of thread.evidence) {
      if ('tag' in item) this.#nameTag(thread, item.tag);
      else if ('patch' in item && item.subject !== undefined) this.nameCommit(thread, item.subject);
    }
  }

  /** From now on the thread is what this subject means. */
  name(thread: Thread, subject: string): void {
    push(this.#bySubject, subject, thread);
  }

  nameCommit(thread: Thread, subject: string): void {
    push(this.#byCommitSubject, subject, thread);
  }

  #nameTag(thread: Thread, tag: string): void {
    this.name(thread, `tag:${tag}`);
    const release = releaseOfTag(tag);
    // A rolling milestone holds many releases; only one of its own is joined with a changelog's section.
    if (release !== undefined && thread.known?.evidence.subject !== rollingSubject)
      this.name(thread, `release:${release}`);
  }

  /** The newest thread of a subject. */
  of(subject: string): Thread | undefined {
    return this.#bySubject.get(subject)?.at(-1);
  }

  /** Threads that a commit with this first line told of. */
  ofCommitSubject(subject: string): readonly Thread[] {
    return this.#byCommitSubject.get(subject) ?? [];
  }

  /** The document that another one names, seen from where that one stands. */
  document(reference: DocumentReference, from: string): Thread | undefined {
    const documents = this.all.filter(
      (thread) => thread.document !== undefined && thread.document.path !== from,
    );
    const { path, number, title, stem } = reference;
    const exact = path === undefined ? undefined : this.#byPath(path, documents);
    if (exact !== undefined) return exact;
    const named =
      stem === undefined
        ? undefined
        : nearest(
            documents.filter((one) => isNamed(one, stem)),
            from,
          );
    if (named !== undefined) return named;
    const near = (found: readonly Thread[]): Thread | undefined => nearest(found, from);
    const numbered = number === undefined ? [] : documents.filter((one) => one.document?.number === number);
    if (path === undefined || numbered.length > 0) {
      const found = near(numbered);
      if (found !== undefined) return found;
    }
    return title === undefined ? undefined : near(documents.filter((one) => isTitled(one, title)));
  }

  #byPath(path: string, documents: readonly Thread[]): Thread | undefined {
    const named = this.of(`document:${path}`);
    if (named !== undefined) return named;
    const file = path.slice(path.lastIndexOf('/') + 1);
    const same = documents.filter(({ paths }) =>
      paths.some((one) => one.endsWith(`/${file}`) || one === file),
    );
    return nearest(same, path);
  }
}

/** What all tags and sections are about where machines set them too often to keep each. */
export const rollingSubject = 'releases:rolling';

function push(map: Map<string, Thread[]>, key: string, thread: Thread): void {
  const list = map.get(key) ?? [];
  const at = list.indexOf(thread);
  if (at >= 0) list.splice(at, 1);
  map.set(key, [...list, thread]);
}

/** Of several, the one that shares the most directories with a path; undefined where two are as near. */
function nearest(found: readonly Thread[], from: string): Thread | undefined {
  const ranked = found
    .map((thread) => ({
      thread,
      shared: Math.max(...thread.paths.map((path) => sharedFolders(path, from)), 0),
    }))
    .sort((a, b) => b.shared - a.shared || (a.thread.id < b.thread.id ? 1 : -1));
  const [first, second] = ranked;
  if (first === undefined) return undefined;
  const isTied = second !== undefined && second.shared === first.shared;
  // Two records of one document: the newer one speaks for it.
  const isOne = isTied && second.thread.document?.path === first.thread.document?.path;
  return isTied && !isOne ? undefined : first.thread;
}

function sharedFolders(a: string, b: string): number {
  const [left, right] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  const differs = left.findIndex((folder, index) => folder !== right[index]);
  return differs < 0 ? left.length : differs;
}

function isNamed(thread: Thread, stem: string): boolean {
  const wanted = stem.toLowerCase();
  return thread.paths.some(
    (path) =>
      path
        .slice(path.lastIndexOf('/') + 1)
        .replace(/\.\w+$/, '')
        .toLowerCase() === wanted,
  );
}

function isTitled(thread: Thread, title: string): boolean {
  const [own, other] = [plain(thread.document?.title ?? ''), plain(title)];
  if (own === '' || other === '') return false;
  return (
    own === other ||
    (Math.min(own.length, other.length) >= 12 && (own.includes(other) || other.includes(own)))
  );
}

function plain(title: string): string {
  return title
    .toLowerCase()
    .replace(/^\W*(?:adr)?[-_ .#]*\d+\W+/, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
