import type { GitProblem } from '../../base/git.ts';
import { failure, type Result } from '../../base/result.ts';
import type { LedgerProblem } from '../ledger/operation.ts';
import type { ProjectProblem } from '../project/project.ts';
import type { StateProblem } from '../project/state-directory.ts';
import type { MemoryProblem } from './memory-workspace.ts';

/** A ledger's problem as the faces know it; their sentences are kept. */
export function ledgerProblem(problem: LedgerProblem): MemoryProblem {
  switch (problem.kind) {
    case 'changed-meanwhile':
    case 'conflict':
      return { kind: problem.kind, message: problem.message, path: problem.path };
    case 'content-gone':
      return { kind: 'not-found', message: problem.message, path: problem.path };
    case 'unknown-entry':
    case 'already-undone':
      return { kind: 'not-found', message: problem.message };
    case 'cancelled':
    case 'busy':
      return { kind: 'busy', message: problem.message };
    case 'read-only':
    case 'newer-version':
    case 'io':
      return { kind: problem.kind, message: problem.message };
  }
}

export function projectProblem(problem: ProjectProblem | StateProblem): MemoryProblem {
  switch (problem.kind) {
    case 'no-folder':
      return { kind: 'not-found', message: problem.message };
    case 'ambiguous':
      return { kind: 'ambiguous', message: problem.message, candidates: problem.candidates };
    case 'read-only':
    case 'busy':
    case 'io':
      return { kind: problem.kind, message: problem.message };
  }
}

export function gitProblem(problem: GitProblem): MemoryProblem {
  switch (problem.kind) {
    case 'no-git':
    case 'no-repository':
      return { kind: 'no-git', message: problem.message };
    case 'cancelled':
      return { kind: 'busy', message: problem.message };
    case 'failed':
    case 'too-large':
      return { kind: 'io', message: problem.message };
  }
}

export function restricted(): { readonly ok: false; readonly error: MemoryProblem } {
  const error: MemoryProblem = {
    kind: 'restricted',
    message:
      'This workspace is in Restricted Mode: memory is shown, nothing is written. Trust the workspace to go on.',
  };
  return { ok: false, error };
}

export const notSetUp: MemoryProblem = {
  kind: 'not-set-up',
  message: 'Memory is not set up here. Run “Varve: Set Up Memory in This Workspace” or `varve set-up` first.',
};

export function unknownProposal(id: string): Result<never, MemoryProblem> {
  const message = `There is no proposal ${id}. The Inbox and \`varve memory tree\` list what waits for review.`;
  return failure({ kind: 'not-found', message });
}
