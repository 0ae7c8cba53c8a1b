import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { MemoryProblem } from '../../memory/workspace/memory-workspace.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** Claude Code writes a topic file and then the index: both are looked at once, after them. */
const QUIET_MS = 1000;

export interface ForeignWatchOptions {
  readonly folders: WorkspaceFolders;
  readonly onProblem: (problem: MemoryProblem) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Looks for writes of other programs when memory files change and when a folder is opened. What a person saves in
 * this window is theirs; an extension that saves through the editor cannot be told from them.
 */
export function watchForeignWrites({ folders, onProblem, onError }: ForeignWatchOptions): Disposable {
  const owned = new DisposableStore();
  const timers = new Map<string, NodeJS.Timeout>();
  const look = async (folder: string): Promise<void> => {
    timers.delete(folder);
    const opened = vscode.workspace.isTrusted ? await folders.open(folder) : undefined;
    const looked = opened?.ok ? await opened.value.foreign.look() : undefined;
    if (looked && !looked.ok) onProblem(looked.error);
  };
  owned.add(
    folders.onDidChange(({ folder, change }) => {
      if (!folder || (change !== 'hierarchy' && change !== 'opened' && change !== 'project')) return;
      clearTimeout(timers.get(folder));
      timers.set(
        folder,
        setTimeout(() => void look(folder).catch(onError), QUIET_MS),
      );
    }),
  );
  owned.add(
    vscode.workspace.onWillSaveTextDocument(({ document: { uri } }) => {
      if (uri.scheme !== 'file') return;
      for (const workspace of folders.opened) workspace.foreign.saving(uri.fsPath);
    }),
  );
  owned.add(
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.scheme !== 'file') return;
      for (const workspace of folders.opened) void workspace.foreign.saved(uri.fsPath).catch(onError);
    }),
  );
  return {
    dispose: () => {
      owned.dispose();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
