import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { uriOf } from '../command/subject.ts';
import { commandIds, schemes } from '../contributions.ts';
import { pickFolder } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { documentUri, LiveDocuments, showDocument } from './live-documents.ts';

/**
 * The `varve-effective:` documents: what an agent will really read for one file, in order, with reasons and tokens.
 * Live: an open one follows every change of the hierarchy.
 */
export function effectiveDocuments(
  folders: WorkspaceFolders,
  onError: (error: unknown) => void,
): LiveDocuments {
  return new LiveDocuments({
    scheme: schemes.effective,
    folders,
    onError,
    textOf: async (workspace, { file }) => (await workspace.checkedEffective(file)).document,
  });
}

export function effectiveCommands(folders: WorkspaceFolders): CommandTable {
  return {
    [commandIds.showEffectiveMemory]: async (...args) => {
      const active = uriOf(args) ?? vscode.window.activeTextEditor?.document.uri;
      const inside = folders.folderOf(active);
      const folder =
        inside ?? (await pickFolder(folders, vscode.l10n.t('Show the effective memory of which folder?')));
      const governed = active && isGoverned(active, folder) ? active.fsPath : undefined;
      // Fails here with a sentence and not in a document nobody expects.
      need(await folders.open(folder));
      await showDocument(effectiveUri(folder, governed));
    },
  };
}

/** Whether the file lies in the folder on a disk, so that what it calls for can be said. */
export function isGoverned(uri: vscode.Uri, folder: string): boolean {
  return uri.scheme === 'file' && vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath === folder;
}

function effectiveUri(folder: string, file: string | undefined): vscode.Uri {
  const title = vscode.l10n.t('Effective Memory ({0})', basename(file ?? folder));
  return documentUri(schemes.effective, title, { folder, file });
}
