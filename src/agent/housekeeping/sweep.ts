import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import { acquireLock } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { pinnedIdOf, pinPath } from '../history/archive/pins.ts';
import { leasePath } from '../session/lease.ts';
import { objectNameOf, withNamedObjects } from './object-references.ts';
import { bytesOf, listState, type StateFile } from './state-files.ts';
import {
  isRunning,
  type References,
  readReferences,
  type SessionUse,
  type StateSurroundings,
} from './state-references.ts';

export interface RetentionLimits {
  readonly retentionDays: number;
  /** Bytes of one project's local state; above it the oldest ended sessions go before their time. */
  readonly quotaBytes: number;
}

/** What a sweep would take away. */
export interface SweepPlan {
  /** Ended sessions that were last active before their time was over, or for whom there is no room. */
  readonly sessions: readonly { readonly id: string; readonly modified: number; readonly bytes: number }[];
  /** Every file that goes, from the state directory. Journals first. */
  readonly paths: readonly string[];
  readonly bytes: number;
  /** Bytes of the whole local state before. */
  readonly usedBytes: number;
  /** Sentences about what keeps more than the limits say. */
  readonly remarks: readonly string[];
}

export const DAY_MS = 24 * 60 * 60 * 1000;
/** What is younger may belong to something under way, and is never taken. */
const YOUNG_MS = DAY_MS;
const LOCK_WAIT_MS = 2_000;

/**
 * What the limits leave no room for. Kept in any case: running sessions, pinned ones, whatever changed within a day, objects that
 * any kept file names (directly or through another object), and the whole ledger. Never rejects: where something
 * cannot be read nothing goes, and the remark says why.
 */
export async function planSweep(around: StateSurroundings, limits: RetentionLimits): Promise<SweepPlan> {
  const { files, stateDirectory, clock } = around;
  const listing = await listState(files, stateDirectory);
  const usedBytes = bytesOf(listing.files);
  const nothing = { sessions: [], paths: [], bytes: 0, usedBytes };
  if (!listing.complete)
    return { ...nothing, remarks: ['The local state could not be listed whole; nothing is taken away.'] };
  try {
    const state = await readReferences(around, listing.files, clock.now() - limits.retentionDays * DAY_MS);
    return await chooseWhatGoes(around, state, limits, usedBytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...nothing, remarks: [`What is still needed could not be told; nothing is taken away: ${why}`] };
  }
}

/** Takes away exactly the plan, under the project's lock. A plan that a session overtook is left undone. */
export async function carryOutSweep(
  around: StateSurroundings,
  plan: SweepPlan,
): Promise<Result<{ readonly removed: number; readonly bytes: number }, { readonly message: string }>> {
  const { files, stateDirectory, clock, owner } = around;
  const path = join(stateDirectory, 'lock');
  const lock = await acquireLock({ files, clock, owner, path, timeoutMs: LOCK_WAIT_MS });
  if (!lock.ok) return failure({ message: lock.error.message });
  try {
    for (const { id } of plan.sessions) {
      if (await isRunning(around, id))
        return failure({ message: `Session ${id} goes on; nothing was taken away.` });
      if ((await files.status(pinPath(join(stateDirectory, 'sessions'), id))) !== undefined)
        return failure({ message: `Session ${id} was pinned meanwhile; nothing was taken away.` });
    }
    let removed = 0;
    let bytes = 0;
    for (const each of plan.paths) {
      const at = join(stateDirectory, each);
      const status = await files.linkStatus(at).catch(() => undefined);
      // Written again meanwhile: somebody needs it.
      if (status === undefined || clock.now() - status.modified < YOUNG_MS) continue;
      await files.removeFile(at);
      removed += 1;
      bytes += status.size;
    }
    for (const { id } of plan.sessions) await removeLeftovers(files, join(stateDirectory, 'sessions'), id);
    return success({ removed, bytes });
  } catch (error) {
    return failure({ message: error instanceof Error ? error.message : String(error) });
  } finally {
    await lock.value.release();
  }
}

