import type { LockProblem } from '../../base/lock.ts';
import type { LedgerProblem } from './operation.ts';

export function newerVersion(version: number): LedgerProblem {
  const message = `The memory ledger was written by a newer Varve (format ${version}). Update Varve to change memory.`;
  return { kind: 'newer-version', version, message };
}

export function lostLock(): LedgerProblem {
  return {
    kind: 'busy',
    owner: 'another process',
    message: 'Another process took over. Try again in a moment.',
  };
}

export function fromLockProblem(problem: LockProblem): LedgerProblem {
  if (problem.kind !== 'busy') return problem;
  const { owner, message } = problem;
  return {
    kind: 'busy',
    owner: owner === undefined ? 'another process' : `${owner.pid} on ${owner.host}`,
    message,
  };
}
