import * as vscode from 'vscode';
import type { CommandTable } from '../command/command-funnel.ts';
import { subjects, uriOf } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import type { MemoryView } from './memory-view.ts';

export interface MemoryCommandsOptions {
  readonly view: MemoryView;
}

/** Commands of the Memory view that open and preview memory files. */
export function memoryCommands({ view }: MemoryCommandsOptions): CommandTable {
  return {
    [commandIds.refreshMemory]: () => view.tree.refresh(),
    [commandIds.openToSide]: async (...args) => {
      for (const { path, line } of subjects('file', args, view.tree.view.selection)) {
        const at = new vscode.Range(line ?? 0, 0, line ?? 0, 0);
        await vscode.window.showTextDocument(vscode.Uri.file(path), {
          viewColumn: vscode.ViewColumn.Beside,
          selection: at,
        });
      }
    },
    [commandIds.preview]: async (...args) => {
      const path = subjects('file', args, view.tree.view.selection)[0]?.path;
      const uri =
        uriOf(args) ?? (path ? vscode.Uri.file(path) : vscode.window.activeTextEditor?.document.uri);
      if (!uri)
        throw new UserProblem(vscode.l10n.t('There is nothing to preview: select a memory file first.'));
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    },
  };
}
