import { sha256 } from '../../../base/hash.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { redact } from '../../../base/secrets.ts';
import type { JournalEvent } from '../journal-event.ts';
import { openSession, readSessionJournal, type Session } from '../session.ts';
import type { SessionProblem } from '../session-problem.ts';
import { storeManifest } from './capture-tree.ts';
import { checkpointsIn, lastRewind, unfinishedRewind } from './checkpoint-list.ts';
import { type Manifest, type ManifestEntry, readManifest } from './manifest.ts';
import {
  type PreparedRewind,
  prepareRewind,
  type RewindPlan,
  type RewindRequest,
  type RewindSurroundings,
} from './plan-rewind.ts';
import { type RestoreSurroundings, removeDrafts, restore } from './restore.ts';
import type { LeftAlone } from './restore-steps.ts';

export interface RewindReport {
  readonly plan: RewindPlan;
  /** What was not put back although it was planned, and why; the rest was. */
  readonly conflicts: readonly LeftAlone[];
  /** The checkpoint of what stood before: going back to it undoes this. */
  readonly undo: number;
}

/**
 * Goes back under the session's lease: keeps what stands now as a checkpoint, puts the files back, then notes it in the
 * journal. Cut off in between, the same call later comes to the same end. Fails with `busy` while the session runs.
 */
export async function applyRewind(
  around: RewindSurroundings,
  session: string,
  request: RewindRequest,
): Promise<Result<RewindReport, SessionProblem>> {
  const { files, clock, owner, sessionsDirectory: directory } = around;
  // What a rewind writes are numbers and hashes: there is no value to be known.
  const opened = await openSession({ files, clock, owner, directory, mask: redact }, session);
  if (!opened.ok) return opened;
  try {
    const read = await readSessionJournal(files, directory, session);
    if (!read.ok) return read;
    const prepared = await prepareRewind(around, read.value, request);
    return prepared.ok ? success(await carryOut(around, opened.value, prepared.value)) : prepared;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failure({ kind: 'io', message: `The rewind did not come to its end: ${why} Try it again.` });
  } finally {
    await opened.value.close().catch(() => {});
  }
}

/** Under the session's lease. Rejects where it cannot be written down. */
export async function carryOut(
  around: RewindSurroundings,
  session: Session,
  prepared: PreparedRewind,
): Promise<RewindReport> {
  const { plan, place, steps } = prepared;
  const done = doneBefore(prepared);
  if (done !== undefined) return { plan, conflicts: [], undo: done };
  const { checkpoint, what: restored } = plan;
  const { files, git, objectsDirectory } = place;
  const root = await files.realPath(place.root);
  const scratch = `rewind-${sha256(plan.session).slice(0, 12)}`;
  const restoring = { files, git, objectsDirectory, unsavedFiles: around.unsavedFiles, root, scratch };
  await clearUp(around, prepared, restoring);
  const undo = (await undoOfUnfinished(around, prepared)) ?? (await keepNow(session, prepared));
  const conflicts = await restore(restoring, steps);
  await session.append({
    type: 'rewind',
    checkpoint: checkpoint.number,
    restored,
    ...(restored !== 'files' && { beforeSeq: checkpoint.beforeSeq }),
  });
  return { plan, conflicts, undo };
}

/**
 * The checkpoint that this very rewind began with, where it was the last thing to happen and all stands as it left it:
 * its process died before it could say so. Done once more it could not be taken back to what stood before it.
 */
function doneBefore({ plan, events, steps }: PreparedRewind): number | undefined {
  const isLast = events.findLast(({ type }) => type !== 'notice')?.type === 'rewind';
  const last = lastRewind(events);
  const isSame = last?.to === plan.checkpoint.number && last.restored === plan.what;
  return isLast && isSame && steps.length === 0 ? last.from : undefined;
}

/** After a rewind that was cut off: the drafts it left. What they hold is in the checkpoint it began with. */
async function clearUp(
  around: RewindSurroundings,
  { events, steps, now }: PreparedRewind,
  restoring: RestoreSurroundings,
): Promise<void> {
  const unfinished = unfinishedRewind(events);
  if (unfinished === undefined) return;
  const begun = await manifestOf(around, events, unfinished.from);
  const target = await manifestOf(around, events, unfinished.to);
  const entries = [begun, target, now].flatMap((manifest) => manifest?.entries ?? []);
  const paths = new Set([...entries, ...steps].map(({ path }) => path));
  const hashes = entries.flatMap((entry) => (entry.kind === 'file' ? [entry.object] : []));
  await removeDrafts(restoring, paths, new Set(hashes));
}

async function manifestOf(
  { files, objectsDirectory }: RewindSurroundings,
  events: readonly JournalEvent[],
  checkpoint: number,
): Promise<Manifest | undefined> {
  const known = checkpointsIn(events).find(({ number }) => number === checkpoint);
  const read = known && (await readManifest(files, objectsDirectory, known.manifest));
  return typeof read === 'string' ? undefined : read;
}

/** What stands now, as a checkpoint of its own. */
async function keepNow(session: Session, { plan, events, now, place }: PreparedRewind): Promise<number> {
  const number = nextCheckpoint(events);
  const manifest = await storeManifest(place, now);
  const rewindTo = { checkpoint: plan.checkpoint.number, restored: plan.what };
  await session.append({
    type: 'checkpoint-create',
    checkpoint: number,
    manifest,
    reason: 'rewind',
    rewindTo,
  });
  return number;
}

/**
 * The checkpoint an interrupted rewind to the same place began with, where all that is still to be changed stands as it
 * kept it. Else somebody changed something since, and that is kept first.
 */
export async function undoOfUnfinished(
  around: RewindSurroundings,
  { plan, events, steps }: PreparedRewind,
): Promise<number | undefined> {
  const unfinished = unfinishedRewind(events);
  if (unfinished?.to !== plan.checkpoint.number || unfinished.restored !== plan.what) return undefined;
  const kept = await manifestOf(around, events, unfinished.from);
  if (kept === undefined) return undefined;
  const entries = new Map(kept.entries.map((entry) => [entry.path, entry]));
  const isKept = steps.every(({ path, now }) => now === undefined || isSame(entries.get(path), now));
  return isKept ? unfinished.from : undefined;
}

function isSame(one: ManifestEntry | undefined, other: ManifestEntry): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function nextCheckpoint(events: readonly JournalEvent[]): number {
  return Math.max(0, ...checkpointsIn(events).map(({ number }) => number)) + 1;
}
