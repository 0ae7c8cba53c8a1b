import * as vscode from 'vscode';
import type { SessionTool } from '../../agent/history/transcript.ts';
import { toolNames } from '../../agent/history/transcript.ts';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CommandTable } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, viewIds } from '../contributions.ts';
import { joined } from '../words.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { SessionsView } from './sessions-view.ts';

type Problem = { readonly message: string };

/** A folder that is gone, in which sessions were worked in. */
export interface GoneFolder {
  readonly directory: string;
  readonly sessions: number;
  readonly tools: readonly SessionTool[];
  /** Files and commits of its sessions point to this workspace. */
  readonly isLikely: boolean;
}

/** Says where sessions belong whose folder was moved or renamed. */
export interface Relinking {
  /** The likely ones first. */
  goneFolders(workspace: MemoryWorkspace): Promise<Result<readonly GoneFolder[], Problem>>;
  /** Remembers that sessions of that folder are of this workspace. */
  link(workspace: MemoryWorkspace, directory: string): Promise<Result<void, Problem>>;
}

/** *Find Sessions of a Moved Folder…*: asked once, remembered. */
export function relinkCommands(
  folders: WorkspaceFolders,
  view: SessionsView,
  relinking: Relinking,
): CommandTable {
  return {
    [commandIds.relinkSessions]: async () => {
      needTrust();
      const workspace = await pickWorkspace(folders, vscode.l10n.t('Which folder was moved or renamed?'));
      const chosen = await pickFolders(relinking.goneFolders(workspace), workspace.name);
      for (const { directory } of chosen) {
        const linked = await relinking.link(workspace, directory);
        if (!linked.ok) throw new UserProblem(linked.error.message);
      }
      await view.tree.refresh();
    },
  };
}

interface FolderItem extends vscode.QuickPickItem {
  readonly folder: GoneFolder;
}

async function pickFolders(
  looking: Promise<Result<readonly GoneFolder[], Problem>>,
  name: string,
): Promise<readonly GoneFolder[]> {
  const location = { viewId: viewIds.sessions };
  const found = await vscode.window.withProgress({ location }, () => looking);
  if (!found.ok) throw new UserProblem(found.error.message);
  if (found.value.length === 0)
    throw new UserProblem(vscode.l10n.t('No session on this machine is of a folder that is gone.'));
  const items = found.value.map((folder): FolderItem => {
    const { directory, sessions, tools, isLikely } = folder;
    const count = sessions === 1 ? vscode.l10n.t('1 session') : vscode.l10n.t('{0} sessions', sessions);
    return {
      label: directory,
      description: joined(count, tools.map((tool) => toolNames[tool]).join(', ')),
      ...(isLikely && { detail: vscode.l10n.t('Files that were worked on there are in this folder.') }),
      picked: isLikely,
      folder,
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    ignoreFocusOut: true,
    title: vscode.l10n.t('Find Sessions of a Moved Folder'),
    placeHolder: vscode.l10n.t('Which of these folders, which are gone, is {0} now?', name),
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.map(({ folder }) => folder);
}
