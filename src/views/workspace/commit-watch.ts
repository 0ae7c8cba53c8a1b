import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { settingIds } from '../contributions.ts';
import { onEditorCommits } from './git-commits.ts';
import type { WorkspaceFolders } from './workspace-folders.ts';

/** A rebase moves HEAD many times in a row; its commits are looked at once, after it. */
const QUIET_MS = 1000;

export interface CommitWatchOptions {
  readonly folders: WorkspaceFolders;
  readonly onProblem: (problem: MemoryProblem) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Saves proposals from new commits of folders where memory is set up: quietly, without a model, after the dust settled.
 * The editor's git and the watch on HEAD may both tell of one commit: it is looked at once, and a second look at the
 * same commits finds the same records.
 */
export function watchCommits({ folders, onProblem, onError }: CommitWatchOptions): Disposable {
  const timers = new Map<string, NodeJS.Timeout>();
  const looks = new Map<string, Promise<void>>();
  const look = async (folder: string): Promise<void> => {
    const opened = await folders.open(folder);
    if (!opened.ok || !mayCapture(opened.value)) return;
    const captured = await opened.value.capture();
    if (!captured.ok) onProblem(captured.error);
  };
  /** One after the other in a folder: a commit that lands during a look is looked at after it. */
  const lookInTurn = (folder: string): void => {
    timers.delete(folder);
    const before = looks.get(folder) ?? Promise.resolve();
    const turn = before.then(() => look(folder)).catch(onError);
    looks.set(folder, turn);
    void turn.then(() => looks.get(folder) === turn && looks.delete(folder));
  };
  const lookSoon = (folder: string): void => {
    clearTimeout(timers.get(folder));
    timers.set(
      folder,
      setTimeout(() => lookInTurn(folder), QUIET_MS),
    );
  };
  const listening = folders.onDidChange(({ folder, change }) => {
    // `opened`: commits made while nobody looked.
    if (folder && (change === 'project' || change === 'opened')) lookSoon(folder);
  });
  const commits = onEditorCommits((root) => {
    for (const workspace of folders.opened) if (workspace.root === root) lookSoon(workspace.folder);
  }, onError);
  return {
    dispose: () => {
      listening.dispose();
      commits.dispose();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function mayCapture(workspace: MemoryWorkspace): boolean {
  if (!vscode.workspace.isTrusted || workspace.readOnlyReason !== undefined || workspace.setUpState === 'no')
    return false;
  return vscode.workspace.getConfiguration().get<boolean>(settingIds.autoCapture, true);
}
