import { join } from 'node:path';
import { readIfThere } from '../../base/atomic-write.ts';
import { ioProblem } from '../../base/io-problem.ts';
import { acquireLock, type Lock, type LockProblem } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { committedEntries, isUndone, lastWriteOf, type Writes } from './history.ts';
import { LedgerFile } from './ledger-file.ts';
import { type ChainProblem, LEDGER_VERSION } from './ledger-line.ts';
import type { LedgerOptions } from './ledger-options.ts';
import { fromLockProblem, lostLock, newerVersion } from './ledger-problems.ts';
import { ObjectStore } from './object-store.ts';
import type { FileChange, LedgerEntry, LedgerProblem, Operation, PlannedChanges } from './operation.ts';
import { type LedgerNotice, notRecovered, recover } from './recovery.ts';
import type { PathRoots } from './stored-path.ts';
import { runTransaction } from './transaction.ts';
import { planInverse } from './undo-plan.ts';

/** Answers what stands at a path now; null: nothing. Rejects with Node's errors. */
export type ReadNow = (path: string) => Promise<Uint8Array | null>;

/** How an undo treats files that are a function of others: a merge of their old text would be wrong. */
export interface UndoOptions<E> {
  readonly isDerived: (path: string) => boolean;
  /** Adds the derived files as they then have to be; may refuse. Runs under the project lock. */
  readonly complete: (
    changes: readonly FileChange[],
    readNow: ReadNow,
  ) => Promise<Result<readonly FileChange[] | PlannedChanges, E>>;
}

type Plan<E> = (readNow: ReadNow) => Promise<Result<readonly FileChange[] | PlannedChanges, E>>;
type Recorded = Operation & { readonly undoes?: string };

const LOCK_TIMEOUT_MS = 10_000;

