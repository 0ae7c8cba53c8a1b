import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { failure, type Result } from '../../base/result.ts';
import type {
  MemoryProblem,
  MemoryWorkspace,
  WorkspaceChange,
} from '../../memory/workspace/memory-workspace.ts';
import { noticeNewNames } from './new-names.ts';

/** `choose` settles which project a folder belongs to, where that is not clear. */
export type OpenWorkspace = (
  folder: string,
  choose?: string,
) => Promise<Result<MemoryWorkspace, MemoryProblem>>;

export interface FolderChange {
  /** File system path of the folder; undefined when the folders themselves changed. */
  readonly folder: string | undefined;
  readonly change: WorkspaceChange | 'opened' | 'folders';
}

/** A workspace folder with its memory, or why it could not be opened. */
export interface FolderMemory {
  readonly folder: string;
  readonly name: string;
  readonly opened: Result<MemoryWorkspace, MemoryProblem>;
}

interface Slot {
  readonly opening: Promise<Result<MemoryWorkspace, MemoryProblem>>;
  workspace: MemoryWorkspace | undefined;
  readonly owned: DisposableStore;
}

/** One {@link MemoryWorkspace} per workspace folder, opened when something first asks for it. */
export class WorkspaceFolders implements Disposable {
  readonly #open: OpenWorkspace;
  readonly #slots = new Map<string, Slot>();
  readonly #owned = new DisposableStore();
  readonly #changed: Emitter<FolderChange>;

  constructor(open: OpenWorkspace, onError: (error: unknown) => void) {
    this.#open = open;
    this.#changed = this.#owned.add(new Emitter<FolderChange>(onError));
    this.#owned.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#forget(({ folder }) => !isOpenFolder(folder))),
    );
    // What was opened in Restricted Mode may do more from now on.
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#forget(() => true)));
  }

  get onDidChange() {
    return this.#changed.event;
  }

  /** The folders of the window that lie on a disk, in order. */
  get folders(): readonly { readonly folder: string; readonly name: string }[] {
    return localFolders().map(({ uri, name }) => ({ folder: uri.fsPath, name }));
  }

  /** Opens what is not open yet. Never rejects. */
  all(): Promise<readonly FolderMemory[]> {
    return Promise.all(
      this.folders.map(async ({ folder, name }) => ({ folder, name, opened: await this.open(folder) })),
    );
  }

  /** The workspaces that did open. */
  async workspaces(): Promise<readonly MemoryWorkspace[]> {
    const all = await this.all();
    return all.flatMap(({ opened }) => (opened.ok ? [opened.value] : []));
  }

  /** What is open already; opens nothing. */
  get opened(): readonly MemoryWorkspace[] {
    return [...this.#slots.values()].flatMap(({ workspace }) => (workspace ? [workspace] : []));
  }

  /** A failure is not kept: the next call tries again. Never rejects. */
  open(folder: string, choose?: string): Promise<Result<MemoryWorkspace, MemoryProblem>> {
    const known = this.#slots.get(folder);
    if (known) return known.opening;
    const owned = new DisposableStore();
    const slot: Slot = { opening: this.#start(folder, owned, choose), workspace: undefined, owned };
    this.#slots.set(folder, slot);
    return slot.opening;
  }

  /** The folder a file lies in; the only folder for no file or one elsewhere. */
  folderOf(uri: vscode.Uri | undefined): string | undefined {
    const inside = uri?.scheme === 'file' ? vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath : undefined;
    const all = this.folders;
    return inside ?? (all.length === 1 ? all[0]?.folder : undefined);
  }

  dispose(): void {
    for (const slot of this.#slots.values()) slot.owned.dispose();
    this.#slots.clear();
    this.#owned.dispose();
  }

  async #start(
    folder: string,
    owned: DisposableStore,
    choose: string | undefined,
  ): Promise<Result<MemoryWorkspace, MemoryProblem>> {
    // A turn later, so that the slot is known before anything is heard from it.
    await Promise.resolve();
    const opened = await this.#open(folder, choose).catch((error: unknown) =>
      failure(problemOf(error, folder)),
    );
    if (!opened.ok) {
      if (this.#slots.get(folder)?.owned === owned) this.#slots.delete(folder);
      return opened;
    }
    const workspace = opened.value;
    owned.add(workspace);
    owned.add(noticeNewNames(workspace));
    owned.add(workspace.onDidChange((change) => this.#changed.fire({ folder, change })));
    const slot = this.#slots.get(folder);
    if (slot?.owned === owned) {
      slot.workspace = workspace;
      workspace.watch();
      this.#changed.fire({ folder, change: 'opened' });
    }
    return opened;
  }

  #forget(gone: (place: { readonly folder: string }) => boolean): void {
    for (const [folder, slot] of this.#slots) {
      if (!gone({ folder })) continue;
      this.#slots.delete(folder);
      slot.owned.dispose();
    }
    this.#changed.fire({ folder: undefined, change: 'folders' });
  }
}

function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

function isOpenFolder(folder: string): boolean {
  return localFolders().some(({ uri }) => uri.fsPath === folder);
}

function problemOf(error: unknown, path: string): MemoryProblem {
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'io', path, message: vscode.l10n.t('The memory of {0} could not be read: {1}', path, why) };
}
