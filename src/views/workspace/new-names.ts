import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';

/** More new paths than this at once (a checkout, an install) are looked at together, from their folder. */
const MANY = 100;
const GATHER_MS = 200;
const MEMORY_NAMES = /(^|[\\/])(CLAUDE(\.local)?\.md|AGENTS\.md)$/;
const PASSED_OVER = /[\\/](node_modules|\.git)([\\/]|$)/;

/**
 * Tells a workspace of new names anywhere in its folder: its own watcher sits on known files and directories only.
 * VS Code watches the folder in any case; this only listens.
 */
export function noticeNewNames(workspace: MemoryWorkspace): Disposable {
  const owned = new DisposableStore();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    const paths = [...waiting];
    waiting.clear();
    const named = paths.filter((path) => MEMORY_NAMES.test(path));
    for (const path of paths.length > MANY ? [...named, workspace.folder] : paths) workspace.notice(path);
  };
  const gather = ({ fsPath }: vscode.Uri): void => {
    if (PASSED_OVER.test(fsPath) || !couldMatter(fsPath)) return;
    waiting.add(fsPath);
    timer ??= setTimeout(tell, GATHER_MS);
  };
  const pattern = new vscode.RelativePattern(vscode.Uri.file(workspace.folder), '**/*');
  const watcher = owned.add(vscode.workspace.createFileSystemWatcher(pattern, false, true, true));
  owned.add(watcher.onDidCreate(gather));
  owned.add({ dispose: () => clearTimeout(timer) });
  return owned;
}

/** A memory file, or something that may be a directory: names of files nearly always have a dot inside. */
function couldMatter(path: string): boolean {
  return MEMORY_NAMES.test(path) || path.endsWith('.md') || !basename(path).slice(1).includes('.');
}
