import type { RunCommand, RunEvent } from '../../agent/engine/run-channel.ts';
import { parseRunCommand } from '../../agent/engine/run-commands.ts';
import type { Approver } from '../../agent/guard/guard.ts';
import type { EditorModels } from '../../agent/model/editor-model.ts';
import type { ModelEvent, ModelRequest } from '../../agent/model/model.ts';
import type { Asker } from '../../agent/tools/ask-user.ts';
import type { UnsavedFiles } from '../../agent/tools/unsaved-files.ts';
import type { Disposable } from '../../base/disposable.ts';
import { LineSplitter } from '../../base/line-splitter.ts';
import type { Input } from '../surroundings.ts';

export type ApprovalAnswer = Awaited<ReturnType<Approver['ask']>>;

/** The child's side of the run channel: commands of the engine come in, questions wait for their answers. */
export interface ControlChannel extends Disposable {
  /** The first command's prompt; undefined when the input ended before there was one. */
  readonly prompt: Promise<string | undefined>;
  readonly approver: Approver;
  readonly unsavedFiles: UnsavedFiles;
  readonly asker: Asker;
  readonly editorModels: EditorModels;
  takeSteering(): string | undefined;
}

/** What goes out from here; `time` is added by whoever sends it. */
type Question =
  | { readonly type: 'unsaved-ask'; readonly id: string; readonly path: string }
  | {
      readonly type: 'question-ask';
      readonly id: string;
      readonly question: string;
      readonly options: readonly string[];
    }
  | { readonly type: 'question-answer'; readonly id: string; readonly text?: string }
  | { readonly type: 'model-ask'; readonly id: string; readonly request: ModelRequest }
  | { readonly type: 'model-stop'; readonly id: string };

export interface ControlOptions {
  readonly input: Input;
  /** Questions go out as events; approvals are said by the loop itself. */
  readonly ask: (event: Question) => void;
  readonly onStop: () => void;
  /** Whether the run goes on when the engine is gone. */
  readonly onDetach: (on: boolean) => void;
  /** The engine is gone, and the run was not told to go on without it. */
  readonly onEnd: () => void;
}

const DENIED: ApprovalAnswer = {
  decision: 'deny',
  message: 'Nobody is there to answer. Go on without it, or end.',
};

const EDITOR_GONE: ModelEvent = {
  type: 'failure',
  problem: {
    kind: 'network',
    message: 'The editor that holds the model is gone. Continue the session there, or with another --model.',
  },
};

export function openControlChannel(options: ControlOptions): ControlChannel {
  return new Channel(options);
}

class Channel implements ControlChannel {
  readonly prompt: Promise<string | undefined>;
  readonly approver: Approver;
  readonly unsavedFiles: UnsavedFiles;
  readonly asker: Asker;
  readonly editorModels: EditorModels;
  readonly #options: ControlOptions;
  readonly #listening: Disposable;
  readonly #approvals = new Map<string, (answer: ApprovalAnswer) => void>();
  /** Answers that came before their question was asked here: the event that carries it goes out a moment earlier. */
  readonly #early = new Map<string, ApprovalAnswer>();
  readonly #unsaved = new Map<string, (unsaved: boolean) => void>();
  readonly #questions = new Map<string, (text: string | undefined) => void>();
  readonly #models = new Map<string, (event: ModelEvent) => void>();
  readonly #steering: string[] = [];
  #start: (prompt: string | undefined) => void = () => {};
  #asked = 0;
  #ended = false;
  #detached = false;

