import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { acquireLock, type Lock, type LockOwner } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { SessionProblem } from './session-problem.ts';

/** The right of one process to continue a session. A holder that died (pid, boot id and start time) holds nothing. */
export interface Lease {
  /** False when another process took it over, e.g. after this machine slept: write no more. */
  stillHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export interface LeaseRequest {
  readonly files: Files;
  readonly clock: Clock;
  readonly owner: LockOwner;
  /** `sessions/` of the project. */
  readonly directory: string;
  readonly session: string;
}

export function leasePath(directory: string, session: string): string {
  return `${directory}/${session}.lease`;
}

/** Tries once: a session somebody else is continuing is not worth waiting for. */
export async function acquireLease(request: LeaseRequest): Promise<Result<Lease, SessionProblem>> {
  const { files, clock, owner } = request;
  const taken = await acquireLock({
    files,
    clock,
    owner,
    path: leasePath(request.directory, request.session),
    timeoutMs: 0,
  });
  if (taken.ok) return success(leaseOf(taken.value));
  const { error } = taken;
  if (error.kind === 'io') {
    return failure({ kind: 'io', message: `The session cannot be continued: ${error.message}` });
  }
  const holder = error.kind === 'busy' && error.owner ? ` (process ${error.owner.pid})` : '';
  return failure({
    kind: 'busy',
    message: `Session ${request.session} is being continued by another process${holder}. Stop that run first, or start a new one.`,
  });
}

function leaseOf(lock: Lock): Lease {
  return { stillHeld: () => lock.stillHeld(), release: () => lock.release() };
}
