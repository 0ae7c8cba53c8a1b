import { sha256 } from '../../base/hash.ts';
import { createUlid } from '../../base/ids.ts';
import { ioProblem } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { isInside } from '../hierarchy/places.ts';
import type { LedgerEntry, Operation } from '../ledger/operation.ts';
import { describeWrite } from './foreign-description.ts';
import { changesSince, readSmall, unexplained } from './foreign-look.ts';
import { planTakingBack } from './foreign-undo.ts';
import type { ForeignWrite, ForeignWrites } from './foreign-writes.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { personSource } from './person.ts';
import { ledgerProblem } from './problems.ts';
import { type SeenMemory, SeenStore, type SeenWrite } from './seen-memory.ts';
import type { SeenChange } from './write-causes.ts';

export interface ForeignMemoryParts {
  readonly open: OpenProject;
  /** Absolute paths of the memory files there are now: those of every program, imported documents left out. */
  readonly memoryFiles: () => Promise<readonly string[]>;
  /** Something came to wait, or waits no more. */
  readonly onChanged: () => Promise<void>;
  /** Called with the files that an undo wrote. */
  readonly onWritten: (paths: readonly string[]) => Promise<void>;
}

const maxWrites = 200;
const maxSaved = 500;
/** A save that was announced and never happened (a full disk) holds nothing back for longer. */
const longestSaveMs = 30_000;

