import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import type { CheckFix, CheckProblem } from '../../memory/check/check-problem.ts';
import { commandIds } from '../contributions.ts';
import { problemSource, rangeOf } from './diagnostics.ts';
import type { MemoryProblems } from './memory-problems.ts';

/** Offers what a rule knows to do: replace and create as edits of the editor, regenerate through the ledger. */
export function registerQuickFixes(
  problems: Pick<MemoryProblems, 'of'>,
  folderOf: (uri: vscode.Uri) => string | undefined,
): Disposable {
  const provideCodeActions = (
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] =>
    diagnostics.flatMap((diagnostic) => {
      const problem = problems.of(document.uri.fsPath).find((candidate) => isSame(candidate, diagnostic));
      return (problem?.fixes ?? []).flatMap((fix) => actionFor(fix, diagnostic, folderOf(document.uri)));
    });
  return vscode.languages.registerCodeActionsProvider(
    { scheme: 'file', pattern: '**/*.md' },
    { provideCodeActions },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function isSame({ rule, message }: CheckProblem, diagnostic: vscode.Diagnostic): boolean {
  return diagnostic.source === problemSource && diagnostic.code === rule && diagnostic.message === message;
}

function actionFor(
  fix: CheckFix,
  diagnostic: vscode.Diagnostic,
  folder: string | undefined,
): readonly vscode.CodeAction[] {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  if (fix.kind === 'regenerate') {
    action.command = { command: commandIds.regenerateMemory, title: fix.title };
    return [action];
  }
  if (fix.kind === 'still-true' || fix.kind === 'retire') {
    const command = fix.kind === 'retire' ? commandIds.retireRecord : commandIds.stillTrue;
    action.command = { command, title: fix.title, arguments: [{ folder, id: fix.id }] };
    return [action];
  }
  const edit = editFor(fix);
  if (edit === undefined) return [];
  action.edit = edit;
  action.isPreferred = fix.kind === 'replace';
  return [action];
}

type EditFix = Extract<CheckFix, { readonly kind: 'replace' | 'create' }>;

/** Undefined where the places no longer hold: they were counted on disk, and the editor has unsaved edits. */
function editFor(fix: EditFix): vscode.WorkspaceEdit | undefined {
  const uri = vscode.Uri.file(fix.path);
  const edit = new vscode.WorkspaceEdit();
  if (fix.kind === 'create') {
    edit.createFile(uri, { ignoreIfExists: true, contents: new TextEncoder().encode(fix.text) });
    return edit;
  }
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open?.isDirty) return undefined;
  edit.replace(uri, rangeOf(fix.range), fix.text);
  return edit;
}
