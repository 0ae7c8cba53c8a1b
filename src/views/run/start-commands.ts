import * as vscode from 'vscode';
import type { CommandTable } from '../command/command-funnel.ts';
import { uriOf } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, viewIds } from '../contributions.ts';
import type { ModelAccess } from '../model/model-access.ts';
import { needModel } from '../model/model-commands.ts';
import { needTrust, pickFolder } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type Attachment, attachmentWords } from './attachments.ts';
import { pointedFiles, pointedProblem, selectedText } from './pointed-at.ts';
import type { RunDesk } from './run-desk.ts';

interface StartCommandsOptions {
  readonly folders: WorkspaceFolders;
  readonly desk: RunDesk;
  readonly access: ModelAccess;
}

/** Runs from wherever one works: nothing is started, read or sent before the prompt was given. */
export function startCommands(options: StartCommandsOptions): CommandTable {
  const { folders } = options;
  return {
    [commandIds.runAgent]: async () => {
      needTrust();
      await ask(options, await folderFor(folders), []);
    },
    [commandIds.runOnSelection]: async () => {
      needTrust();
      const editor = needEditor();
      const folder = await folderFor(folders, editor.document.uri);
      const attachment = selectedText(folder, editor);
      if (!attachment)
        throw new UserProblem(vscode.l10n.t('Nothing is selected. Select what it is about, then try again.'));
      await ask(options, folder, [attachment]);
    },
    [commandIds.runOnFiles]: async (...args) => {
      needTrust();
      const uris = pointedUris(args);
      const folder = await folderFor(folders, uris[0]);
      await ask(options, folder, [pointedFiles(folder, uris)]);
    },
    [commandIds.fixProblem]: async (...args) => {
      needTrust();
      const { document, problem } = await problemOf(args);
      const folder = await folderFor(folders, document.uri);
      const value = vscode.l10n.t('Fix this problem.');
      await ask(options, folder, [pointedProblem(folder, document, problem)], value);
    },
  };
}

async function ask(
  { access, desk }: StartCommandsOptions,
  folder: string,
  attachments: readonly Attachment[],
  value = '',
): Promise<void> {
  await needModel(access);
  const said = await vscode.window.showInputBox({
    title: vscode.l10n.t('Run Agent'),
    prompt: promptLine(attachments),
    placeHolder: vscode.l10n.t('What should it do? For example: make the failing test pass'),
    value,
    ignoreFocusOut: true,
  });
  if (said === undefined || said.trim() === '') throw new vscode.CancellationError();
  await desk.start({ folder, prompt: said.trim(), attachments });
  await vscode.commands.executeCommand(`${viewIds.runs}.open`, { preserveFocus: true });
}

function promptLine(attachments: readonly Attachment[]): string {
  if (attachments.length === 0)
    return vscode.l10n.t(
      'It reads the effective memory of this folder and asks before it writes or runs a command.',
    );
  return vscode.l10n.t('Attached: {0}', attachments.map(attachmentWords).join(', '));
}

/** The folder a file lies in; else the only one or the one picked. */
async function folderFor(folders: WorkspaceFolders, uri?: vscode.Uri): Promise<string> {
  const own = uri && folders.folderOf(uri);
  return own ?? pickFolder(folders, vscode.l10n.t('Run the agent in which folder?'));
}

function needEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme === 'file') return editor;
  throw new UserProblem(vscode.l10n.t('No file is open here. Open one, then try again.'));
}

/** The rows of the explorer, else the file in the editor. The explorer hands in the clicked one, then all selected. */
function pointedUris(args: readonly unknown[]): readonly vscode.Uri[] {
  const [, selected] = args;
  const many = Array.isArray(selected) ? selected.filter((one) => one instanceof vscode.Uri) : [];
  const clicked = uriOf(args);
  if (many.length > 0) return many;
  return [clicked ?? needEditor().document.uri];
}

interface FoundProblem {
  readonly document: vscode.TextDocument;
  readonly problem: vscode.Diagnostic;
}

/** What the quick fix was offered for, else the worst problem on the line of the cursor. */
async function problemOf([uri, problem]: readonly unknown[]): Promise<FoundProblem> {
  if (uri instanceof vscode.Uri && isProblem(problem))
    return { document: await vscode.workspace.openTextDocument(uri), problem };
  const { document, selection } = needEditor();
  const [worst] = vscode.languages
    .getDiagnostics(document.uri)
    .filter(
      ({ range }) =>
        range.intersection(selection) !== undefined || range.start.line === selection.active.line,
    )
    .toSorted((a, b) => a.severity - b.severity);
  if (!worst) throw new UserProblem(vscode.l10n.t('There is no problem on this line.'));
  return { document, problem: worst };
}

function isProblem(value: unknown): value is vscode.Diagnostic {
  return typeof value === 'object' && value !== null && 'range' in value && 'message' in value;
}
