import * as vscode from 'vscode';
import type { MemoryProblem } from '../../memory/workspace/memory-workspace.ts';
import { commandIds } from '../contributions.ts';

/** What a person can do about a problem: one action, offered with the sentence. */
export type ProblemAction =
  | {
      readonly kind: 'command';
      readonly title: string;
      readonly command: string;
      readonly args?: readonly unknown[];
    }
  | { readonly kind: 'open-file'; readonly title: string; readonly path: string }
  /** Saves the file, then does the failed operation again. */
  | { readonly kind: 'save-and-repeat'; readonly title: string; readonly path: string }
  | { readonly kind: 'repeat'; readonly title: string };

/** A failure the user can act on; thrown inside a command, shown by the funnel as a sentence with one action. */
export class UserProblem extends Error {
  readonly action: ProblemAction | undefined;

  constructor(sentence: string, action?: ProblemAction) {
    super(sentence);
    this.name = 'UserProblem';
    this.action = action;
  }
}

/** What helps against a problem of the memory. */
export function toUserProblem(problem: MemoryProblem): UserProblem {
  return new UserProblem(problem.message, actionFor(problem));
}

function actionFor(problem: MemoryProblem): ProblemAction {
  const { path } = problem;
  switch (problem.kind) {
    case 'unsaved':
      return path
        ? { kind: 'save-and-repeat', title: vscode.l10n.t('Save and Apply'), path }
        : { kind: 'repeat', title: vscode.l10n.t('Try Again') };
    case 'not-set-up':
      return { kind: 'command', title: vscode.l10n.t('Set Up Memory'), command: commandIds.setUp };
    case 'restricted':
      return {
        kind: 'command',
        title: vscode.l10n.t('Manage Workspace Trust'),
        command: 'workbench.trust.manage',
      };
    case 'changed-meanwhile':
    case 'busy':
      return { kind: 'repeat', title: vscode.l10n.t('Try Again') };
    case 'conflict':
    case 'invalid':
    case 'secret':
    case 'ambiguous':
    case 'not-found':
      return path ? { kind: 'open-file', title: vscode.l10n.t('Open File'), path } : showLog();
    case 'read-only':
    case 'newer-version':
    case 'no-git':
    case 'io':
      return showLog();
  }
}

function showLog(): ProblemAction {
  return { kind: 'command', title: vscode.l10n.t('Show Log'), command: commandIds.showLog };
}
