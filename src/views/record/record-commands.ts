import * as vscode from 'vscode';
import type { RecordKind } from '../../memory/project/record-kind.ts';
import type { MemoryWorkspace, RecordDraft } from '../../memory/workspace/memory-workspace.ts';
import { need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import { titleLine } from '../review/inline-notes.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { askKind, askTitle, askWhy } from './record-questions.ts';
import { type Pointed, placeWords, pointedAt, secretAt } from './selection-evidence.ts';

/** What a person says of a record; nothing is written before the last answer. */
interface Said {
  readonly kind: RecordKind;
  readonly title: string;
  readonly why: string;
}

/** *Record Decision…*: what, why, then the draft as a file that waits for *Accept*. */
export async function recordDecision(folders: WorkspaceFolders): Promise<void> {
  await recordAs(folders, 'decision', {
    title: (step) => vscode.l10n.t('Record a Decision ({0}/2)', step),
    prompt: vscode.l10n.t('What was decided, in one line'),
  });
}

/** *Record Milestone…*, the same for what was reached. */
export async function recordMilestone(folders: WorkspaceFolders): Promise<void> {
  await recordAs(folders, 'milestone', {
    title: (step) => vscode.l10n.t('Record a Milestone ({0}/2)', step),
    prompt: vscode.l10n.t('What was reached, in one line'),
  });
}

/** *Remember Selection…*: as what, in which words, why; the selection is quoted as evidence. */
export async function rememberSelection(folders: WorkspaceFolders): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty)
    throw new UserProblem(vscode.l10n.t('Nothing is selected. Select what shows it, then try again.'));
  const workspace = await writableWorkspace(folders);
  const pointed = pointedBy(workspace, editor);
  if (pointed === undefined)
    throw new UserProblem(vscode.l10n.t('This text is in no file. Save it, then try again.'));
  refuseSecret(editor, pointed);
  const title = (step: number): string => vscode.l10n.t('Remember {0} ({1}/3)', placeWords(pointed), step);
  const kind = await askKind(title(1));
  const said = await askTitle(title(2), vscode.l10n.t('What does it show, in one line?'));
  await propose(workspace, { kind, title: said, why: await askWhy(title(3)) }, pointed);
}

async function recordAs(
  folders: WorkspaceFolders,
  kind: RecordKind,
  words: { readonly title: (step: number) => string; readonly prompt: string },
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const workspace = await writableWorkspace(folders);
  const pointed = editor && pointedBy(workspace, editor);
  if (pointed) refuseSecret(editor, pointed);
  const title = await askTitle(words.title(1), words.prompt);
  await propose(workspace, { kind, title, why: await askWhy(words.title(2)) }, pointed);
}

/** The workspace the record is for. Refused where it could not be kept, before anything is asked. */
async function writableWorkspace(folders: WorkspaceFolders): Promise<MemoryWorkspace> {
  needTrust();
  const workspace = await pickWorkspace(folders, vscode.l10n.t('Record it for which folder?'));
  if (workspace.readOnlyReason !== undefined) throw new UserProblem(workspace.readOnlyReason);
  if (workspace.setUpState !== 'no') return workspace;
  const setUp = {
    kind: 'command',
    title: vscode.l10n.t('Set Up Memory'),
    command: commandIds.setUp,
  } as const;
  throw new UserProblem(vscode.l10n.t('Memory is not set up here, so nothing can be kept yet.'), setUp);
}

function pointedBy(
  workspace: MemoryWorkspace,
  { document, selection }: vscode.TextEditor,
): Pointed | undefined {
  if (document.uri.scheme !== 'file') return undefined;
  const { start, end } = selection;
  // A selection of whole lines ends at the start of the next one.
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  const text = document.getText(selection);
  return pointedAt(workspace.root, { path: document.uri.fsPath, first: start.line, last, text });
}

function refuseSecret({ document, selection }: vscode.TextEditor, pointed: Pointed): void {
  const secret = secretAt(document.getText(selection), selection.start.line);
  if (secret === undefined) return;
  throw new UserProblem(
    vscode.l10n.t(
      '{0}:{1} holds what looks like a secret ({2}). Select less, then try again; nothing was kept.',
      pointed.path,
      secret.line,
      secret.kind,
    ),
  );
}

async function propose(workspace: MemoryWorkspace, said: Said, pointed: Pointed | undefined): Promise<void> {
  const proposal = need(await workspace.propose(draftOf(said, pointed, await workspace.person())));
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(proposal.path));
  const line = titleLine(document.getText());
  await vscode.window.showTextDocument(document, {
    preview: false,
    selection: new vscode.Range(line, 0, line, 0),
  });
}

function draftOf({ kind, title, why }: Said, pointed: Pointed | undefined, source: string): RecordDraft {
  const sentence = `${title.replace(/\.$/, '')}.`;
  const at = pointed && placeWords(pointed);
  return {
    kind,
    title: title.replace(/\.$/, ''),
    body: why === '' ? sentence : `${sentence}\n\n**Why:** ${why}`,
    source,
    group: 'person',
    reason: at ? vscode.l10n.t('Written down by hand at {0}.', at) : vscode.l10n.t('Written down by hand.'),
    ...(pointed?.isInside ? { paths: [pointed.path] } : {}),
    ...(pointed?.lines
      ? { evidence: [{ path: pointed.path, line: pointed.lines.first, text: pointed.text }] }
      : {}),
  };
}
