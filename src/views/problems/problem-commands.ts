import * as vscode from 'vscode';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { toUserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import { needTrust, pickFolder, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { checkSentence } from './diagnostics.ts';
import type { MemoryProblems } from './memory-problems.ts';

/** *Check Memory* shows what is wrong in the Problems panel; *Regenerate Memory Index* is the quick fix of one rule. */
export function problemCommands(problems: MemoryProblems, folders: WorkspaceFolders): CommandTable {
  return {
    [commandIds.checkMemory]: async () => {
      // Says what to do where no folder is open.
      if (folders.folders.length === 0) await pickFolder(folders, '');
      const { reports, failed } = await problems.checkAll();
      const [first] = failed;
      if (first !== undefined && reports.length === 0) throw toUserProblem(first);
      const found = reports.flatMap((report) => report.problems);
      const files = reports.reduce((sum, report) => sum + report.files, 0);
      if (found.length > 0) await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
      void vscode.window.showInformationMessage(checkSentence(found, files));
    },
    [commandIds.regenerateMemory]: async () => {
      needTrust();
      const workspace = await pickWorkspace(folders, vscode.l10n.t('Regenerate the index of which folder?'));
      const done = need(await workspace.regenerate());
      const sentence =
        done === undefined
          ? vscode.l10n.t('The index and the delivery file are as the records make them.')
          : vscode.l10n.t('Made anew: {0}. Undo Last Memory Change takes it back.', done.subject.join(', '));
      void vscode.window.showInformationMessage(sentence);
    },
  };
}
