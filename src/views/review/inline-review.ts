import { sep } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { settingIds } from '../contributions.ts';
import { RefreshQueue } from '../tree/refresh-queue.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { CommentThreads } from './comment-threads.ts';
import { type InlineNote, inlineNotes, type Waiting } from './inline-notes.ts';
import { lensesOf } from './review-lenses.ts';

export interface InlineReviewOptions {
  readonly folders: WorkspaceFolders;
  readonly onError: (error: unknown) => void;
}

/**
 * Review inside the files: at a proposal's own title, and where its line would come into the index and the delivery
 * file. Only of workspaces that are open already and of files that came into sight; follows every change of either.
 */
export class InlineReview implements Disposable, vscode.CodeLensProvider {
  readonly #options: InlineReviewOptions;
  readonly #owned = new DisposableStore();
  readonly #queue: RefreshQueue;
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;
  /** Read once for all files in sight, until the memory changes. */
  readonly #waiting = new Map<MemoryWorkspace, Promise<readonly Waiting[]>>();
  #threads: CommentThreads | undefined;
  #lenses: vscode.Disposable | undefined;
  #isEnded = false;

  constructor(options: InlineReviewOptions) {
    this.#options = options;
    this.#owned.add(this.#lensesChanged);
    this.#queue = this.#owned.add(new RefreshQueue(() => this.#refresh(), options.onError));
    const soon = (): void => this.#queue.request();
    this.#owned.add(
      options.folders.onDidChange(() => {
        this.#waiting.clear();
        soon();
      }),
    );
    this.#owned.add(vscode.window.onDidChangeVisibleTextEditors(soon));
    this.#owned.add(vscode.workspace.onDidCloseTextDocument(soon));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.inlineReview)) soon();
      }),
    );
    this.#owned.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#threads?.places.includes(document.uri.toString())) soon();
      }),
    );
    soon();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    return [...lensesOf(await this.#notes(document))];
  }

  dispose(): void {
    this.#isEnded = true;
    this.#threads?.dispose();
    this.#lenses?.dispose();
    this.#owned.dispose();
  }

  async #refresh(): Promise<void> {
    const mode = vscode.workspace.getConfiguration().get<string>(settingIds.inlineReview, 'comments');
    if (mode === 'comments') await this.#showThreads();
    else this.#dropThreads();
    if (mode !== 'codeLens') {
      this.#lenses?.dispose();
      this.#lenses = undefined;
      return;
    }
    this.#lenses ??= vscode.languages.registerCodeLensProvider({ scheme: 'file', pattern: '**/*.md' }, this);
    this.#lensesChanged.fire();
  }

  async #showThreads(): Promise<void> {
    const places = new Set(this.#threads?.places);
    const behind = vscode.workspace.textDocuments.filter(({ uri }) => places.has(uri.toString()));
    const inSight = vscode.window.visibleTextEditors.map(({ document }) => document);
    const documents = new Map([...behind, ...inSight].map((document) => [document.uri.toString(), document]));
    for (const document of documents.values()) {
      const notes = await this.#notes(document);
      const isKnown = this.#threads?.places.includes(document.uri.toString()) ?? false;
      if (this.#isEnded) return;
      if (notes.length === 0 && !isKnown) continue;
      this.#threads ??= new CommentThreads();
      this.#threads.show(document.uri, notes);
    }
    // A thread that was opened is still open when its tab comes to the front again; a closed file keeps none.
    for (const place of this.#threads?.places ?? [])
      if (!documents.has(place)) this.#threads?.show(vscode.Uri.parse(place), []);
  }

  #dropThreads(): void {
    this.#threads?.dispose();
    this.#threads = undefined;
  }

  async #notes(document: vscode.TextDocument): Promise<readonly InlineNote[]> {
    const { uri } = document;
    if (uri.scheme !== 'file' || !uri.fsPath.endsWith('.md') || !vscode.workspace.isTrusted) return [];
    const places = this.#options.folders.opened.filter((workspace) => mayHold(workspace, uri.fsPath));
    const waiting = (await Promise.all(places.map((workspace) => this.#waitingOf(workspace)))).flat();
    return waiting.length === 0 ? [] : inlineNotes(uri.fsPath, document.getText(), waiting);
  }

  #waitingOf(workspace: MemoryWorkspace): Promise<readonly Waiting[]> {
    const known = this.#waiting.get(workspace);
    if (known !== undefined) return known;
    const reading = waitingOf(workspace);
    this.#waiting.set(workspace, reading);
    // What failed is tried again; whoever asked hears of it.
    reading.catch(() => this.#waiting.delete(workspace));
    return reading;
  }
}

/** Proposals stand in local state or in `.varve`; what they change in `.varve`, local state or the delivery file. */
function mayHold({ root, stateDirectory }: MemoryWorkspace, path: string): boolean {
  const places = [stateDirectory, `${root}${sep}.varve`, `${root}${sep}.claude${sep}rules`];
  return places.some((place) => path.startsWith(place + sep));
}

async function waitingOf(workspace: MemoryWorkspace): Promise<readonly Waiting[]> {
  const proposals = await workspace.proposals();
  const effects = await workspace.effects(proposals);
  const effectOf = new Map(effects.map((effect) => [effect.proposal, effect]));
  return proposals.map((proposal) => ({
    folder: workspace.folder,
    proposal,
    effect: effectOf.get(proposal.id),
  }));
}
