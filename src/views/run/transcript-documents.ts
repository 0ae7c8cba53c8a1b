import * as vscode from 'vscode';
import type { SessionTool } from '../../agent/history/transcript.ts';
import type { SessionProblem } from '../../agent/session/session-problem.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { Result } from '../../base/result.ts';
import { need } from '../command/command-funnel.ts';
import { schemes } from '../contributions.ts';
import type { ReadToolSession } from '../sessions/session-history.ts';
import { toolTranscript } from '../sessions/tool-transcript.ts';
import { oneLine } from '../words.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type Transcript, transcriptOf } from './transcript.ts';

/** A session's journal as it stands now, by the `sessions/` directory of its project; never rejects. */
export type ReadTranscript = (directory: string, id: string) => Promise<Result<Transcript, SessionProblem>>;

/** A run writes many times a second; somebody reads. */
const REFRESH_MS = 500;

export interface TranscriptAddress {
  readonly folder: string;
  readonly id: string;
  /** A session of another tool, and its file. */
  readonly other?: { readonly tool: SessionTool; readonly path: string };
}

export interface TranscriptShowing {
  /** Id of the entry to be brought into view. */
  readonly entry?: string | undefined;
  readonly beside?: boolean;
}

/** The `varve-run:` documents: a session to read, live while something goes on in it. */
export class TranscriptDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #read: ReadTranscript;
  readonly #readOther: ReadToolSession;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  /** What watches the journals of open documents, by address. */
  readonly #watches = new Map<string, vscode.Disposable>();

  constructor(folders: WorkspaceFolders, read: ReadTranscript, readOther: ReadToolSession) {
    this.#folders = folders;
    this.#read = read;
    this.#readOther = readOther;
    this.#owned.add(this.#changed);
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(schemes.transcript, this));
    this.#owned.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#unwatch(uri)));
    this.#owned.add({ dispose: () => vscode.Disposable.from(...this.#watches.values()).dispose() });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const address = JSON.parse(uri.query) as TranscriptAddress;
    const text = await this.#textOf(address);
    if (!address.other) {
      const { sessionsDirectory } = need(await this.#folders.open(address.folder));
      this.#watch(uri, sessionsDirectory, address.id);
    }
    return text;
  }

  async show(address: TranscriptAddress, title: string, showing: TranscriptShowing = {}): Promise<void> {
    const { id } = address;
    const name = oneLine(title, 40).replace(/[/\\?#]/g, '-') || id;
    const uri = vscode.Uri.from({
      scheme: schemes.transcript,
      path: `/${name}.md`,
      query: JSON.stringify(address),
    });
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'markdown');
    const before = showing.entry === undefined ? '' : await this.#textOf(address, showing.entry);
    const line = Math.max(0, before.split('\n').length - 1);
    const editor = await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus: showing.beside ?? false,
      viewColumn: showing.beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
      ...(before !== '' && { selection: new vscode.Range(line, 0, line, 0) }),
    });
    if (before !== '')
      editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.AtTop);
  }

  /** The document; with `before` only what stands above that entry. */
  async #textOf({ folder, id, other }: TranscriptAddress, before?: string): Promise<string> {
    if (other) {
      const read = await this.#readOther({ id, ...other });
      return read.ok ? toolTranscript(read.value, before) : `${read.error.message}\n`;
    }
    const { sessionsDirectory } = need(await this.#folders.open(folder));
    const read = await this.#read(sessionsDirectory, id);
    return read.ok ? transcriptOf(read.value, before) : `${read.error.message}\n`;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #watch(uri: vscode.Uri, directory: string, id: string): void {
    const key = uri.toString();
    if (this.#watches.has(key)) return;
    const pattern = new vscode.RelativePattern(vscode.Uri.file(directory), `${id}.jsonl`);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    let timer: NodeJS.Timeout | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        this.#changed.fire(uri);
      }, REFRESH_MS);
    };
    const stop = { dispose: () => clearTimeout(timer) };
    this.#watches.set(
      key,
      vscode.Disposable.from(watcher, watcher.onDidChange(soon), watcher.onDidCreate(soon), stop),
    );
  }

  #unwatch(uri: vscode.Uri): void {
    const key = uri.toString();
    this.#watches.get(key)?.dispose();
    this.#watches.delete(key);
  }
}
