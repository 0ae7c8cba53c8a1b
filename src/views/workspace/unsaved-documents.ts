import * as vscode from 'vscode';
import type { Files } from '../../base/files.ts';
import type { UnsavedFiles } from '../../memory/workspace/unsaved-files.ts';

/** Which files the editor holds with unsaved edits, also when it knows them by a link. */
export function unsavedDocuments(files: Files): UnsavedFiles {
  const real = (path: string): Promise<string> => files.realPath(path).catch(() => path);
  return {
    async isUnsaved(path) {
      const dirty = vscode.workspace.textDocuments.filter(
        ({ isDirty, uri }) => isDirty && uri.scheme === 'file',
      );
      if (dirty.length === 0) return false;
      const wanted = await real(path);
      const held = await Promise.all(dirty.map(({ uri }) => real(uri.fsPath)));
      return held.includes(wanted) || dirty.some(({ uri }) => uri.fsPath === path);
    },
  };
}
