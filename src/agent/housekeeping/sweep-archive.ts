import { join } from 'node:path';
import { errorCode } from '../../base/io-problem.ts';
import { type Result, success } from '../../base/result.ts';
import {
  type ArchiveProblem,
  type ArchiveSurroundings,
  type KeptSession,
  listKept,
  underArchiveLock,
} from '../history/archive/archive.ts';
import type { ArchiveLimits } from '../history/archive/keep-all.ts';
import { looseObjects } from '../history/archive/loose-objects.ts';
import { DAY_MS } from './sweep.ts';

/** What a sweep of the archive would take away, or what was taken. */
export interface ArchiveSweep {
  /** Kept sessions that are past their time. */
  readonly sessions: readonly { readonly tool: string; readonly id: string }[];
  readonly removed: number;
  readonly bytes: number;
}

type Around = ArchiveSurroundings;

/**
 * Takes kept sessions away that last changed before their time was over, and pieces that nothing names. Never what is
 * pinned, and by itself never anything for want of room: where the archive is full nothing more is kept instead.
 * Nothing goes where a manifest cannot be looked at.
 */
export function sweepArchive(
  around: Around,
  limits: ArchiveLimits,
): Promise<Result<ArchiveSweep, ArchiveProblem>> {
  const { retentionDays } = limits;
  const since = around.clock.now() - (retentionDays ?? Number.POSITIVE_INFINITY) * DAY_MS;
  return removeKept(around, ({ manifest }) => manifest.pinned === undefined && manifest.modified < since);
}

/** Takes these kept sessions away for good, with the pieces that only they need. */
export async function removeKept(
  around: Around,
  isGoing: (session: KeptSession) => boolean,
): Promise<Result<ArchiveSweep, ArchiveProblem>> {
  // Nothing is made for looking.
  if ((await around.files.status(around.directory).catch(() => undefined)) === undefined)
    return success({ sessions: [], removed: 0, bytes: 0 });
  return underArchiveLock(around, `remove from ${around.directory}`, async () => {
    const { sessions } = await listKept(around);
    const going = sessions.filter((session) => session.newerVersion === undefined && isGoing(session));
    let bytes = 0;
    for (const { name } of going) bytes += await remove(around, name);
    const loose = await looseObjects(around);
    for (const { name } of loose) bytes += await remove(around, name);
    return success({ sessions: going.map(named), removed: going.length + loose.length, bytes });
  });
}

/** What {@link sweepArchive} would take of sessions. */
export async function expiredSessions(
  around: Pick<Around, 'files' | 'directory' | 'clock'>,
  { retentionDays }: ArchiveLimits,
): Promise<ArchiveSweep['sessions']> {
  if (retentionDays === undefined) return [];
  const since = around.clock.now() - retentionDays * DAY_MS;
  const { sessions } = await listKept(around);
  return sessions
    .filter(({ manifest }) => manifest.pinned === undefined && manifest.modified < since)
    .map(named);
}

function named({ manifest: { tool, id } }: KeptSession): { readonly tool: string; readonly id: string } {
  return { tool, id };
}

async function remove({ files, directory }: Around, name: string): Promise<number> {
  const path = join(directory, name);
  const size = (await files.linkStatus(path))?.size ?? 0;
  try {
    await files.removeFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
  return size;
}
