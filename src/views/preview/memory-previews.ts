import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { FilePreview } from '../../memory/workspace/file-preview.ts';
import { RefreshQueue } from '../tree/refresh-queue.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** Files that previews were asked for; the oldest is forgotten first. */
const maxKnown = 200;
/** VS Code draws within 0.3 s of being asked; in milliseconds. */
const REDRAW_MS = 600;
const LOOK_MS = 50;
const MOST_REDRAWS = 3;

/**
 * What previews of memory files show, ready to be taken without waiting. A file that nobody asked for is read behind
 * the preview's back, and the preview is drawn again. An ordinary Markdown file opens no workspace.
 */
export class MemoryPreviews implements Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #known = new Map<string, FilePreview | undefined>();
  /** What was drawn since VS Code was last asked to draw. */
  readonly #drawn = new Set<string>();
  readonly #owned = new DisposableStore();
  readonly #readings: RefreshQueue;

  constructor(folders: WorkspaceFolders, onError: (error: unknown) => void) {
    this.#folders = folders;
    this.#readings = this.#owned.add(new RefreshQueue(() => this.#readAll(), onError));
    this.#owned.add(folders.onDidChange(({ change }) => change !== 'inbox' && this.#readSoon()));
  }

  /** For a document's address; answers at once, with undefined where nothing is known yet or ever. */
  readonly of = (document: unknown): FilePreview | undefined => {
    if (!(document instanceof vscode.Uri) || document.scheme !== 'file') return undefined;
    const path = document.fsPath;
    if (!this.#known.has(path) && this.#isWorthAsking(document)) {
      this.#remember(path);
      this.#readSoon();
    }
    this.#drawn.add(path);
    return this.#known.get(path);
  };

  dispose(): void {
    this.#owned.dispose();
  }

  // Once a workspace is open, asking it costs nothing: an imported file has any name.
  #isWorthAsking(uri: vscode.Uri): boolean {
    const folder = this.#folders.folderOf(uri);
    if (folder === undefined) return false;
    return isMemoryName(uri.fsPath) || this.#folders.opened.some((workspace) => workspace.folder === folder);
  }

  #remember(path: string): void {
    this.#known.set(path, undefined);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
  }

  #readSoon(): void {
    if (this.#known.size > 0) this.#readings.request();
  }

  async #readAll(): Promise<void> {
    const paths = [...this.#known.keys()];
    const isChanged = await Promise.all(paths.map((path) => this.#read(path)));
    const changed = paths.filter((_path, index) => isChanged[index]);
    // VS Code drops a refresh while it waits to look at a document that, it then finds, did not change.
    for (let redraw = 0; redraw < MOST_REDRAWS && changed.length > 0; redraw += 1) {
      this.#drawn.clear();
      // An editor without VS Code's Markdown preview has no such command, and nothing to draw again.
      await vscode.commands.executeCommand('markdown.preview.refresh').then(undefined, () => undefined);
      if (await this.#isDrawn(changed)) return;
    }
  }

  /** Previews that were closed meanwhile are never drawn. */
  async #isDrawn(paths: readonly string[]): Promise<boolean> {
    for (let waited = 0; waited < REDRAW_MS; waited += LOOK_MS) {
      if (paths.every((path) => this.#drawn.has(path))) return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return false;
  }

  /** True when there is something new to draw. */
  async #read(path: string): Promise<boolean> {
    const folder = this.#folders.folderOf(vscode.Uri.file(path));
    const opened = folder === undefined ? undefined : await this.#folders.open(folder);
    const preview = opened?.ok ? await opened.value.preview(path) : undefined;
    const isSame = JSON.stringify(preview) === JSON.stringify(this.#known.get(path));
    if (this.#known.has(path)) this.#known.set(path, preview);
    return !isSame;
  }
}

function isMemoryName(path: string): boolean {
  const names = ['CLAUDE.md', 'CLAUDE.local.md', 'AGENTS.md', 'MEMORY.md'];
  return names.includes(basename(path)) || /[/\\]\.claude[/\\]rules[/\\]/.test(path);
}