async function chooseWhatGoes(
  around: StateSurroundings,
  references: References,
  limits: RetentionLimits,
  usedBytes: number,
): Promise<SweepPlan> {
  const now = around.clock.now();
  const since = now - limits.retentionDays * DAY_MS;
  const oldestFirst = references.sessions.toSorted((one, other) => one.modified - other.modified);
  const mayGo = oldestFirst.filter(
    (session) => !session.running && !isPinned(session) && now - session.modified >= YOUNG_MS,
  );
  const going = mayGo.filter(({ modified }) => modified < since);
  let paths = await pathsThatGo(around, references, going, now);
  for (const next of mayGo.slice(going.length)) {
    if (usedBytes - bytesOf(paths) <= limits.quotaBytes) break;
    going.push(next);
    paths = await pathsThatGo(around, references, going, now);
  }
  const bytes = bytesOf(paths);
  const over = usedBytes - bytes - limits.quotaBytes;
  return {
    sessions: going.map(({ id, modified, files }) => ({ id, modified, bytes: bytesOf(files) })),
    paths: paths.map(({ path }) => path),
    bytes,
    usedBytes,
    remarks:
      over > 0
        ? [
            'What is left is more than the quota: it is in use, pinned, or younger than a day. Raise stateQuotaMb, or purge sessions.',
          ]
        : [],
  };
}

/** A person said that it stays: a `<id>.pin` beside its journal. */
function isPinned({ files }: Pick<SessionUse, 'files'>): boolean {
  return files.some(({ path }) => pinnedIdOf(path) !== undefined);
}

async function pathsThatGo(
  around: StateSurroundings,
  { all, objects, sessions, elsewhere }: References,
  going: readonly SessionUse[],
  now: number,
): Promise<readonly StateFile[]> {
  const gone = new Set(going.map(({ id }) => id));
  const named = [...elsewhere, ...sessions.filter(({ id }) => !gone.has(id)).flatMap(({ names }) => names)];
  const kept = await withNamedObjects(around.files, around.stateDirectory, named, objects);
  const isOld = ({ modified }: StateFile) => now - modified >= YOUNG_MS;
  const journalFirst = (path: string) => (path.endsWith('.jsonl') ? 0 : 1);
  const ofSessions = going
    .flatMap(({ files }) => files)
    .toSorted((one, other) => journalFirst(one.path) - journalFirst(other.path));
  const unnamed = [...objects]
    .filter(([name, file]) => !kept.has(name) && isOld(file))
    .map(([, file]) => file);
  return [
    ...ofSessions.filter(({ path }) => !path.includes('.lease/')),
    ...unnamed,
    ...all.filter((file) => isDraft(file) && isOld(file)),
  ];
}

/** What a process that was killed left half-written: it has no name that anything could say. */
function isDraft({ path }: StateFile): boolean {
  if (path.startsWith('objects/')) return objectNameOf(path) === undefined;
  return /^(lock|sessions\/[^/]+\.lease)\/draft-/.test(path);
}

/** The lease, and directories of the session that are empty now. */
async function removeLeftovers(files: Files, directory: string, id: string): Promise<void> {
  const lease = leasePath(directory, id);
  for (const { name } of await files.readDirectory(lease).catch(() => [])) {
    await files.removeFile(join(lease, name)).catch(() => {});
  }
  await files.removeDirectory(lease).catch(() => {});
  await removeEmptyDirectories(files, join(directory, id));
}

async function removeEmptyDirectories(files: Files, directory: string): Promise<void> {
  for (const { name, kind } of await files.readDirectory(directory).catch(() => [])) {
    if (kind === 'directory') await removeEmptyDirectories(files, join(directory, name));
  }
  await files.removeDirectory(directory).catch(() => {});
}