/**
 * The only way memory files are written: every operation as a transaction over its files, in a hash-chained history
 * (`ledger.jsonl`) with the contents before and after in `objects/`. After a crash at any moment the next `open`
 * finds all files of an operation as before or all as after. Several processes may hold one ledger: the project lock
 * lets them write one after the other. Whether a path may be written at all is the caller's to know.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  #stateDirectory: string;
  #file: LedgerFile;
  #objects: ObjectStore;
  #notices: readonly LedgerNotice[] = [];

  private constructor(options: LedgerOptions) {
    this.#options = options;
    this.#stateDirectory = options.stateDirectory;
    this.#file = this.#openFile();
    this.#objects = this.#openObjects();
  }

  /** Reads only, except where an operation was left unfinished and its process has ended: that one is settled. */
  static async open(options: LedgerOptions): Promise<Result<Ledger, LedgerProblem>> {
    const ledger = new Ledger(options);
    try {
      await ledger.#file.refresh();
    } catch (error) {
      return failure(ioProblem(error, `read ${ledger.#file.path}`));
    }
    if (ledger.readOnly === undefined && ledger.#needsRecovery()) await ledger.#recoverIfFree();
    return success(ledger);
  }

  /** A sentence when nothing may be written, else undefined. */
  get readOnly(): string | undefined {
    if (this.#options.readOnly !== undefined) return this.#options.readOnly;
    return this.#file.version > LEDGER_VERSION ? newerVersion(this.#file.version).message : undefined;
  }

  /** What recovery met, for a person to know; since this ledger was opened. */
  get notices(): readonly LedgerNotice[] {
    return this.#notices;
  }

  /** Committed operations, oldest first; read again when another process wrote. What cannot be read is as it was. */
  async entries(): Promise<readonly LedgerEntry[]> {
    await this.#file.refresh().catch(() => {});
    return committedEntries(this.#file.lines);
  }

  /** Writes exactly these changes, or none: `changed-meanwhile` when a file is not as `before` says. */
  transact(
    operation: Operation,
    changes: readonly FileChange[],
  ): Promise<Result<LedgerEntry, LedgerProblem>> {
    return this.transactWith<LedgerProblem>(operation, async () => success(changes));
  }

  /**
   * The plan is made under the project lock, from what stands there then. A plan without changes is recorded all the
   * same (a rejection, say). Cancelling works until the lock is held.
   */
  transactWith<E = never>(
    operation: Operation,
    plan: Plan<E>,
    signal?: AbortSignal,
  ): Promise<Result<LedgerEntry, LedgerProblem | E>> {
    const roots = () => this.#roots(this.#options.root);
    return this.#underLock<E>((lock) => this.#record<E>(lock, operation, plan, roots()), signal);
  }

  /** The last committed operation by this source in this worktree that is neither an undo nor undone. */
  async lastUndoable(who: string, worktree: string): Promise<LedgerEntry | undefined> {
    const entries = await this.entries();
    return entries.findLast(
      (entry) =>
        entry.who === who &&
        entry.worktree === worktree &&
        entry.action !== 'undo' &&
        !isUndone(entries, entry.id),
    );
  }

  /**
   * SHA-256 of what the last committed operation left at an absolute path, null where it took the file away;
   * undefined where none of this history wrote it.
   */
  async lastWritten(path: string): Promise<string | null | undefined> {
    return lastWriteOf(path, await this.#writes())?.target.post;
  }

  /** Where the bytes of this hash are kept, for a person to open. */
  contentPath(hash: string): string {
    return join(this.#stateDirectory, 'objects', hash);
  }

  /** What {@link undo} would write, to be shown first. An undo can be undone: that does the operation again. */
  async planUndo(id: string): Promise<Result<readonly FileChange[], LedgerProblem>> {
    const found = await this.#undoable(id);
    if (!found.ok) return found;
    try {
      const roots = await this.#rootsOf(found.value);
      const { files } = this.#options;
      return await planInverse(files, this.#objects, roots, found.value, await this.#writes());
    } catch (error) {
      return failure(ioProblem(error, 'read what would be undone'));
    }
  }

  undo<E = never>(
    id: string,
    who: string,
    worktree: string,
    options?: UndoOptions<E>,
  ): Promise<Result<LedgerEntry, LedgerProblem | E>> {
    return this.#underLock<LedgerProblem | E>(async (lock) => {
      const found = await this.#undoable(id);
      if (!found.ok) return found;
      const entry = found.value;
      const roots = await this.#rootsOf(entry);
      const operation: Recorded = { action: 'undo', subject: entry.subject, who, worktree, undoes: id };
      const plan: Plan<LedgerProblem | E> = async (readNow) => {
        const { files } = this.#options;
        const writes = await this.#writes();
        const inverse = await planInverse(files, this.#objects, roots, entry, writes, options?.isDerived);
        return inverse.ok && options !== undefined ? options.complete(inverse.value, readNow) : inverse;
      };
      return this.#record<LedgerProblem | E>(lock, operation, plan, roots);
    });
  }

  /** Content by hash from `objects/`; undefined when it was purged or is damaged. */
  content(hash: string): Promise<Uint8Array | undefined> {
    return this.#objects.get(hash).catch(() => undefined);
  }

  /** Every damage and break of the chain; empty when the history is as it was written. */
  async verify(): Promise<readonly ChainProblem[]> {
    try {
      const fresh = this.#openFile();
      await fresh.refresh();
      return fresh.problems;
    } catch (error) {
      return [{ line: 0, message: ioProblem(error, `read ${this.#file.path}`).message }];
    }
  }

  async #record<E>(
    lock: Lock,
    operation: Recorded,
    plan: Plan<E>,
    roots: PathRoots,
  ): Promise<Result<LedgerEntry, LedgerProblem | E>> {
    const { files, clock } = this.#options;
    const planned = await plan((path) => readIfThere(files, path)).catch((error: unknown) =>
      failure(ioProblem(error, 'read what this would change')),
    );
    if (!planned.ok) return planned;
    const { changes, note } = asPlanned(planned.value);
    if (!(await lock.stillHeld())) return failure(lostLock());
    const surroundings = {
      files,
      clock,
      ledgerFile: this.#file,
      objects: this.#objects,
      roots,
      fence: lock.number,
    };
    const notes = [operation.note, note].filter((one) => one !== undefined && one !== '');
    const recorded = notes.length === 0 ? operation : { ...operation, note: notes.join(' ') };
    return runTransaction(surroundings, recorded, changes);
  }

  async #underLock<E>(
    work: (lock: Lock) => Promise<Result<LedgerEntry, LedgerProblem | E>>,
    signal?: AbortSignal,
  ): Promise<Result<LedgerEntry, LedgerProblem | E>> {
    if (this.readOnly !== undefined) return failure(this.#refusal());
    const prepared = await this.#prepare();
    if (!prepared.ok) return prepared;
    const lock = await this.#lock(this.#options.lockTimeoutMs ?? LOCK_TIMEOUT_MS, signal);
    if (!lock.ok) return failure(fromLockProblem(lock.error));
    try {
      const ready = await this.#makeReady();
      return ready.ok ? await work(lock.value) : ready;
    } catch (error) {
      return failure(ioProblem(error, 'read the memory ledger'));
    } finally {
      await lock.value.release();
    }
  }

  /** Under the lock: the newest state, nothing torn, nothing unfinished. */
  async #makeReady(): Promise<Result<void, LedgerProblem>> {
    await this.#file.refresh();
    if (this.readOnly !== undefined) return failure(this.#refusal());
    const { files, clock } = this.#options;
    const recovered = await recover({
      files,
      clock,
      ledgerFile: this.#file,
      objects: this.#objects,
      rootsOf: (begin) => this.#rootsOf(begin),
    });
    this.#notices = [...this.#notices, ...recovered.notices];
    return recovered.problem === undefined ? success(undefined) : failure(recovered.problem);
  }

  #needsRecovery(): boolean {
    return this.#file.isTorn || this.#file.unfinished.length > 0;
  }

  /** A living owner of the lock is in the middle of it and needs no help. */
  async #recoverIfFree(): Promise<void> {
    const lock = await this.#lock(0);
    if (!lock.ok) {
      if (lock.error.kind === 'io') this.#notices = [{ kind: 'not-recovered', message: lock.error.message }];
      return;
    }
    try {
      await this.#makeReady();
    } catch (error) {
      this.#notices = [...this.#notices, notRecovered(error)];
    } finally {
      await lock.value.release();
    }
  }

  async #prepare(): Promise<Result<void, LedgerProblem>> {
    const { files, prepare } = this.#options;
    if (prepare === undefined) {
      return files.makeDirectory(this.#stateDirectory, 0o700).then(
        () => success(undefined),
        (error: unknown) => failure(ioProblem(error, `make ${this.#stateDirectory}`)),
      );
    }
    const prepared = await prepare();
    if (!prepared.ok) return failure({ kind: 'read-only', message: prepared.error.message });
    if (prepared.value !== this.#stateDirectory) {
      // Another process was first to give this project a place.
      this.#stateDirectory = prepared.value;
      this.#file = this.#openFile();
      this.#objects = this.#openObjects();
    }
    return success(undefined);
  }

  #lock(timeoutMs: number, signal?: AbortSignal): Promise<Result<Lock, LockProblem>> {
    const { files, clock, owner } = this.#options;
    return acquireLock({ files, clock, owner, path: join(this.#stateDirectory, 'lock'), timeoutMs, signal });
  }

  async #writes(): Promise<Writes> {
    return { entries: await this.entries(), rootsOf: (entry) => this.#roots(entry.root) };
  }

  async #undoable(id: string): Promise<Result<LedgerEntry, LedgerProblem>> {
    const entries = await this.entries();
    const entry = entries.find((candidate) => candidate.id === id);
    if (entry === undefined) {
      return failure({ kind: 'unknown-entry', id, message: `There is no memory operation ${id}.` });
    }
    if (!isUndone(entries, id)) return success(entry);
    return failure({ kind: 'already-undone', id, message: 'This operation was undone already.' });
  }

  /** An operation of another worktree is settled there; where that one is gone, the folder was moved to ours. */
  async #rootsOf(operation: { readonly root: string }): Promise<PathRoots> {
    const status = await this.#options.files.status(operation.root);
    return this.#roots(status?.kind === 'directory' ? operation.root : this.#options.root);
  }

  #roots(root: string): PathRoots {
    return { root, stateDirectory: this.#stateDirectory };
  }

  #openFile(): LedgerFile {
    const path = join(this.#stateDirectory, 'ledger.jsonl');
    return new LedgerFile(this.#options.files, this.#options.clock, path);
  }

  #openObjects(): ObjectStore {
    return new ObjectStore(this.#options.files, join(this.#stateDirectory, 'objects'));
  }

  #refusal(): LedgerProblem {
    if (this.#file.version > LEDGER_VERSION) return newerVersion(this.#file.version);
    return { kind: 'read-only', message: this.#options.readOnly ?? 'Nothing may be written here.' };
  }
}

function asPlanned(plan: readonly FileChange[] | PlannedChanges): PlannedChanges {
  return 'changes' in plan ? plan : { changes: plan };
}
