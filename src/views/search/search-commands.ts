import * as vscode from 'vscode';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { commandIds } from '../contributions.ts';
import { pickFolder } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { FolderAnswer } from './search-items.ts';
import { showSearchPick } from './search-pick.ts';

const maxHits = 50;
/** A longer selection is not meant as a question. */
const maxSelection = 80;

export function searchCommands(folders: WorkspaceFolders): CommandTable {
  return {
    [commandIds.searchMemory]: async () => {
      // Says what to do where no folder is open, or none could be opened.
      if (folders.folders.length === 0) await pickFolder(folders, '');
      const all = await folders.all();
      const first = all[0];
      if (first !== undefined && all.every(({ opened }) => !opened.ok)) need(first.opened);
      const ask = (query: string, signal: AbortSignal) => askAll(folders, query, signal);
      await showSearchPick({ start: selectedWords(), ask });
    },
  };
}

/** The workspaces are asked for anew: one may have been opened again meanwhile. */
async function askAll(
  folders: WorkspaceFolders,
  query: string,
  signal: AbortSignal,
): Promise<readonly FolderAnswer[]> {
  const options = { limit: maxHits, prefix: true, signal };
  const answers = (await folders.all()).map(async ({ folder, name, opened }) =>
    opened.ok ? { folder, name, hits: await opened.value.search(query, options) } : undefined,
  );
  return (await Promise.all(answers)).filter((answer) => answer !== undefined);
}

function selectedWords(): string {
  const editor = vscode.window.activeTextEditor;
  if (!editor?.selection.isSingleLine) return '';
  const text = editor.document.getText(editor.selection).trim();
  return text.length <= maxSelection ? text : '';
}