  constructor(options: ControlOptions) {
    this.#options = options;
    this.prompt = new Promise((resolve) => {
      this.#start = resolve;
    });
    this.approver = { ask: (request, signal) => this.#askApproval(request.id, signal) };
    this.unsavedFiles = { isUnsaved: (path) => this.#askUnsaved(path) };
    this.asker = { ask: (question, choices, signal) => this.#askPerson(question, choices, signal) };
    this.editorModels = { ask: (request, onEvent) => this.#askModel(request, onEvent) };
    const lines = new LineSplitter((line) => {
      const command = parseRunCommand(line);
      if (command) this.#obey(command);
    });
    this.#listening = options.input.listen(
      (bytes) => lines.push(bytes),
      () => this.#end(),
    );
  }

  takeSteering(): string | undefined {
    return this.#steering.length === 0 ? undefined : this.#steering.splice(0).join('\n\n');
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #obey(command: RunCommand): void {
    switch (command.type) {
      case 'start':
        this.#start(command.prompt);
        return;
      case 'steer':
        this.#steering.push(command.text);
        return;
      case 'stop':
        this.#options.onStop();
        return;
      case 'detach':
        this.#detached = command.on;
        this.#options.onDetach(command.on);
        return;
      case 'unsaved-answer':
        this.#unsaved.get(command.id)?.(command.unsaved);
        this.#unsaved.delete(command.id);
        return;
      case 'model-event':
        this.#models.get(command.id)?.(command.event);
        return;
      case 'question-answer':
        this.#questions.get(command.id)?.(command.text);
        return;
      case 'approval-answer': {
        const { decision, message } = command;
        const answer = { decision, ...(message !== undefined && { message }) };
        const waiting = this.#approvals.get(command.id);
        if (waiting) waiting(answer);
        else this.#early.set(command.id, answer);
        this.#approvals.delete(command.id);
        return;
      }
    }
  }

  #end(): void {
    this.#ended = true;
    this.#start(undefined);
    for (const answer of this.#approvals.values()) answer(DENIED);
    // The editor may have kept the edits for its return: the file is left alone.
    for (const answer of this.#unsaved.values()) answer(true);
    for (const answer of [...this.#questions.values()]) answer(undefined);
    for (const hear of [...this.#models.values()]) hear(EDITOR_GONE);
    if (!this.#detached) this.#options.onEnd();
  }

  #askApproval(id: string, signal: AbortSignal): Promise<ApprovalAnswer> {
    const early = this.#early.get(id);
    this.#early.delete(id);
    if (early) return Promise.resolve(early);
    if (this.#ended || signal.aborted) return Promise.resolve(DENIED);
    return new Promise((resolve) => {
      this.#approvals.set(id, resolve);
      signal.addEventListener('abort', () => resolve(DENIED), { once: true });
    });
  }

  /** The answer goes out as an event too: whoever else watches sees that nothing is asked any more. */
  async #askPerson(
    question: string,
    choices: readonly string[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (this.#ended || signal.aborted) return undefined;
    this.#asked += 1;
    const id = `question-${this.#asked}`;
    const answered = new Promise<string | undefined>((resolve) => {
      this.#questions.set(id, resolve);
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    this.#options.ask({ type: 'question-ask', id, question, options: choices });
    const text = await answered;
    this.#questions.delete(id);
    this.#options.ask({ type: 'question-answer', id, ...(text !== undefined && { text }) });
    return text;
  }

  #askModel(request: ModelRequest, onEvent: (event: ModelEvent) => void): Disposable {
    if (this.#ended) {
      onEvent(EDITOR_GONE);
      return { dispose: () => {} };
    }
    this.#asked += 1;
    const id = `model-${this.#asked}`;
    this.#models.set(id, onEvent);
    this.#options.ask({ type: 'model-ask', id, request });
    return {
      dispose: () => {
        this.#models.delete(id);
        if (!this.#ended) this.#options.ask({ type: 'model-stop', id });
      },
    };
  }

  #askUnsaved(path: string): Promise<boolean> {
    // Detached: an editor that is gone writes over nobody; on its return its unsaved edits are a conflict it shows.
    if (this.#ended) return Promise.resolve(!this.#detached);
    this.#asked += 1;
    const id = `unsaved-${this.#asked}`;
    return new Promise((resolve) => {
      this.#unsaved.set(id, resolve);
      this.#options.ask({ type: 'unsaved-ask', id, path });
    });
  }
}

/** A run without an engine: whatever would ask is denied at once. */
export const denyingApprover: Approver = {
  ask: () =>
    Promise.resolve({
      decision: 'deny',
      message: 'This run cannot ask anybody. Allow it with --allowedTools or choose a --permission-mode.',
    }),
};

/** Speaks up while a run is silent, so that whoever watches knows that it lives. */
export function startHeartbeat(say: (event: RunEvent) => void, now: () => number): Disposable {
  const timer = setInterval(() => say({ type: 'heartbeat', time: now() }), HEARTBEAT_MS);
  return { dispose: () => clearInterval(timer) };
}

const HEARTBEAT_MS = 5_000;
