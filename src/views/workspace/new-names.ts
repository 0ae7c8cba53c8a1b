import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { isMemoryFilePath, memoryFilePatterns } from '../../memory/workspace/nested-files.ts';

/** More new paths than this at once (a checkout, an install) are looked at together, from their folder. */
const MANY = 100;
const GATHER_MS = 200;
const PASSED_OVER = /[\\/](node_modules|\.git)([\\/]|$)/;

/**
 * Tells a workspace of new names anywhere in its folder, and of memory files that change or go: its own watcher sits
 * on a bounded number of known files and directories. VS Code watches the folder in any case; this only listens.
 */
export function noticeNewNames(workspace: MemoryWorkspace): Disposable {
  const owned = new DisposableStore();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    const paths = [...waiting];
    waiting.clear();
    const named = paths.filter(isMemoryFilePath);
    for (const path of paths.length > MANY ? [...named, workspace.folder] : paths) workspace.notice(path);
  };
  const gather = ({ fsPath }: vscode.Uri): void => {
    if (PASSED_OVER.test(fsPath) || !couldMatter(fsPath)) return;
    waiting.add(fsPath);
    timer ??= setTimeout(tell, GATHER_MS);
  };
  const folder = vscode.Uri.file(workspace.folder);
  const everything = new vscode.RelativePattern(folder, '**/*');
  const names = owned.add(vscode.workspace.createFileSystemWatcher(everything, false, true, true));
  owned.add(names.onDidCreate(gather));
  const memoryFiles = new vscode.RelativePattern(folder, `{${memoryFilePatterns.join(',')}}`);
  const known = owned.add(vscode.workspace.createFileSystemWatcher(memoryFiles, true, false, false));
  owned.add(known.onDidChange(gather));
  owned.add(known.onDidDelete(gather));
  owned.add({ dispose: () => clearTimeout(timer) });
  return owned;
}

/** A memory file, or something that may be a directory: names of files nearly always have a dot inside. */
function couldMatter(path: string): boolean {
  return isMemoryFilePath(path) || path.endsWith('.md') || !basename(path).slice(1).includes('.');
}
