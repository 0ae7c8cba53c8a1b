import * as vscode from 'vscode';
import { UserProblem } from '../command/user-problem.ts';

/**
 * Edits that were not saved would be passed over or lost by a review: asks to save the files first. Nothing is saved
 * unless the person says so; throws when cancelled, and when a file could not be saved.
 */
export async function saveBefore(action: 'accept' | 'reject', paths: readonly string[]): Promise<void> {
  const wanted = new Set(paths.map((path) => vscode.Uri.file(path).fsPath));
  const unsaved = vscode.workspace.textDocuments.filter(
    ({ uri, isDirty }) => isDirty && uri.scheme === 'file' && wanted.has(uri.fsPath),
  );
  if (unsaved.length === 0) return;
  const save = action === 'accept' ? vscode.l10n.t('Save and Accept') : vscode.l10n.t('Save and Reject');
  const question =
    unsaved.length === 1
      ? vscode.l10n.t('The proposal has edits that are not saved.')
      : vscode.l10n.t('{0} of the proposals have edits that are not saved.', unsaved.length);
  const detail =
    action === 'accept'
      ? vscode.l10n.t('They are part of what you accept once they are saved.')
      : vscode.l10n.t('Once they are saved, undoing the rejection brings them back too.');
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, save);
  if (answer !== save) throw new vscode.CancellationError();
  for (const document of unsaved) {
    if (await document.save()) continue;
    throw new UserProblem(
      vscode.l10n.t(
        '{0} could not be saved, so nothing was changed. Save it, then try again.',
        document.uri.fsPath,
      ),
    );
  }
}
