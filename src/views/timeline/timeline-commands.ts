import * as vscode from 'vscode';
import { changelogDraft } from '../../memory/timeline/changelog-draft.ts';
import type { CommandTable } from '../command/command-funnel.ts';
import { commandIds, settingIds } from '../contributions.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { exportDecisions, nothingAccepted } from './export-decisions.ts';

/** The order of records in the Memory view, and what they are exported to. */
export function timelineCommands(folders: WorkspaceFolders): CommandTable {
  return {
    [commandIds.recordsByTime]: () => order('time'),
    [commandIds.recordsByArea]: () => order('area'),
    [commandIds.exportDecisions]: async () => {
      needTrust();
      await exportDecisions(
        await pickWorkspace(folders, vscode.l10n.t('Export the decisions of which folder?')),
      );
    },
    [commandIds.draftChangelog]: async () => {
      const workspace = await pickWorkspace(folders, vscode.l10n.t('Draft a changelog of which folder?'));
      const timeline = await workspace.timeline();
      if (timeline.length === 0) throw nothingAccepted();
      // Untitled: the person decides where it goes, and whether.
      const content = changelogDraft(timeline);
      const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
      await vscode.window.showTextDocument(document, { preview: false });
    },
  };
}

async function order(value: 'time' | 'area'): Promise<void> {
  const target = vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration().update(settingIds.recordOrder, value, target);
}
