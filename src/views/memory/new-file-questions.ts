import { dirname, relative } from 'node:path';
import * as vscode from 'vscode';

/** A folder below the workspace folder: those around the file in front, or another one. Throws when cancelled. */
export async function askFolder(folder: string): Promise<string> {
  const around = foldersAround(folder, vscode.window.activeTextEditor?.document.uri);
  const other = { label: vscode.l10n.t('Another folder…'), path: undefined };
  const items = [...around.map((path) => ({ label: relative(folder, path), path })), other];
  const picked =
    around.length === 0
      ? other
      : await vscode.window.showQuickPick(items, {
          placeHolder: vscode.l10n.t('For which folder? It is read when an agent reads a file there.'),
        });
  if (!picked) throw new vscode.CancellationError();
  return picked.path ?? openFolder(folder);
}

/** Name and patterns of a new rule. Throws when cancelled. */
export async function askRule(): Promise<{ readonly name: string; readonly paths: readonly string[] }> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('New rule (1/2)'),
    prompt: vscode.l10n.t('Name of the file below .claude/rules, for example testing'),
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Give the rule a name.') : undefined),
  });
  if (name === undefined) throw new vscode.CancellationError();
  const patterns = await vscode.window.showInputBox({
    title: vscode.l10n.t('New rule (2/2)'),
    prompt: vscode.l10n.t(
      'Files that call for it, for example src/**/*.ts; several with spaces between. Empty: it is read at every start.',
    ),
  });
  if (patterns === undefined) throw new vscode.CancellationError();
  return { name: name.trim(), paths: patterns.split(/\s+/).filter((pattern) => pattern !== '') };
}

function foldersAround(folder: string, uri: vscode.Uri | undefined): readonly string[] {
  const found: string[] = [];
  if (uri?.scheme !== 'file') return found;
  let directory = dirname(uri.fsPath);
  while (directory !== folder && !relative(folder, directory).startsWith('..')) {
    found.push(directory);
    const parent = dirname(directory);
    if (parent === directory) break;
    directory = parent;
  }
  return found;
}

async function openFolder(folder: string): Promise<string> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(folder),
      openLabel: vscode.l10n.t('Use This Folder'),
    })) ?? [];
  if (!uri) throw new vscode.CancellationError();
  return uri.fsPath;
}
