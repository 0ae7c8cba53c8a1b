import * as vscode from 'vscode';
import type { MemoryProblem, MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import type { WorkspaceFolders } from './workspace-folders.ts';

/** The folder a command is about: the only one, the active file's, or the one picked. Throws when there is none. */
export async function pickFolder(folders: WorkspaceFolders, placeHolder: string): Promise<string> {
  const all = folders.folders;
  const [first] = all;
  if (!first) {
    const open = {
      kind: 'command',
      title: vscode.l10n.t('Open Folder…'),
      command: 'workbench.action.files.openFolder',
    } as const;
    throw new UserProblem(
      vscode.l10n.t('No folder is open: memory belongs to a folder. Open one first.'),
      open,
    );
  }
  if (all.length === 1) return first.folder;
  const active = folders.folderOf(vscode.window.activeTextEditor?.document.uri);
  const items = all.map(({ folder, name }) => ({ label: name, description: folder, folder }));
  // The active file's folder comes first: Enter takes it.
  items.sort((a, b) => Number(b.folder === active) - Number(a.folder === active));
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  if (!picked) throw new vscode.CancellationError();
  return picked.folder;
}

/** The same, opened; throws what the user can act on. */
export async function pickWorkspace(
  folders: WorkspaceFolders,
  placeHolder: string,
): Promise<MemoryWorkspace> {
  const folder = await pickFolder(folders, placeHolder);
  const opened = await folders.open(folder);
  if (opened.ok || opened.error.kind !== 'ambiguous') return need(opened);
  const workspace = need(await folders.open(folder, await askWhichProject(opened.error)));
  // The answer is kept with the project, so that it is asked once.
  need(await workspace.ensureState());
  return workspace;
}

/** Whose memory a folder has: a copy, a fork or a second clone may be either. Throws when cancelled. */
async function askWhichProject(problem: MemoryProblem): Promise<string> {
  const known = (problem.candidates ?? []).map(({ id, name, path, why }) => ({
    id,
    label: name,
    ...(path === undefined ? {} : { description: path }),
    detail: why,
  }));
  const fresh = {
    id: 'new',
    label: vscode.l10n.t('A new project'),
    detail: vscode.l10n.t('It starts with a memory of its own; nothing of the others is read.'),
  };
  const picked = await vscode.window.showQuickPick([...known, fresh], {
    title: vscode.l10n.t('Which project is this?'),
    placeHolder: problem.message,
    ignoreFocusOut: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.id;
}

/** Restricted Mode: what writes or runs says how to go on. */
export function needTrust(): void {
  if (vscode.workspace.isTrusted) return;
  const manage = {
    kind: 'command',
    title: vscode.l10n.t('Manage Workspace Trust'),
    command: 'workbench.trust.manage',
  } as const;
  throw new UserProblem(
    vscode.l10n.t('In Restricted Mode memory can only be read. Trust this workspace to go on.'),
    manage,
  );
}
