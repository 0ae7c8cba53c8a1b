import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { RefreshQueue } from '../tree/refresh-queue.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** What a read-only document is about: a folder and, in it or elsewhere, files. */
export interface DocumentPlace {
  readonly folder: string;
  /** The file in front of the user. */
  readonly file?: string | undefined;
  /** The path that is asked about. */
  readonly about?: string | undefined;
}

export interface LiveDocumentsOptions {
  readonly scheme: string;
  readonly folders: WorkspaceFolders;
  readonly textOf: (workspace: MemoryWorkspace, place: DocumentPlace) => Promise<string>;
  readonly onError: (error: unknown) => void;
}

/** Read-only documents of one scheme that follow every change of the memory they are made from. */
export class LiveDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #options: LiveDocumentsOptions;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(options: LiveDocumentsOptions) {
    this.#options = options;
    this.#owned.add(this.#changed);
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(options.scheme, this));
    // One change of the memory is told in several parts.
    const refreshes = this.#owned.add(new RefreshQueue(async () => this.#refresh(), options.onError));
    this.#owned.add(options.folders.onDidChange(() => refreshes.request()));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const place = placeOf(uri);
    const opened = await this.#options.folders.open(place.folder);
    return opened.ok ? this.#options.textOf(opened.value, place) : `${opened.error.message}\n`;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === this.#options.scheme) this.#changed.fire(uri);
  }
}

/** Address of a document; `title` is what its tab says. */
export function documentUri(scheme: string, title: string, place: DocumentPlace): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${title}.md`, query: JSON.stringify(place) });
}

/** Opens it as Markdown, in the tab for passing looks. */
export async function showDocument(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.languages.setTextDocumentLanguage(document, 'markdown');
  await vscode.window.showTextDocument(document, { preview: true });
}

function placeOf(uri: vscode.Uri): DocumentPlace {
  const place: unknown = JSON.parse(uri.query);
  const folder = wordOf(place, 'folder');
  if (folder === undefined) throw new Error(`not an address of a document of ours: ${uri.toString()}`);
  return { folder, file: wordOf(place, 'file'), about: wordOf(place, 'about') };
}

function wordOf(place: unknown, name: string): string | undefined {
  if (typeof place !== 'object' || place === null) return undefined;
  const value = (place as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
}
