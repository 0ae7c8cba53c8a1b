import { basename, isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { ApprovalRequest } from '../../agent/guard/guard.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { Files } from '../../base/files.ts';
import { applyUnifiedDiff } from '../../base/text-diff.ts';
import { UserProblem } from '../command/user-problem.ts';
import { schemes } from '../contributions.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { RunBook } from '../runs/run-book.ts';
import { waitingOf } from '../runs/run-state.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** What a `varve-object:` address names. */
type ObjectAddress =
  | { readonly kind: 'nothing' }
  /** A file in the `objects/` directory of an open project. */
  | { readonly kind: 'object'; readonly object: string }
  /** What a file would be after a change that waits for approval, or the plain detail of it. */
  | { readonly kind: 'approval'; readonly run: string; readonly approval: string };

const MAX_BYTES = 5 * 1024 * 1024;

/** The `varve-object:` documents: the other side of diffs of what a run changed or asks to change. */
export class ObjectDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #runs: RunBook;
  readonly #files: Files;
  readonly #owned = new DisposableStore();

  constructor(folders: WorkspaceFolders, runs: RunBook, files: Files) {
    this.#folders = folders;
    this.#runs = runs;
    this.#files = files;
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(schemes.object, this));
    this.#owned.add(runs.onDidChange(() => void this.#closeAnswered()));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const address = JSON.parse(uri.query) as ObjectAddress;
    switch (address.kind) {
      case 'nothing':
        return '';
      case 'object':
        return this.#object(address.object);
      case 'approval':
        return this.#approval(address.run, address.approval);
    }
  }

  /** The diff of one change of a run: before it, and the file as it is now. */
  async showChange(run: string, index: number): Promise<void> {
    const change = this.#runs.get(run)?.state.changes[index];
    if (!change) throw gone();
    const { path, beforeObject } = change;
    const before = addressOf(
      path,
      beforeObject ? { kind: 'object', object: beforeObject } : { kind: 'nothing' },
    );
    const title = vscode.l10n.t('{0} (before the run ↔ now)', basename(path));
    await vscode.commands.executeCommand('vscode.diff', before, vscode.Uri.file(path), title);
  }

  /** What an approval is about: for a file the diff of now and then, for a command its text. */
  async showApproval(run: string, approval: string): Promise<void> {
    const live = this.#runs.get(run);
    const request = live && requestOf(live, approval);
    if (!live || !request) throw gone();
    const address = { kind: 'approval', run, approval } as const;
    if (!request.path) {
      await show(addressOf(`/${request.tool}.sh`, address));
      return;
    }
    const path = isAbsolute(request.path)
      ? request.path
      : vscode.Uri.joinPath(vscode.Uri.file(live.state.folder), request.path).fsPath;
    const now = (await this.#files.status(path))
      ? vscode.Uri.file(path)
      : addressOf(path, { kind: 'nothing' });
    const title = vscode.l10n.t('{0} (now ↔ as asked)', basename(path));
    await vscode.commands.executeCommand('vscode.diff', now, addressOf(path, address), title);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** A diff of "as asked" says nothing any more once the question was answered. */
  async #closeAnswered(): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    const answered = tabs.filter((tab) => {
      const uri = objectUriOf(tab);
      const address = uri && (JSON.parse(uri.query) as ObjectAddress);
      return address?.kind === 'approval' && !this.#pending(address.run, address.approval);
    });
    if (answered.length > 0) await vscode.window.tabGroups.close(answered, true);
  }

  #pending(run: string, approval: string): boolean {
    const live = this.#runs.get(run);
    return live !== undefined && requestOf(live, approval) !== undefined;
  }

  async #object(object: string): Promise<string> {
    // The address could be made by anybody who can open a link: only our own objects are read.
    const isOurs = this.#folders.opened.some(({ stateDirectory }) =>
      isBelow(object, `${stateDirectory}${sep}objects`),
    );
    if (!isOurs) throw new Error(`not an object of an open project: ${object}`);
    const status = await this.#files.status(object);
    if (!status || status.size > MAX_BYTES)
      return vscode.l10n.t('The content from before is no longer kept.');
    return new TextDecoder().decode(await this.#files.readFile(object));
  }

  async #approval(run: string, approval: string): Promise<string> {
    const live = this.#runs.get(run);
    const request = live && requestOf(live, approval);
    if (!live || !request) return vscode.l10n.t('This question was answered.');
    if (!request.path) return request.detail;
    const path = isAbsolute(request.path)
      ? request.path
      : vscode.Uri.joinPath(vscode.Uri.file(live.state.folder), request.path).fsPath;
    const before = (await this.#files.status(path))
      ? new TextDecoder().decode(await this.#files.readFile(path))
      : '';
    return applyUnifiedDiff(before, request.detail) ?? request.detail;
  }
}

/** The object on the right of a diff, or on its own. */
function objectUriOf({ input }: vscode.Tab): vscode.Uri | undefined {
  const uri = input instanceof vscode.TabInputTextDiff ? input.modified : undefined;
  const shown = uri ?? (input instanceof vscode.TabInputText ? input.uri : undefined);
  return shown?.scheme === schemes.object ? shown : undefined;
}

/** Also where a subagent of the run asks. */
function requestOf({ state }: LiveRun, approval: string): ApprovalRequest | undefined {
  const waiting = waitingOf(state).find(({ kind, id }) => kind === 'approval' && id === approval);
  return waiting?.kind === 'approval' ? waiting.request : undefined;
}

function gone(): UserProblem {
  return new UserProblem(vscode.l10n.t('This question was answered meanwhile.'));
}

function addressOf(path: string, address: ObjectAddress): vscode.Uri {
  return vscode.Uri.file(path).with({ scheme: schemes.object, query: JSON.stringify(address) });
}

function isBelow(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return isAbsolute(path) && way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

async function show(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}
