import { basename, sep } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { CheckProblem, CheckReport } from '../../memory/check/check-problem.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { FolderChange, WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { diagnosticOf, problemsByPath } from './diagnostics.ts';

/** Many changes in a row are one check. */
const QUIET_MS = 400;

export interface MemoryProblemsOptions {
  readonly folders: WorkspaceFolders;
  /** The Memory view: once it is looked at, its folders are checked. */
  readonly view: vscode.TreeView<unknown>;
  readonly onError: (error: unknown) => void;
}

/**
 * What is wrong with the memory, in the Problems panel. Nothing is read before the Memory view is looked at, a memory
 * file is in front of the user, or somebody asks; from then on every change of a folder that was checked is followed.
 */
export class MemoryProblems implements Disposable {
  readonly #options: MemoryProblemsOptions;
  readonly #owned = new DisposableStore();
  readonly #shown: vscode.DiagnosticCollection;
  readonly #reports = new Map<string, CheckReport>();
  readonly #awake = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Map<string, Promise<unknown>>();
  #byPath: ReadonlyMap<string, readonly CheckProblem[]> = new Map();
  #ended = false;

  constructor(options: MemoryProblemsOptions) {
    this.#options = options;
    const { folders, view } = options;
    this.#shown = this.#owned.add(vscode.languages.createDiagnosticCollection('varve'));
    this.#owned.add(folders.onDidChange((change) => this.#follow(change)));
    this.#owned.add(view.onDidChangeVisibility(() => this.#seeView()));
    this.#owned.add(vscode.window.onDidChangeActiveTextEditor((editor) => this.#seeEditor(editor)));
    this.#seeView();
    this.#seeEditor(vscode.window.activeTextEditor);
  }

  /** Checks every folder now. The problems are shown; those that could not be opened come back. */
  async checkAll(): Promise<{
    readonly reports: readonly CheckReport[];
    readonly failed: readonly MemoryProblem[];
  }> {
    const all = await this.#options.folders.all();
    const reports: CheckReport[] = [];
    for (const { folder, opened } of all) {
      if (!opened.ok) continue;
      this.#awake.add(folder);
      reports.push(await this.#check(folder, opened.value));
    }
    return { reports, failed: all.flatMap(({ opened }) => (opened.ok ? [] : [opened.error])) };
  }

  /** Checks a folder again where somebody looked at its problems before. */
  checkSoon(folder: string): void {
    if (this.#awake.has(folder)) this.#soon(folder);
  }

  /** The problems of a file as last checked. */
  of(path: string): readonly CheckProblem[] {
    return this.#byPath.get(path) ?? [];
  }

  dispose(): void {
    this.#ended = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#owned.dispose();
  }

  #seeView(): void {
    if (!this.#options.view.visible) return;
    for (const { folder } of this.#options.folders.folders) this.#wake(folder);
  }

  #seeEditor(editor: vscode.TextEditor | undefined): void {
    const uri = editor?.document.uri;
    if (uri?.scheme !== 'file' || !looksLikeMemory(uri.fsPath)) return;
    const folder = this.#options.folders.folderOf(uri);
    if (folder !== undefined) this.#wake(folder);
  }

  #wake(folder: string): void {
    if (this.#awake.has(folder)) return;
    this.#awake.add(folder);
    this.#soon(folder);
  }

  #follow({ folder, change }: FolderChange): void {
    if (change === 'folders') this.#forgetClosed();
    // Proposals are no memory yet, and a folder that opens is checked once somebody looks.
    else if (folder !== undefined && change !== 'inbox') this.checkSoon(folder);
  }

  #forgetClosed(): void {
    const open = new Set(this.#options.folders.folders.map(({ folder }) => folder));
    for (const folder of [...this.#awake]) {
      if (open.has(folder)) this.#soon(folder);
      else {
        this.#awake.delete(folder);
        this.#reports.delete(folder);
      }
    }
    this.#show();
  }

  #soon(folder: string): void {
    clearTimeout(this.#timers.get(folder));
    const start = (): void => void this.#checkFolder(folder).catch(this.#options.onError);
    this.#timers.set(folder, setTimeout(start, QUIET_MS));
  }

  async #checkFolder(folder: string): Promise<void> {
    this.#timers.delete(folder);
    const opened = await this.#options.folders.open(folder);
    if (opened.ok && !this.#ended) await this.#check(folder, opened.value);
  }

  /** One check of a folder at a time: the later one has the last word. */
  async #check(folder: string, workspace: MemoryWorkspace): Promise<CheckReport> {
    const before = this.#running.get(folder) ?? Promise.resolve();
    const checking = before.then(
      () => workspace.check(),
      () => workspace.check(),
    );
    this.#running.set(folder, checking);
    const report = await checking;
    if (this.#awake.has(folder) && !this.#ended) {
      this.#reports.set(folder, report);
      this.#show();
    }
    return report;
  }

  #show(): void {
    if (this.#ended) return;
    this.#byPath = problemsByPath([...this.#reports.values()].map(({ problems }) => problems));
    this.#shown.clear();
    this.#shown.set(
      [...this.#byPath].map(([path, problems]) => [vscode.Uri.file(path), problems.map(diagnosticOf)]),
    );
  }
}

function looksLikeMemory(path: string): boolean {
  const name = basename(path);
  if (/^(?:CLAUDE(?:\.local)?|AGENTS|MEMORY)\.md$/.test(name)) return true;
  return (
    name.endsWith('.md') && [`${sep}.claude${sep}`, `${sep}.varve${sep}`].some((part) => path.includes(part))
  );
}
