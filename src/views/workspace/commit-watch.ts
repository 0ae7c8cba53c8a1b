import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { settingIds } from '../contributions.ts';
import type { WorkspaceFolders } from './workspace-folders.ts';

/** A rebase moves HEAD many times in a row; its commits are looked at once, after it. */
const QUIET_MS = 1000;

export interface CommitWatchOptions {
  readonly folders: WorkspaceFolders;
  readonly onProblem: (problem: MemoryProblem) => void;
  readonly onError: (error: unknown) => void;
}

/** Saves proposals from new commits of folders where memory is set up: quietly, without a model, after the dust settled. */
export function watchCommits({ folders, onProblem, onError }: CommitWatchOptions): Disposable {
  const timers = new Map<string, NodeJS.Timeout>();
  const look = async (folder: string): Promise<void> => {
    timers.delete(folder);
    const opened = await folders.open(folder);
    if (!opened.ok || !mayCapture(opened.value)) return;
    const captured = await opened.value.capture();
    if (!captured.ok) onProblem(captured.error);
  };
  const listening = folders.onDidChange(({ folder, change }) => {
    // `opened`: commits made while nobody looked.
    if (!folder || (change !== 'project' && change !== 'opened')) return;
    clearTimeout(timers.get(folder));
    timers.set(
      folder,
      setTimeout(() => void look(folder).catch(onError), QUIET_MS),
    );
  });
  return {
    dispose: () => {
      listening.dispose();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function mayCapture(workspace: MemoryWorkspace): boolean {
  if (!vscode.workspace.isTrusted || workspace.readOnlyReason !== undefined || workspace.setUpState === 'no')
    return false;
  return vscode.workspace.getConfiguration().get<boolean>(settingIds.autoCapture, true);
}
