import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { commandIds } from '../contributions.ts';

/**
 * A quick fix for every problem: a run is asked, and only once its prompt was given. Offering it reads nothing but what
 * VS Code hands in.
 */
export function registerFixAction(): Disposable {
  const provideCodeActions = (
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] => {
    if (!vscode.workspace.isTrusted) return [];
    return diagnostics.map((diagnostic) => {
      const title = vscode.l10n.t('Varve: ask an agent to fix this');
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [diagnostic];
      action.command = { command: commandIds.fixProblem, title, arguments: [document.uri, diagnostic] };
      return action;
    });
  };
  return vscode.languages.registerCodeActionsProvider(
    { scheme: 'file' },
    { provideCodeActions },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}
