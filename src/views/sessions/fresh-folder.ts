import * as vscode from 'vscode';
import type { FreshSession, FreshStages } from '../../agent/resume/fresh/fresh-session.ts';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type FolderSession, sessionTitle } from './shown-session.ts';

type Problem = { readonly message: string };

/** Puts a session's work into a new folder. */
export interface FreshFolders {
  /** A folder that is not there yet. */
  propose(workspace: MemoryWorkspace, session: string): Promise<Result<string, Problem>>;
  make(
    workspace: MemoryWorkspace,
    session: string,
    directory: string,
    onStage: (stage: keyof FreshStages) => void,
  ): Promise<Result<FreshSession, Problem>>;
}

/** Asks where, lays the work out, and offers the new folder in a window of its own: the Sessions view resumes it there. */
export async function resumeInNewFolder(
  { folder, session }: FolderSession,
  folders: WorkspaceFolders,
  fresh: FreshFolders,
): Promise<void> {
  const workspace = need(await folders.open(folder));
  const proposed = await fresh.propose(workspace, session.id);
  if (!proposed.ok) throw new UserProblem(proposed.error.message);
  const directory = await vscode.window.showInputBox({
    title: vscode.l10n.t('Resume in a New Folder: {0}', sessionTitle(session)),
    prompt: vscode.l10n.t('Where? The folder is made; the session and its own folder stay as they are.'),
    value: proposed.value,
    ignoreFocusOut: true,
  });
  if (directory === undefined || directory.trim() === '') throw new vscode.CancellationError();
  const made = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Laying out earlier work') },
    (progress) =>
      fresh.make(workspace, session.id, directory.trim(), (stage) =>
        progress.report({ message: stageWords(stage) }),
      ),
  );
  if (!made.ok) throw new UserProblem(made.error.message);
  await offer(made.value);
}

async function offer({ directory, notes }: FreshSession): Promise<void> {
  const open = vscode.l10n.t('Open in New Window');
  const said = [vscode.l10n.t('The work is in {0}; its Sessions view resumes it.', directory), ...notes].join(
    ' ',
  );
  const asked = await vscode.window.showInformationMessage(said, open);
  if (asked === open)
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(directory), {
      forceNewWindow: true,
    });
}

function stageWords(stage: keyof FreshStages): string {
  switch (stage) {
    case 'clone':
      return vscode.l10n.t('cloning');
    case 'files':
      return vscode.l10n.t('laying the files over');
    case 'memory':
      return vscode.l10n.t('making the memory current');
  }
}
