import { join } from 'node:path';
import type { Disposable } from '../../../base/disposable.ts';
import type { Files } from '../../../base/files.ts';
import { FtsIndex } from './fts-index.ts';
import { openToRead, openToWrite } from './fts-schema.ts';
import { InOrder } from './in-order.ts';
import type { Sqlite } from './node-sqlite.ts';
import type { SessionIndex } from './session-index.ts';

interface OpenIndex {
  readonly index: SessionIndex;
  /** The file it was opened as: another process may have made a new one. */
  readonly identity: string | undefined;
  readonly mayWrite: boolean;
}

/** Opens the index where there can be one, and opens it again when it is another one. Never rejects. */
export class IndexHolder implements Disposable {
  readonly #files: Files;
  readonly #path: string;
  readonly #sqlite: Sqlite | undefined;
  readonly #inOrder = new InOrder();
  #open: OpenIndex | undefined;
  /** The file that failed: whoever may write makes a new one. */
  #damaged: string | undefined;

  constructor(files: Files, directory: string, sqlite: Sqlite | undefined) {
    this.#files = files;
    this.#path = join(directory, 'index.sqlite');
    this.#sqlite = sqlite;
  }

  /** Undefined where there is none: no SQLite here, nothing indexed yet, another version, damage. */
  forReading(): Promise<SessionIndex | undefined> {
    return this.#inOrder.take(() => this.#forReading());
  }

  /** Under the lock of the cache. Makes it where it is missing, of another version or damaged. */
  forWriting(): Promise<SessionIndex | undefined> {
    return this.#inOrder.take(() => this.#forWriting());
  }

  async #forReading(): Promise<SessionIndex | undefined> {
    if (await this.#isCurrent()) return this.#open?.index;
    this.#close();
    if (this.#damaged !== undefined && this.#damaged === (await this.#identity())) return undefined;
    return this.#tryToOpen(openToRead, false);
  }

  async #forWriting(): Promise<SessionIndex | undefined> {
    if (this.#open?.mayWrite && (await this.#isCurrent())) return this.#open.index;
    this.#close();
    const isDamaged = this.#damaged !== undefined && this.#damaged === (await this.#identity());
    const standing = isDamaged ? undefined : await this.#tryToOpen(openToWrite, true);
    if (standing || this.#sqlite === undefined) return standing;
    for (const end of ['', '-wal', '-shm']) await this.#files.removeFile(this.#path + end).catch(() => {});
    return this.#tryToOpen(openToWrite, true);
  }

  /** What was asked of it threw: it is left alone until somebody may make a new one. */
  fail(): void {
    this.#damaged = this.#open?.identity;
    this.#close();
  }

  dispose(): void {
    this.#close();
  }

  async #isCurrent(): Promise<boolean> {
    return this.#open !== undefined && this.#open.identity === (await this.#identity());
  }

  async #tryToOpen(open: typeof openToRead, mayWrite: boolean): Promise<SessionIndex | undefined> {
    if (this.#sqlite === undefined) return undefined;
    try {
      const database = open(this.#sqlite, this.#path);
      if (database === undefined) return undefined;
      this.#open = { index: new FtsIndex(database), identity: await this.#identity(), mayWrite };
      return this.#open.index;
    } catch {
      return undefined;
    }
  }

  async #identity(): Promise<string | undefined> {
    return (await this.#files.status(this.#path).catch(() => undefined))?.identity;
  }

  #close(): void {
    try {
      this.#open?.index.dispose();
    } catch {
      // A damaged file may not even be closed; the process lets go of it when it ends.
    }
    this.#open = undefined;
  }
}
