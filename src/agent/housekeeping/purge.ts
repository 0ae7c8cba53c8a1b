import { join } from 'node:path';
import { replaceFile } from '../../base/atomic-write.ts';
import { sha256 } from '../../base/hash.ts';
import { acquireLock, livingHolder } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { leasePath } from '../session/lease.ts';
import { isSessionId } from '../session/session-id.ts';
import { objectNameOf } from './object-references.ts';
import { formsOf, replaceForm, whyTooShort } from './purged-text.ts';
import { listState, type StateFile, sessionOf } from './state-files.ts';
import { objectsOnlyOf, type StateSurroundings } from './state-references.ts';

/** A text that must go, wherever this machine's state of the project holds it. */
export interface PurgePlan {
  readonly text: string;
  /** Files whose text is replaced by `PURGED`, from the state directory. */
  readonly rewritten: readonly string[];
  /** Files that go as a whole: contents kept by their hash, and caches, which are made anew. */
  readonly removed: readonly string[];
  /** Files that hold it and cannot be changed without breaking their chain of hashes. */
  readonly untouched: readonly string[];
}

type Problem = { readonly message: string };

const LOCK_WAIT_MS = 5_000;
const CHAINED: readonly string[] = ['ledger.jsonl', 'audit.jsonl'];

/** Looks through every file of the project's state. Rejects nothing; fails where a file cannot be read. */
export async function planTextPurge(
  { files, stateDirectory }: StateSurroundings,
  text: string,
): Promise<Result<PurgePlan, Problem>> {
  const short = whyTooShort(text);
  if (short !== undefined) return failure({ message: short });
  const listing = await listState(files, stateDirectory);
  if (!listing.complete)
    return failure({ message: 'The local state could not be listed whole; nothing was purged.' });
  const forms = formsOf(text);
  const holding: StateFile[] = [];
  try {
    for (const file of listing.files) {
      const bytes = Buffer.from(await files.readFile(join(stateDirectory, file.path)));
      if (forms.some((form) => bytes.includes(form))) holding.push(file);
    }
  } catch (error) {
    return failure({ message: `A file could not be read, so nothing was purged: ${messageOf(error)}` });
  }
  const goesWhole = ({ path, area }: StateFile) => objectNameOf(path) !== undefined || area === 'cache';
  const paths = (wanted: (file: StateFile) => boolean) => holding.filter(wanted).map(({ path }) => path);
  return success({
    text,
    removed: paths(goesWhole),
    untouched: paths(({ path }) => CHAINED.includes(path)),
    rewritten: paths((file) => !goesWhole(file) && !CHAINED.includes(file.path)),
  });
}

/** Carries out the plan under the project's lock; refused while a session that holds the text goes on. */
export async function purgeText(around: StateSurroundings, plan: PurgePlan): Promise<Result<void, Problem>> {
  const { files, stateDirectory } = around;
  return underLock(around, plan.rewritten.map(sessionOf), async () => {
    for (const path of plan.removed) await files.removeFile(join(stateDirectory, path)).catch(unlessGone);
    for (const path of plan.rewritten) {
      const changed = await rewrite(around, join(stateDirectory, path), plan.text);
      if (!changed.ok) return changed;
    }
    return success(undefined);
  });
}

/** Everything of these sessions but what they share with others goes: journal, notes, torn ends, kept outputs. */
export async function purgeSessions(
  around: StateSurroundings,
  ids: readonly string[],
): Promise<Result<{ readonly removed: number }, Problem>> {
  const { files, stateDirectory } = around;
  const unknown = ids.find((id) => !isSessionId(id));
  if (unknown !== undefined) return failure({ message: `"${unknown}" is not a session id.` });
  const listing = await listState(files, stateDirectory);
  const own = listing.files.filter(({ path }) => ids.includes(sessionOf(path) ?? ''));
  const missing = ids.find((id) => !own.some(({ path }) => sessionOf(path) === id));
  if (missing !== undefined) return failure({ message: `No session found with session ID: ${missing}` });
  return underLock(around, ids, async () => {
    const objects = await objectsOnlyOf(around, ids);
    for (const path of [...own.map((file) => file.path), ...objects])
      await files.removeFile(join(stateDirectory, path)).catch(unlessGone);
    for (const id of ids) {
      await files.removeDirectory(leasePath(join(stateDirectory, 'sessions'), id)).catch(() => {});
      await files.removeDirectory(join(stateDirectory, 'sessions', id)).catch(() => {});
    }
    return success({ removed: own.length + objects.length });
  });
}

async function underLock<T>(
  around: StateSurroundings,
  sessions: readonly (string | undefined)[],
  act: () => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  const { files, stateDirectory, clock, owner } = around;
  const path = join(stateDirectory, 'lock');
  const lock = await acquireLock({ files, clock, owner, path, timeoutMs: LOCK_WAIT_MS });
  if (!lock.ok) return failure({ message: lock.error.message });
  try {
    for (const id of new Set(sessions)) {
      const lease = id === undefined ? undefined : leasePath(join(stateDirectory, 'sessions'), id);
      if (lease !== undefined && (await livingHolder({ files, owner, path: lease })))
        return failure({ message: `Session ${id} goes on. Stop it first; nothing was purged.` });
    }
    return await act();
  } catch (error) {
    return failure({ message: `It could not be purged whole: ${messageOf(error)} Run it again.` });
  } finally {
    await lock.value.release();
  }
}

async function rewrite(
  { files }: StateSurroundings,
  path: string,
  text: string,
): Promise<Result<void, Problem>> {
  const before = Buffer.from(await files.readFile(path));
  const bytes = formsOf(text).reduce<Buffer>((rest, form) => replaceForm(rest, form), before);
  const done = await replaceFile(files, { path, expected: sha256(before), bytes });
  return done.ok ? success(undefined) : failure({ message: done.error.message });
}

function unlessGone(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
  throw error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
