import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import type { MemoryProblem } from '../../memory/workspace/memory-workspace.ts';
import { settingIds } from '../contributions.ts';
import type { WorkspaceFolders } from './workspace-folders.ts';

/** Somebody who saves while typing is asked after the last save. */
const QUIET_MS = 2000;

export interface SourceWatchOptions {
  readonly folders: WorkspaceFolders;
  readonly onProblem: (problem: MemoryProblem) => void;
  readonly onError: (error: unknown) => void;
}

/** Proposes what the saved lines of a file state in so many words, where memory is set up: one look for a burst. */
export function watchSaves({ folders, onProblem, onError }: SourceWatchOptions): Disposable {
  const timers = new Map<string, NodeJS.Timeout>();
  const look = async (uri: vscode.Uri): Promise<void> => {
    timers.delete(uri.fsPath);
    const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
    if (!folder || !vscode.workspace.isTrusted || !isOn()) return;
    const opened = await folders.open(folder);
    const done = opened.ok ? await opened.value.sources.saved(uri.fsPath) : undefined;
    if (done && !done.ok) onProblem(done.error);
  };
  const listening = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
    // Where nothing was opened nothing is set up, or nobody looked: a save is no reason to.
    if (uri.scheme !== 'file' || folders.opened.length === 0) return;
    clearTimeout(timers.get(uri.fsPath));
    timers.set(
      uri.fsPath,
      setTimeout(() => void look(uri).catch(onError), QUIET_MS),
    );
  });
  return {
    dispose: () => {
      listening.dispose();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function isOn(): boolean {
  return vscode.workspace.getConfiguration().get<boolean>(settingIds.saveCapture, true);
}
