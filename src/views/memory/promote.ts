import * as vscode from 'vscode';
import { type RecordKind, recordKinds } from '../../memory/project/record-kind.ts';
import { pieceOf } from '../../memory/workspace/edit-requests.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { ChosenNode, MemoryBoard } from './memory-selection.ts';

/**
 * Makes a proposal of a topic file or an entry of Claude Code's auto memory and opens it. The text is another agent's:
 * it is read before it is accepted, here or in the Inbox.
 */
export async function promote(
  view: MemoryBoard,
  folders: WorkspaceFolders,
  { folder, node }: ChosenNode,
): Promise<void> {
  needTrust();
  if (node.path === undefined)
    throw new UserProblem(vscode.l10n.t('Only entries and files of the auto memory are promoted.'));
  const workspace = need(await folders.open(folder));
  const request = { path: node.path, ...pieceOf(node) };
  const draft = need(await workspace.edits.planPromotion(request));
  const kind = await askKind(draft.title, draft.kind);
  const proposal = need(await workspace.edits.promote({ ...request, kind }));
  await vscode.window.showTextDocument(vscode.Uri.file(proposal.path), { preview: true });
  void offerAcceptance(view, workspace, proposal.id);
}

async function askKind(title: string, suggested: RecordKind): Promise<RecordKind> {
  const kinds = [suggested, ...recordKinds.filter((kind) => kind !== suggested)];
  const items = kinds.map((kind) => ({
    label: kind,
    ...(kind === suggested ? { description: vscode.l10n.t('after its type in auto memory') } : {}),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Promote to project memory'),
    placeHolder: vscode.l10n.t('As what is this kept? {0}', title),
  });
  const kind = kinds.find((one) => one === picked?.label);
  if (kind === undefined) throw new vscode.CancellationError();
  return kind;
}

async function offerAcceptance(view: MemoryBoard, workspace: MemoryWorkspace, id: string): Promise<void> {
  const accept = vscode.l10n.t('Accept Now');
  const sentence = vscode.l10n.t(
    'It waits for review in the Inbox; its text was written by an agent. The original stays where it is.',
  );
  if ((await vscode.window.showInformationMessage(sentence, accept)) !== accept) return;
  await view.act(async () => void need(await workspace.accept([id])));
}
