import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { MemoryPlace, MoveTarget, PieceAddress } from '../../memory/workspace/edit-requests.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { rowsOf } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import { tokenWords } from '../words.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { MemoryView } from './memory-view.ts';
import { chosenPieces, moveEntries } from './move-entries.ts';
import { askFolder, askRule } from './new-file-questions.ts';
import { isMovable, isPromotable } from './outline-words.ts';
import { promote } from './promote.ts';

export interface MoveCommandsOptions {
  readonly view: MemoryView;
  readonly folders: WorkspaceFolders;
}

/** *Move to Scope…* and *Promote to Project Memory*. */
export function moveCommands({ view, folders }: MoveCommandsOptions): CommandTable {
  return {
    [commandIds.moveEntry]: async (...args) => {
      const chosen = view.nodesOf(rowsOf(args, view.tree.view.selection));
      const movable = chosen.filter(({ node }) => isMovable(node));
      const { folder, workspace, pieces } =
        movable.length > 0 ? await chosenPieces(folders, movable) : await atCursor(folders);
      const target = await askTarget(workspace, pieces);
      await moveEntries(view, folder, workspace, pieces, target);
    },
    [commandIds.promote]: async (...args) => {
      const [first] = view
        .nodesOf(rowsOf(args, view.tree.view.selection))
        .filter(({ node }) => isPromotable(node));
      if (!first)
        throw new UserProblem(
          vscode.l10n.t('Select an entry or a file below “Auto memory” in the Memory view first.'),
        );
      await promote(view, folders, first);
    },
  };
}

/** Without a selection: the entry or the heading under the cursor of the memory file in front. */
async function atCursor(folders: WorkspaceFolders): Promise<{
  readonly folder: string;
  readonly workspace: MemoryWorkspace;
  readonly pieces: readonly PieceAddress[];
}> {
  needTrust();
  const editor = vscode.window.activeTextEditor;
  const folder = folders.folderOf(editor?.document.uri);
  if (editor?.document.uri.scheme !== 'file' || !folder)
    throw new UserProblem(
      vscode.l10n.t('Select entries in the Memory view, or put the cursor on one in its file.'),
    );
  const workspace = need(await folders.open(folder));
  const path = editor.document.uri.fsPath;
  const piece = need(await workspace.edits.pieceAtLine(path, editor.selection.active.line));
  return { folder, workspace, pieces: [{ path, piece }] };
}

interface TargetItem extends vscode.QuickPickItem {
  readonly target?: () => Promise<MoveTarget>;
}

async function askTarget(workspace: MemoryWorkspace, pieces: readonly PieceAddress[]): Promise<MoveTarget> {
  const from = new Set(pieces.map(({ path }) => path));
  const places = (await workspace.edits.places()).filter(({ path }) => from.size !== 1 || !from.has(path));
  const items: TargetItem[] = [
    ...places.map((place) => ({
      ...placeItem(place),
      target: async () => ({ place: { path: place.path } }),
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('A folder…'),
      detail: vscode.l10n.t('Its CLAUDE.md is read when an agent reads a file there.'),
      target: async () => ({ place: { scope: 'folder', folder: await askFolder(workspace.folder) } }),
    },
    {
      label: vscode.l10n.t('A new rule…'),
      detail: vscode.l10n.t('Read at every start, or when an agent reads certain files.'),
      target: async () => ({ place: { scope: 'rules', ...(await askRule()) } }),
    },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Move to scope'),
    placeHolder: vscode.l10n.t('Who should read it?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked?.target) throw new vscode.CancellationError();
  return picked.target();
}

/** Shared with *New Memory File…*. */
export function placeItem({ label, path, exists, effect, tokens }: MemoryPlace): vscode.QuickPickItem {
  return {
    label: label === '' ? basename(path) : label,
    description: exists ? tokenWords(tokens) : vscode.l10n.t('not there yet: will be created'),
    detail: effect,
  };
}
