import * as vscode from 'vscode';
import type { CommandTable } from '../command/command-funnel.ts';
import { subjects, uriOf } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import { needTrust, pickFolder } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { MemoryView } from './memory-view.ts';

export interface MemoryCommandsOptions {
  readonly view: MemoryView;
  readonly folders: WorkspaceFolders;
}

/** Commands of the Memory view that open, preview and make memory files. */
export function memoryCommands({ view, folders }: MemoryCommandsOptions): CommandTable {
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
    [commandIds.createClaudeMd]: async () => {
      needTrust();
      const folder = await pickFolder(folders, vscode.l10n.t('Create CLAUDE.md in which folder?'));
      await createClaudeMd(folder);
      await view.tree.refresh();
    },
  };
}

/**
 * A CLAUDE.md beside an AGENTS.md makes Claude Code 2.1.330 drop AGENTS.md, so the new file imports it.
 * An existing file is opened and left as it is. The file is the person's own from the start: the editor makes it, as
 * *New File…* does and with the editor's undo; the ledger keeps what Varve itself writes.
 */
async function createClaudeMd(folder: string): Promise<void> {
  const uri = vscode.Uri.joinPath(vscode.Uri.file(folder), 'CLAUDE.md');
  if (!(await exists(uri))) {
    const besideAgents = await exists(vscode.Uri.joinPath(vscode.Uri.file(folder), 'AGENTS.md'));
    const heading = vscode.l10n.t('What agents should know about this project');
    const contents = new TextEncoder().encode(besideAgents ? '@AGENTS.md\n' : `# ${heading}\n\n`);
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { contents, ignoreIfExists: true });
    if (!(await vscode.workspace.applyEdit(edit))) {
      const again = { kind: 'repeat', title: vscode.l10n.t('Try Again') } as const;
      const sentence = vscode.l10n.t(
        'CLAUDE.md could not be created in {0}: check that the folder can be written.',
        folder,
      );
      throw new UserProblem(sentence, again);
    }
  }
  const editor = await vscode.window.showTextDocument(uri);
  const { end } = editor.document.lineAt(editor.document.lineCount - 1).range;
  editor.selection = new vscode.Selection(end, end);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
