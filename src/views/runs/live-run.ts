import type { RunCommand, RunEvent } from '../../agent/engine/run-channel.ts';
import type { Run, RunTask } from '../../agent/engine/run-engine.ts';
import type { ApprovalDecision } from '../../agent/guard/guard.ts';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { afterEvent, afterExit, newRunState, type RunState } from './run-state.ts';

export interface LiveRunOptions {
  readonly id: string;
  readonly folder: string;
  readonly title: string;
  readonly task: RunTask;
  readonly run: Run;
  readonly clock: Clock;
  /** Whether the editor holds the file with unsaved edits. */
  readonly isUnsaved: (path: string) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** A run that this window started, with what its events add up to. */
export class LiveRun implements Disposable {
  readonly id: string;
  readonly task: RunTask;
  readonly #options: LiveRunOptions;
  readonly #owned = new DisposableStore();
  readonly #events: Emitter<RunEvent>;
  readonly #changed: Emitter<RunState>;
  #state: RunState;

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.id = options.id;
    this.task = options.task;
    this.#events = this.#owned.add(new Emitter<RunEvent>(options.onError));
    this.#changed = this.#owned.add(new Emitter<RunState>(options.onError));
    this.#state = {
      ...newRunState(options.id, options.folder, options.title, options.clock.now()),
      ...(options.task.detached && { detached: true }),
    };
    this.#owned.add(options.run.onEvent((event) => this.#hear(event)));
    void options.run.ended.then(({ errorText }) =>
      this.#set(afterExit(this.#state, errorText, options.clock.now())),
    );
  }

  get state(): RunState {
    return this.#state;
  }

  get onEvent() {
    return this.#events.event;
  }

  /** Also fired when the process is gone without a last word. */
  get onDidChange() {
    return this.#changed.event;
  }

  get isEnded(): boolean {
    return this.#state.endedAt !== undefined;
  }

  /** `message`: why, for the model. */
  answer(approval: string, decision: ApprovalDecision, message?: string): void {
    this.#send({
      type: 'approval-answer',
      id: approval,
      decision,
      ...(message !== undefined && { message }),
    });
  }

  /** Without text: nobody answers. */
  answerQuestion(question: string, text: string | undefined): void {
    this.#send({ type: 'question-answer', id: question, ...(text !== undefined && { text }) });
  }

  steer(text: string): void {
    this.#send({ type: 'steer', text });
  }

  /** Whether it goes on when this window closes. */
  keepRunning(on: boolean): void {
    if (this.isEnded) return;
    this.#send({ type: 'detach', on });
    this.#set({ ...this.#state, detached: on });
  }

  stop(): Promise<void> {
    return this.isEnded ? Promise.resolve() : this.#options.run.stop();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #send(command: RunCommand): void {
    if (!this.isEnded) this.#options.run.send(command);
  }

  #hear(event: RunEvent): void {
    if (event.type === 'unsaved-ask') void this.#answerUnsaved(event.id, event.path);
    this.#events.fire(event);
    this.#set(afterEvent(this.#state, event, this.#options.clock.now()));
  }

  async #answerUnsaved(id: string, path: string): Promise<void> {
    // In doubt the file counts as unsaved: the run then asks instead of writing under the user.
    const unsaved = await this.#options.isUnsaved(path).catch(() => true);
    this.#send({ type: 'unsaved-answer', id, unsaved });
  }

  #set(state: RunState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed.fire(state);
  }
}
