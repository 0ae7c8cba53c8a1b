import * as vscode from 'vscode';
import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { LiveRun } from '../runs/live-run.ts';
import { type Waiting, waitingOf } from '../runs/run-state.ts';
import { runTitle } from '../runs/run-words.ts';
import { type KeyAction, QUESTION_GUARD_MS, readKeys } from './run-keys.ts';
import { runText } from './run-text.ts';
import { TerminalScreen } from './terminal-screen.ts';
import { dim, yellow } from './terminal-text.ts';
import { typedAnswer, waitingText } from './waiting-text.ts';

export interface RunTerminalOptions {
  readonly clock: Clock;
  /** A line typed after the run ended: goes on with its session in this terminal. */
  readonly onNextPrompt: (terminal: RunTerminal, run: LiveRun, text: string) => void;
  readonly onView: (run: LiveRun, approval: string) => void;
}

/** What is kept to fill a terminal that is opened again. */
const MAX_BACKLOG = 512 * 1024;

/**
 * The terminal of a run: its output streams, what is typed goes in before the run's next request, and is the next
 * prompt once it ended. Closing it ends nothing; it can be opened again.
 */
export class RunTerminal implements Disposable {
  readonly #options: RunTerminalOptions;
  readonly #owned = new DisposableStore();
  readonly #screen = new TerminalScreen((text) => this.#out(text));
  readonly #written = new vscode.EventEmitter<string>();
  readonly #renamed = new vscode.EventEmitter<string>();
  #run: LiveRun;
  #ofRun = new DisposableStore();
  #terminal: vscode.Terminal | undefined;
  #open = false;
  #backlog = '';
  #line = '';
  /** What is on screen to be answered. Others wait behind it: a key must never answer what is not shown last. */
  #asked: { readonly id: string; readonly at: number } | undefined;

  constructor(run: LiveRun, options: RunTerminalOptions) {
    this.#options = options;
    this.#run = run;
    this.#owned.add(this.#written);
    this.#owned.add(this.#renamed);
    this.#owned.add(vscode.window.onDidCloseTerminal((closed) => this.#closed(closed)));
    this.attach(run);
  }

  get run(): LiveRun {
    return this.#run;
  }

  /** Another run of the same session goes on here. */
  attach(run: LiveRun): void {
    this.#ofRun.dispose();
    this.#ofRun = new DisposableStore();
    this.#run = run;
    this.#ofRun.add(run.onEvent((event) => this.#hear(event)));
    this.#ofRun.add(
      run.onDidChange(({ endedAt, message }) => {
        if (endedAt !== undefined) this.#ended(message ?? '');
        else this.#showWaiting();
      }),
    );
    this.#asked = undefined;
    this.#edit('');
    this.#showWaiting();
  }

  show(preserveFocus = false): void {
    this.#terminal ??= vscode.window.createTerminal({
      name: vscode.l10n.t('Varve: {0}', runTitle(this.#run.state)),
      iconPath: new vscode.ThemeIcon('layers'),
      isTransient: true,
      pty: {
        onDidWrite: this.#written.event,
        onDidChangeName: this.#renamed.event,
        open: (size: vscode.TerminalDimensions | undefined) => this.#opened(size?.columns),
        close: () => this.#shut(),
        handleInput: (data: string) => this.#typed(data),
        setDimensions: ({ columns }: vscode.TerminalDimensions) => this.#screen.resize(columns),
      },
    });
    this.#terminal.show(preserveFocus);
  }

  dispose(): void {
    this.#ofRun.dispose();
    this.#terminal?.dispose();
    this.#owned.dispose();
  }

  #hear(event: RunEvent): void {
    const { text, fresh } = runText(event, this.#run.state.folder);
    if (text === '') return;
    if (fresh) this.#screen.freshLine();
    this.#screen.print(text);
    // The run's end is heard before its state changes; the input line opens below its last word.
    if (event.type === 'run-end') this.#screen.input({ text: this.#line, open: true });
  }

  /** The process is gone. With a last word of the run before it there is nothing to add. */
  #ended(message: string): void {
    if (this.#run.state.outcome === 'interrupted') {
      this.#screen.freshLine();
      const text = vscode.l10n.t('The run was interrupted. Its session can be resumed.');
      this.#screen.print(`${yellow(text)}\n${message === '' ? '' : `${dim(message)}\n`}`);
    }
    this.#edit(this.#line);
  }

  /** Shows what is next to be answered, once. */
  #showWaiting(): void {
    const [next] = waitingOf(this.#run.state);
    if (next?.id === this.#asked?.id) return;
    this.#asked = next && { id: next.id, at: this.#options.clock.now() };
    if (!next) return;
    this.#screen.freshLine();
    this.#screen.print(`${waitingText(next)}\n`);
  }

  get #waiting(): Waiting | undefined {
    return waitingOf(this.#run.state).find(({ id }) => id === this.#asked?.id);
  }

  #typed(data: string): void {
    const waiting = this.#waiting;
    const action = readKeys(
      data,
      this.#line,
      waiting?.kind === 'approval'
        ? {
            kind: 'approval',
            canAlways: waiting.request.offeredRule !== undefined,
            age: this.#age(),
          }
        : waiting && { kind: 'question', age: this.#age() },
    );
    if (action) this.#act(action, waiting);
  }

  #age(): number {
    return this.#options.clock.now() - (this.#asked?.at ?? 0);
  }

  #act(action: KeyAction, waiting: Waiting | undefined): void {
    switch (action.kind) {
      case 'edit':
        this.#edit(action.line);
        return;
      case 'send':
        this.#send(action.text, waiting);
        return;
      case 'answer':
        if (waiting) this.#run.answer(waiting.id, action.decision);
        return;
      case 'skip':
        if (waiting) this.#run.answerQuestion(waiting.id, undefined);
        return;
      case 'view':
        if (waiting) this.#options.onView(this.#run, waiting.id);
        return;
      case 'stop':
        this.#edit('');
        void this.#run.stop();
    }
  }

  #send(text: string, waiting: Waiting | undefined): void {
    this.#line = '';
    if (waiting?.kind === 'question' && this.#age() >= QUESTION_GUARD_MS) {
      this.#screen.commit('');
      this.#run.answerQuestion(waiting.id, typedAnswer(text, waiting.question.options));
      return;
    }
    const { isEnded } = this.#run;
    this.#screen.commit(
      isEnded ? '' : `${dim(vscode.l10n.t('Before its next request it will read: {0}', text))}\n`,
    );
    if (isEnded) this.#options.onNextPrompt(this, this.#run, text);
    else this.#run.steer(text);
  }

  #edit(line: string): void {
    this.#line = line;
    this.#screen.input({ text: line, open: this.#run.isEnded });
  }

  #opened(columns: number | undefined): void {
    if (columns) this.#screen.resize(columns);
    this.#open = true;
    if (this.#backlog !== '') this.#written.fire(this.#backlog);
  }

  #shut(): void {
    this.#open = false;
  }

  #closed(closed: vscode.Terminal): void {
    if (closed !== this.#terminal) return;
    this.#terminal = undefined;
    this.#open = false;
  }

  #out(text: string): void {
    this.#backlog = (this.#backlog + text).slice(-MAX_BACKLOG);
    if (this.#open) this.#written.fire(text);
  }
}
