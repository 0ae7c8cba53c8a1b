import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable.ts';
import type { SearchHit } from '../../memory/search/search.ts';
import { Questions } from './questions.ts';
import { type FolderAnswer, type SearchItem, searchItems } from './search-items.ts';

export interface SearchPickOptions {
  /** What is searched for at once; may be empty. */
  readonly start: string;
  readonly ask: (query: string, signal: AbortSignal) => Promise<readonly FolderAnswer[]>;
}

/** *Search Memory…*: answers while one types. Resolves when it is closed; rejects where a hit cannot be opened. */
export function showSearchPick({ start, ask }: SearchPickOptions): Promise<void> {
  const owned = new DisposableStore();
  const pick = owned.add(vscode.window.createQuickPick<SearchItem>());
  const toSide: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('split-horizontal'),
    tooltip: vscode.l10n.t('Open to the Side'),
  };
  pick.title = vscode.l10n.t('Search Memory');
  pick.placeholder = vscode.l10n.t('Words of a decision, an entry or a memory file');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  // Rows have it for the mouse; on the title bar it is reached by key and means the row in focus.
  pick.buttons = [toSide];
  keepOrder(pick);
  const closed = new Promise<void>((resolve, reject) => {
    const answer = async (query: string, signal: AbortSignal) =>
      searchItems(await ask(query, signal), [toSide]);
    const questions = owned.add(new Questions(pick, answer, reject));
    const open = (hit: SearchHit | undefined, beside: boolean): void => {
      if (hit !== undefined) openHit(hit, beside).then(() => (beside ? undefined : pick.hide()), reject);
    };
    owned.add(pick.onDidChangeValue((value) => questions.ask(value)));
    owned.add(pick.onDidAccept(() => open(pick.activeItems[0]?.hit, false)));
    owned.add(pick.onDidTriggerItemButton(({ item }) => open(item.hit, true)));
    owned.add(pick.onDidTriggerButton(() => open(pick.activeItems[0]?.hit, true)));
    owned.add(pick.onDidHide(() => resolve()));
    pick.value = start;
    questions.ask(start);
    pick.show();
  });
  return closed.finally(() => owned.dispose());
}

/** By rank, not by how well labels fit: VS Code has this since long and has not put it into its types (1.139). */
function keepOrder(pick: vscode.QuickPick<SearchItem>): void {
  if ('sortByLabel' in pick) Object.assign(pick, { sortByLabel: false });
}

/** To the side the list stays open, so that several can be looked at. */
async function openHit({ path, line = 0 }: SearchHit, beside: boolean): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(path), {
    selection: new vscode.Range(line, 0, line, 0),
    viewColumn: beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
    preserveFocus: beside,
    preview: true,
  });
}