/** Follows what other programs write to memory files; {@link ForeignWrites} says what each method promises. */
export class ForeignMemory implements ForeignWrites {
  readonly #parts: ForeignMemoryParts;
  readonly #saving = new Map<string, number>();
  /** What the person saved in this window, newest last: also files that were not followed yet. */
  readonly #saved = new Map<string, string | null>();
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: ForeignMemoryParts) {
    this.#parts = parts;
  }

  async list(): Promise<readonly ForeignWrite[]> {
    const store = this.#store();
    const seen = store === undefined ? undefined : await store.read();
    if (store === undefined || seen === undefined) return [];
    const context = this.#parts.open;
    const { root } = context.project;
    const ours = seen.writes.filter((write) => write.root === undefined || write.root === root);
    const described = ours.map((write) => describeWrite(context, store, write));
    return (await Promise.all(described)).reverse();
  }

  look(): Promise<Result<number, MemoryProblem>> {
    return this.#inTurn(async () => {
      const store = this.#store();
      if (store === undefined) return success(0);
      const seen = await store.read();
      if (seen === undefined) return success(0);
      const { open, memoryFiles } = this.#parts;
      const isSaving = (path: string) => this.#isSaving(path);
      const isOthers = ({ path, after }: SeenChange) => this.#saved.get(path) !== after;
      const changes = await changesSince({ open, store, seen, isSaving, memoryFiles: await memoryFiles() });
      if (changes.length === 0 && seen.lookedAt !== '') return success(seen.writes.length);
      const foreign = seen.lookedAt === '' ? [] : await unexplained(open, changes.filter(isOthers), seen);
      const updated = await this.#remember(store, changes, new Set(foreign));
      if (!updated.ok) return updated;
      await store.sweep();
      const [waited, waits] = [seen.writes.length, updated.value.writes.length];
      if (foreign.length > 0 || waited !== waits) await this.#parts.onChanged();
      return success(waits);
    });
  }

  keep(ids: readonly string[]): Promise<Result<readonly string[], MemoryProblem>> {
    return this.#inTurn(async () => {
      const found = await this.#find(ids);
      if (!found.ok) return found;
      const forgotten = await this.#forget(found.value.store, found.value.writes, []);
      return forgotten.ok ? success(found.value.writes.map(({ id }) => id)) : forgotten;
    });
  }

  undo(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>> {
    return this.#inTurn(async () => {
      const found = await this.#find(ids);
      if (!found.ok) return found;
      const { store, writes } = found.value;
      const { open } = this.#parts;
      const ledger = await open.ledger();
      if (!ledger.ok) return ledger;
      const shown = await Promise.all(writes.map((write) => describeWrite(open, store, write)));
      const operation: Operation = {
        action: 'write',
        subject: shown.map(({ label }) => label),
        who: personSource(await open.owner()),
        worktree: open.project.worktree,
        note: `Take back what ${[...new Set(shown.map(({ by }) => by))].join(' and ')} wrote`,
      };
      let after: readonly (readonly [path: string, bytes: Uint8Array | null])[] = [];
      const done = await ledger.value.transactWith<TakenBack>(operation, async (readNow) => {
        const planned = await planTakingBack(open, store, writes, readNow);
        if (!planned.ok) return failure({ kind: 'not-taken-back', problem: planned.error });
        after = planned.value.map((change) => [change.path, change.after]);
        return planned;
      });
      if (!done.ok) return failure('problem' in done.error ? done.error.problem : ledgerProblem(done.error));
      const forgotten = await this.#forget(store, writes, after);
      if (!forgotten.ok) return forgotten;
      await this.#parts.onWritten(after.map(([path]) => path));
      return done;
    });
  }

  saving(path: string): void {
    this.#saving.set(path, this.#now());
    // The memory files are known by the path behind all links.
    void this.#realPath(path).then((real) => {
      if (this.#saving.has(path)) this.#saving.set(real, this.#now());
    });
  }

  async saved(path: string): Promise<void> {
    const since = this.#saving.get(path) ?? this.#now();
    const paths = [...new Set([path, await this.#realPath(path)])];
    await this.#inTurn(async () => {
      for (const one of paths) await this.#rememberSaved(one, since);
    });
  }

  async #rememberSaved(path: string, since: number): Promise<void> {
    const store = this.#store();
    const seen = await store?.read();
    this.#saving.delete(path);
    const isFollowed = seen?.files[path] !== undefined || seen?.writes.some((write) => write.path === path);
    if (store === undefined) return;
    const bytes = await readSmall(this.#parts.open.surroundings.files, path);
    if (bytes === undefined) return;
    this.#noteSaved(path, bytes === null ? null : sha256(bytes));
    if (isFollowed !== true) return;
    const hash = bytes === null ? null : await store.keep(bytes);
    let dropped = false;
    await store.update((now) => {
      // Another window may have taken the person's save for somebody else's.
      const writes = now.writes.filter(
        (write) => write.path !== path || write.after !== hash || Date.parse(write.firstSeen) < since,
      );
      dropped = writes.length < now.writes.length;
      return { ...now, files: withFile(now.files, path, hash), writes };
    });
    if (dropped) await this.#parts.onChanged();
  }

  #noteSaved(path: string, hash: string | null): void {
    this.#saved.delete(path);
    this.#saved.set(path, hash);
    const [oldest] = this.#saved.keys();
    if (this.#saved.size > maxSaved && oldest !== undefined) this.#saved.delete(oldest);
  }

  #isSaving(path: string): boolean {
    const since = this.#saving.get(path);
    return since !== undefined && this.#now() - since < longestSaveMs;
  }

  #realPath(path: string): Promise<string> {
    return this.#parts.open.surroundings.files.realPath(path).catch(() => path);
  }

  /** Undefined where nothing is followed: not set up, Restricted Mode, read-only. */
  #store(): SeenStore | undefined {
    const { surroundings, project } = this.#parts.open;
    const may = project.isSetUp !== 'no' && surroundings.trusted && project.readOnly === undefined;
    return may ? new SeenStore(surroundings.files, surroundings.clock, project.stateDirectory) : undefined;
  }

  #now(): number {
    return this.#parts.open.surroundings.clock.now();
  }

  /** One after the other in this process; between processes `seen.json` itself decides. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#work.then(work, work);
    this.#work = turn.catch(() => {});
    return turn;
  }

  async #remember(
    store: SeenStore,
    changes: readonly SeenChange[],
    foreign: ReadonlySet<string>,
  ): Promise<Result<SeenMemory, MemoryProblem>> {
    try {
      for (const { afterBytes } of changes) if (afterBytes !== undefined) await store.keep(afterBytes);
    } catch (error) {
      return failure(ioProblem(error, 'keep what was seen of the memory files'));
    }
    const now = new Date(this.#now()).toISOString();
    const ids = new Map(changes.map(({ path }) => [path, this.#newId()]));
    const { root } = this.#parts.open.project;
    return store.update((seen) => {
      let { files, writes } = seen;
      for (const { path, before, after } of changes) {
        // Another process saw the same meanwhile.
        if ((seen.files[path] ?? null) !== before) continue;
        files = withFile(files, path, after);
        if (!foreign.has(path)) continue;
        const open = writes.find((write) => write.path === path);
        const id = open?.id ?? ids.get(path) ?? '';
        const first = open ?? { before, firstSeen: now };
        const times = { firstSeen: first.firstSeen, lastSeen: now };
        const write = {
          id,
          path,
          ...(isInside(path, root) ? { root } : {}),
          before: first.before,
          after,
          ...times,
        };
        writes = [...writes.filter((other) => other !== open), write];
      }
      const left = writes.filter(({ path, before }) => (files[path] ?? null) !== before).slice(-maxWrites);
      return { version: 1, lookedAt: now, files, writes: left };
    });
  }

  async #find(
    ids: readonly string[],
  ): Promise<Result<{ readonly store: SeenStore; readonly writes: readonly SeenWrite[] }, MemoryProblem>> {
    const closed = this.#parts.open.closed();
    if (closed !== undefined) return closed;
    const store = this.#store();
    const seen = await store?.read();
    const writes = seen?.writes.filter(({ id }) => ids.includes(id)) ?? [];
    if (store === undefined || ids.length === 0 || writes.length < new Set(ids).size) {
      const message = 'No such write of another program waits here. `varve memory foreign` lists what does.';
      return failure({ kind: 'not-found', message });
    }
    return success({ store, writes });
  }

  async #forget(
    store: SeenStore,
    writes: readonly SeenWrite[],
    written: readonly (readonly [path: string, bytes: Uint8Array | null])[],
  ): Promise<Result<SeenMemory, MemoryProblem>> {
    const gone = new Set(writes.map(({ id }) => id));
    try {
      for (const [, bytes] of written) if (bytes !== null) await store.keep(bytes);
    } catch (error) {
      return failure(ioProblem(error, 'keep what was seen of the memory files'));
    }
    const done = await store.update((seen) => {
      const files = written.reduce(
        (known, [path, bytes]) => withFile(known, path, bytes === null ? null : sha256(bytes)),
        seen.files,
      );
      return { ...seen, files, writes: seen.writes.filter(({ id }) => !gone.has(id)) };
    });
    if (done.ok) await this.#parts.onChanged();
    return done;
  }

  #newId(): string {
    return createUlid(this.#now(), this.#parts.open.surroundings.random(10));
  }
}

interface TakenBack {
  readonly kind: 'not-taken-back';
  readonly problem: MemoryProblem;
}

function withFile(
  files: Readonly<Record<string, string>>,
  path: string,
  hash: string | null,
): Readonly<Record<string, string>> {
  const { [path]: _before, ...others } = files;
  return hash === null ? others : { ...files, [path]: hash };
}
