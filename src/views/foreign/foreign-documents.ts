import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { ForeignWrite } from '../../memory/workspace/foreign-writes.ts';
import { schemes } from '../contributions.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

interface SeenAddress {
  readonly folder: string;
  readonly id: string;
  readonly side: 'before' | 'after';
}

/** The `varve-seen:` documents: what a memory file held before and after another program wrote to it. */
export class ForeignDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #owned = new DisposableStore();

  constructor(folders: WorkspaceFolders) {
    this.#folders = folders;
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(schemes.seen, this));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { folder, id, side } = JSON.parse(uri.query) as SeenAddress;
    // The address could be made by anybody who can open a link: only a folder that is open is asked.
    const isOpen = this.#folders.folders.some((open) => open.folder === folder);
    const opened = isOpen ? await this.#folders.open(folder) : undefined;
    const writes = opened?.ok ? await opened.value.foreign.list() : [];
    const write = writes.find((one) => one.id === id);
    if (!write) return vscode.l10n.t('This was kept or taken back meanwhile.');
    return write[side] ?? '';
  }

  /** The diff of before and now; of a file that is gone, before and nothing. */
  async show(folder: string, { id, path, kind, by }: ForeignWrite): Promise<void> {
    const side = (which: SeenAddress['side']) =>
      vscode.Uri.file(path).with({
        scheme: schemes.seen,
        query: JSON.stringify({ folder, id, side: which } satisfies SeenAddress),
      });
    const now = kind === 'deleted' ? side('after') : vscode.Uri.file(path);
    const title = vscode.l10n.t('{0} (before {1} ↔ now)', basename(path), by);
    await vscode.commands.executeCommand('vscode.diff', side('before'), now, title, { preview: true });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
