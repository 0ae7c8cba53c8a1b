import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { commandIds, viewIds } from '../contributions.ts';
import type { RunBook } from '../runs/run-book.ts';
import { type RunState, waitingOf } from '../runs/run-state.ts';
import { runDescription, runTitle } from '../runs/run-words.ts';

/** The one item in the status bar; hidden while there is nothing to say. */
export class StatusBar implements Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #book: RunBook;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  #pending = 0;

  constructor(book: RunBook, clock: Clock) {
    this.#book = book;
    this.#clock = clock;
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
    const waiting = going.reduce((sum, { state }) => sum + waitingOf(state).length, 0);
    const words = statusWords(this.#pending, going.length, waiting);
    if (words.length === 0) {
      this.#item.hide();
      return;
    }
    this.#item.text = `$(layers) ${vscode.l10n.t('Varve: {0}', words.join(' · '))}`;
    this.#item.accessibilityInformation = { label: vscode.l10n.t('Varve: {0}', words.join(', ')) };
    this.#item.command = commandFor(going.length, waiting);
    this.#item.tooltip = [
      this.#item.command.title,
      ...going.map(({ state }) => lineOf(state, this.#clock.now())),
    ].join('\n');
    this.#item.show();
  }
}

/** A click answers what waits; else it shows what the text speaks of. */
function commandFor(going: number, waiting: number): vscode.Command {
  if (waiting > 0) return { command: commandIds.answerWaiting, title: vscode.l10n.t('Answer what waits') };
  return going > 0
    ? { command: `${viewIds.runs}.focus`, title: vscode.l10n.t('Show runs') }
    : { command: `${viewIds.inbox}.focus`, title: vscode.l10n.t('Show the Inbox') };
}

/** "Make it pass: running · 3 turns · 12k of 200k tokens · …" */
function lineOf(state: RunState, now: number): string {
  return `${runTitle(state)}: ${runDescription(state, now)}`;
}

/** "2 pending", "running" or "1 waits". */
export function statusWords(pending: number, going: number, waiting: number): readonly string[] {
  const words: string[] = [];
  if (pending > 0) words.push(vscode.l10n.t('{0} pending', pending));
  if (waiting > 0) words.push(waiting === 1 ? vscode.l10n.t('1 waits') : vscode.l10n.t('{0} wait', waiting));
  else if (going > 0)
    words.push(going === 1 ? vscode.l10n.t('running') : vscode.l10n.t('{0} running', going));
  return words;
}
