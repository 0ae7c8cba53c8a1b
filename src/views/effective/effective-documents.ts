import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { uriOf } from '../command/subject.ts';
import { commandIds, schemes } from '../contributions.ts';
import { pickFolder } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/**
 * The `varve-effective:` documents: what an agent will really read for one file, in order, with reasons and tokens.
 * Live: an open one follows every change of the hierarchy.
 */
export class EffectiveDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#owned.add(this.#changed);
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(schemes.effective, this));
    this.#owned.add(folders.onDidChange(() => this.#refresh()));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const place = placeOf(uri);
    const opened = await this.#folders.open(place.folder);
    if (!opened.ok) return `${opened.error.message}\n`;
    return (await opened.value.effective(place.file)).document;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === schemes.effective) this.#changed.fire(uri);
  }
}

export function effectiveCommands(folders: WorkspaceFolders): CommandTable {
  return {
    [commandIds.showEffectiveMemory]: async (...args) => {
      const active = uriOf(args) ?? vscode.window.activeTextEditor?.document.uri;
      const inside = folders.folderOf(active);
      const folder =
        inside ?? (await pickFolder(folders, vscode.l10n.t('Show the effective memory of which folder?')));
      const governed = active && isGoverned(active, folder) ? active.fsPath : undefined;
      // Fails here with a sentence and not in a document nobody expects.
      need(await folders.open(folder));
      const document = await vscode.workspace.openTextDocument(effectiveUri(folder, governed));
      await vscode.languages.setTextDocumentLanguage(document, 'markdown');
      await vscode.window.showTextDocument(document, { preview: true });
    },
  };
}

export function effectiveUri(folder: string, file: string | undefined): vscode.Uri {
  const name = file
    ? vscode.l10n.t('Effective Memory ({0})', basename(file))
    : vscode.l10n.t('Effective Memory ({0})', basename(folder));
  return vscode.Uri.from({
    scheme: schemes.effective,
    path: `/${name}.md`,
    query: JSON.stringify({ folder, file }),
  });
}

function isGoverned(uri: vscode.Uri, folder: string): boolean {
  return uri.scheme === 'file' && vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath === folder;
}

function placeOf(uri: vscode.Uri): { readonly folder: string; readonly file?: string } {
  const place: unknown = JSON.parse(uri.query);
  if (
    typeof place !== 'object' ||
    place === null ||
    !('folder' in place) ||
    typeof place.folder !== 'string'
  ) {
    throw new Error(`not an address of effective memory: ${uri.toString()}`);
  }
  const file = 'file' in place && typeof place.file === 'string' ? place.file : undefined;
  return file === undefined ? { folder: place.folder } : { folder: place.folder, file };
}
