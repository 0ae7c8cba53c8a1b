import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { subjects, uriOf } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, schemes } from '../contributions.ts';
import type { TreeNode } from '../tree/row.ts';
import { pickFolder } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { isGoverned } from './effective-documents.ts';
import { documentUri, LiveDocuments, showDocument } from './live-documents.ts';

/** The `varve-why:` documents: why one file does or does not load. Live. */
export function explanationDocuments(
  folders: WorkspaceFolders,
  onError: (error: unknown) => void,
): LiveDocuments {
  return new LiveDocuments({
    scheme: schemes.why,
    folders,
    onError,
    textOf: async (workspace, { about = workspace.folder, file }) =>
      (await workspace.explain(about, file)).document,
  });
}

export function explanationCommands(
  folders: WorkspaceFolders,
  selection: () => readonly TreeNode[],
): CommandTable {
  return {
    [commandIds.explainFile]: async (...args) => {
      const active = vscode.window.activeTextEditor?.document.uri;
      const row = subjects('file', args, active === undefined ? selection() : [])[0];
      const uri = uriOf(args) ?? (row ? vscode.Uri.file(row.path) : active);
      if (uri?.scheme !== 'file')
        throw new UserProblem(vscode.l10n.t('Open or select the file first that this is asked about.'));
      const folder =
        row?.folder ??
        folders.folderOf(uri) ??
        (await pickFolder(folders, vscode.l10n.t('Explain it for an agent in which folder?')));
      need(await folders.open(folder));
      const isOther = active !== undefined && active.fsPath !== uri.fsPath && isGoverned(active, folder);
      await showDocument(
        documentUri(schemes.why, vscode.l10n.t('Why It Loads ({0})', basename(uri.fsPath)), {
          folder,
          about: uri.fsPath,
          file: isOther ? active.fsPath : undefined,
        }),
      );
    },
  };
}
