import { join } from 'node:path';
import * as vscode from 'vscode';
import type { MemoryPlace, PlaceName } from '../../memory/workspace/edit-requests.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { commandIds } from '../contributions.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { MemoryView } from './memory-view.ts';
import { placeItem } from './move-commands.ts';
import { askToKeepOut } from './move-entries.ts';
import { askFolder, askRule } from './new-file-questions.ts';

export interface NewFileCommandsOptions {
  readonly view: MemoryView;
  readonly folders: WorkspaceFolders;
}

/** *Create CLAUDE.md* and *New Memory File…*: through the ledger, so that *Undo Last Memory Change* takes them back. */
export function newFileCommands({ view, folders }: NewFileCommandsOptions): CommandTable {
  return {
    [commandIds.createClaudeMd]: async () => {
      needTrust();
      const workspace = await pickWorkspace(folders, vscode.l10n.t('Create CLAUDE.md in which folder?'));
      await createAndOpen(view, workspace, { path: join(workspace.folder, 'CLAUDE.md') });
    },
    [commandIds.newMemoryFile]: async () => {
      needTrust();
      const workspace = await pickWorkspace(folders, vscode.l10n.t('A new memory file for which folder?'));
      await createAndOpen(view, workspace, await askPlace(workspace));
    },
  };
}

/** An existing file is opened and left as it is. */
async function createAndOpen(view: MemoryView, workspace: MemoryWorkspace, place: PlaceName): Promise<void> {
  const plan = await workspace.edits.planNewFile({ place });
  const isThere = !plan.ok && plan.error.kind === 'conflict';
  const path = isThere ? plan.error.path : need(plan).path;
  if (plan.ok) {
    const keepOutOfGit = await askToKeepOut(plan.value.notes);
    need(await workspace.edits.createFile({ place, keepOutOfGit }));
    const notes = plan.value.notes.filter((note) => !note.includes('info/exclude'));
    if (notes.length > 0) void vscode.window.showWarningMessage(notes.join(' '));
    await view.tree.refresh();
  }
  if (path === undefined) return;
  const editor = await vscode.window.showTextDocument(vscode.Uri.file(path));
  const { end } = editor.document.lineAt(editor.document.lineCount - 1).range;
  editor.selection = new vscode.Selection(end, end);
}

interface PlaceQuestion extends vscode.QuickPickItem {
  readonly place: () => Promise<PlaceName>;
}

async function askPlace(workspace: MemoryWorkspace): Promise<PlaceName> {
  const usual = (await workspace.edits.places()).filter(({ scope }) =>
    ['user', 'project', 'local'].includes(scope),
  );
  const items: PlaceQuestion[] = [
    ...usual.map((place) => ({ ...knownItem(place), place: async () => ({ path: place.path }) })),
    {
      label: vscode.l10n.t('A folder…'),
      detail: vscode.l10n.t('Its CLAUDE.md is read when an agent reads a file there.'),
      place: async () => ({ scope: 'folder', folder: await askFolder(workspace.folder) }),
    },
    {
      label: vscode.l10n.t('A rule…'),
      detail: vscode.l10n.t('Read at every start, or when an agent reads certain files.'),
      place: async () => ({ scope: 'rules', ...(await askRule()) }),
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('New memory file'),
    placeHolder: vscode.l10n.t('Who should read it? What is there already is opened.'),
    matchOnDetail: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.place();
}

function knownItem(place: MemoryPlace): vscode.QuickPickItem {
  const item = placeItem(place);
  return place.exists ? { ...item, description: vscode.l10n.t('there already: will be opened') } : item;
}
