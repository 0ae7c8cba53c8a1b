import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { viewIds } from '../contributions.ts';
import type { RunBook } from '../runs/run-book.ts';

/** The one item in the status bar; hidden while there is nothing to say. */
export class StatusBar implements Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #book: RunBook;
  readonly #owned = new DisposableStore();
  #pending = 0;

  constructor(book: RunBook) {
    this.#book = book;
    this.#item = this.#owned.add(
      vscode.window.createStatusBarItem('varve.status', vscode.StatusBarAlignment.Left),
    );
    this.#item.name = 'Varve';
    this.#owned.add(book.onDidChange(() => this.#show()));
  }

  setPending(count: number): void {
    this.#pending = count;
    this.#show();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #show(): void {
    const going = this.#book.runs.filter((run) => !run.isEnded);
    const waiting = going.filter(({ state }) => state.approvals.length > 0).length;
    const words = statusWords(this.#pending, going.length, waiting);
    if (words.length === 0) {
      this.#item.hide();
      return;
    }
    this.#item.text = `$(layers) ${vscode.l10n.t('Varve: {0}', words.join(' · '))}`;
    this.#item.accessibilityInformation = { label: vscode.l10n.t('Varve: {0}', words.join(', ')) };
    const view = going.length > 0 ? viewIds.runs : viewIds.inbox;
    this.#item.command = { command: `${view}.focus`, title: vscode.l10n.t('Show') };
    this.#item.tooltip = going.length > 0 ? vscode.l10n.t('Show runs') : vscode.l10n.t('Show the Inbox');
    this.#item.show();
  }
}

/** "2 pending", "running" or "waiting for you". */
export function statusWords(pending: number, going: number, waiting: number): readonly string[] {
  const words: string[] = [];
  if (pending > 0) words.push(vscode.l10n.t('{0} pending', pending));
  if (waiting > 0) words.push(vscode.l10n.t('waiting for you'));
  else if (going > 0)
    words.push(going === 1 ? vscode.l10n.t('running') : vscode.l10n.t('{0} running', going));
  return words;
}
