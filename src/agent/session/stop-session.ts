import type { Files } from '../../base/files.ts';
import { type LockOwner, livingHolder } from '../../base/lock.ts';
import { leasePath } from './lease.ts';

interface StopRequest {
  readonly files: Files;
  /** This process. */
  readonly owner: LockOwner;
  /** `sessions/` of the project. */
  readonly directory: string;
}

/**
 * Tells the process that continues a session to end: its turn stays unfinished and can be continued. False where nobody
 * does, or somebody on another machine. The holder's start time and boot were compared: a number used again is not hit.
 */
export async function stopSession(
  { files, owner, directory }: StopRequest,
  session: string,
): Promise<boolean> {
  const holder = await livingHolder({ files, owner, path: leasePath(directory, session) });
  if (!holder || holder.host !== owner.host || holder.pid === owner.pid) return false;
  try {
    process.kill(holder.pid, 'SIGTERM');
    return true;
  } catch {
    // It ended in this very moment.
    return false;
  }
}
