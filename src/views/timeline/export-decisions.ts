import { basename, join, relative } from 'node:path';
import * as vscode from 'vscode';
import {
  decisionRecords,
  type ExistingDecision,
  exportedRecordId,
} from '../../memory/timeline/decision-records.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { UserProblem } from '../command/user-problem.ts';

/** Where projects keep decision records; the first that is there is offered first. */
const usual = ['docs/decisions', 'docs/adr', 'doc/adr', 'docs/architecture/decisions', 'adr'] as const;

/** New ADR files beside those that are there, made by the editor, so that its own undo takes them back. */
export async function exportDecisions(workspace: MemoryWorkspace): Promise<void> {
  const timeline = await workspace.timeline();
  if (timeline.length === 0) throw nothingAccepted();
  const directory = await askDirectory(workspace.root);
  const files = decisionRecords(timeline, await existingIn(directory));
  if (files.length === 0)
    throw new UserProblem(
      vscode.l10n.t('Every decision is there already as a decision record; nothing was written.'),
    );
  const edit = new vscode.WorkspaceEdit();
  const uris = files.map(({ name, text }) => {
    const uri = vscode.Uri.joinPath(directory, name);
    edit.createFile(uri, { contents: new TextEncoder().encode(text) });
    return uri;
  });
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new UserProblem(vscode.l10n.t('The editor could not write into {0}.', directory.fsPath));
  if (uris[0]) await vscode.window.showTextDocument(uris[0], { preview: false });
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Varve: {0} decisions exported to {1}', files.length, basename(directory.fsPath)),
    5000,
  );
}

export function nothingAccepted(): UserProblem {
  return new UserProblem(
    vscode.l10n.t('Nothing was accepted into this memory yet. Accept a proposal in the Inbox first.'),
  );
}

interface DirectoryItem extends vscode.QuickPickItem {
  readonly directory: () => Promise<vscode.Uri | undefined>;
}

async function askDirectory(root: string): Promise<vscode.Uri> {
  const known = await Promise.all(
    usual.map(async (path) => ({ path, there: await isDirectory(vscode.Uri.file(join(root, path))) })),
  );
  const items: DirectoryItem[] = known
    .toSorted((a, b) => Number(b.there) - Number(a.there))
    .map(({ path, there }) => ({
      label: path,
      description: there ? vscode.l10n.t('there already: what is in it stays') : '',
      directory: async () => vscode.Uri.file(join(root, path)),
    }));
  items.push({ label: vscode.l10n.t('Another folder…'), directory: () => askAnother(root) });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Export decisions as ADR files'),
    placeHolder: vscode.l10n.t('Into which folder? Files that are there are not changed.'),
  });
  const directory = await picked?.directory();
  if (!directory) throw new vscode.CancellationError();
  return directory;
}

async function askAnother(root: string): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    defaultUri: vscode.Uri.file(root),
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: vscode.l10n.t('Export Here'),
  });
  const uri = chosen?.[0];
  if (uri && relative(root, uri.fsPath).startsWith('..'))
    throw new UserProblem(vscode.l10n.t('Choose a folder inside {0}.', root));
  return uri;
}

async function isDirectory(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    ({ type }) => (type & vscode.FileType.Directory) !== 0,
    () => false,
  );
}

async function existingIn(directory: vscode.Uri): Promise<readonly ExistingDecision[]> {
  const entries = await vscode.workspace.fs.readDirectory(directory).then(
    (found) => found,
    () => [],
  );
  const names = entries.map(([name]) => name).filter((name) => name.endsWith('.md'));
  return Promise.all(
    names.map(async (name) => {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(directory, name)).then(
        (found) => found,
        () => new Uint8Array(),
      );
      const recordId = exportedRecordId(new TextDecoder().decode(bytes));
      return recordId === undefined ? { name } : { name, recordId };
    }),
  );
}
