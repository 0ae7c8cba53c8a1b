import * as vscode from 'vscode';
import type { CaptureReport, ChangePlan, MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, viewIds } from '../contributions.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { PlanDocuments } from './plan-documents.ts';
import { askSetUpOptions } from './set-up-steps.ts';

export interface SetUpCommandsOptions {
  readonly folders: WorkspaceFolders;
  readonly plans: PlanDocuments;
  /** Called when memory was set up or removed: the views take it up at once. */
  readonly onDone: () => Promise<void>;
}

/** Set up, remove, and saving proposals from the history. */
export function setUpCommands({ folders, plans, onDone }: SetUpCommandsOptions): CommandTable {
  return {
    [commandIds.setUp]: async () => {
      needTrust();
      const workspace = await pickWorkspace(folders, vscode.l10n.t('Set up memory in which folder?'));
      const options = await askSetUpOptions(workspace.name);
      if (!(await review(workspace, plans, need(await workspace.planSetUp(options))))) return;
      await onDone();
      if (options.capture !== 'never') await captureHistory(workspace, 'after set-up');
      await onDone();
    },
    [commandIds.removeSetUp]: async () => {
      needTrust();
      const workspace = await pickWorkspace(folders, vscode.l10n.t('Remove Varve from which folder?'));
      await review(workspace, plans, need(await workspace.planRemoval()));
      await onDone();
    },
    [commandIds.capture]: async () => {
      needTrust();
      const workspace = await pickWorkspace(
        folders,
        vscode.l10n.t('Save proposals from the history of which folder?'),
      );
      await captureHistory(workspace, 'asked for');
      await onDone();
    },
  };
}

/** Shows the exact diff, asks once, writes exactly that. False when there was nothing to write. */
async function review(workspace: MemoryWorkspace, plans: PlanDocuments, plan: ChangePlan): Promise<boolean> {
  if (plan.changes.length === 0)
    throw new UserProblem(vscode.l10n.t('There is nothing to change: everything stands already.'));
  const shown = await plans.show(plan, workspace.root);
  try {
    await confirm(plan);
    need(await workspace.apply(plan));
  } finally {
    shown.dispose();
  }
  return true;
}

/** Stays open while the person scrolls through the diff; Escape leaves everything as it is. */
async function confirm(plan: ChangePlan): Promise<void> {
  const count = plan.changes.length;
  const write = {
    label: `$(check) ${count === 1 ? vscode.l10n.t('Write 1 file') : vscode.l10n.t('Write {0} files', count)}`,
    detail: plan.notes.join(' '),
  };
  const leave = { label: `$(close) ${vscode.l10n.t('Leave everything as it is')}` };
  const picked = await vscode.window.showQuickPick([write, leave], {
    title: plan.title,
    placeHolder: vscode.l10n.t('The diff shows exactly what will be written. Nothing was written yet.'),
    ignoreFocusOut: true,
  });
  if (picked !== write) throw new vscode.CancellationError();
}

/** User-started and possibly long: a notification with progress that can be cancelled. */
async function captureHistory(
  workspace: MemoryWorkspace,
  occasion: 'after set-up' | 'asked for',
): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: vscode.l10n.t('Varve: reading the git history'),
  };
  const captured = await vscode.window.withProgress(options, (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    let before = 0;
    return workspace.capture({
      signal: stop.signal,
      onProgress: (done, total) => {
        const percent = total > 0 ? (100 * done) / total : 100;
        progress.report({
          increment: percent - before,
          message: vscode.l10n.t('{0} of {1} commits', done, total),
        });
        before = percent;
      },
    });
  });
  // Set-up itself has worked: a folder without git or commits has no history to offer, and that is no failure.
  if (!captured.ok && occasion === 'after set-up' && captured.error.kind === 'no-git') return;
  await tellCaptured(need(captured), occasion);
}

async function tellCaptured(report: CaptureReport, occasion: 'after set-up' | 'asked for'): Promise<void> {
  if (report.proposed.length > 0) {
    await vscode.commands.executeCommand(`${viewIds.inbox}.focus`);
    return;
  }
  if (occasion === 'after set-up') return;
  const sentence = vscode.l10n.t(
    'Nothing new to propose: {0} commits read, {1} findings were known or rejected before.',
    report.commits,
    report.passedOver,
  );
  void vscode.window.showInformationMessage(sentence);
}
