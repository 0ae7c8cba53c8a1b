import { LineSplitter } from '../../agent/engine/event-lines.ts';
import type { RunCommand, RunEvent } from '../../agent/engine/run-channel.ts';
import { parseRunCommand } from '../../agent/engine/run-commands.ts';
import type { Approver } from '../../agent/guard/guard.ts';
import type { UnsavedFiles } from '../../agent/tools/unsaved-files.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { Input } from '../surroundings.ts';

export type ApprovalAnswer = Awaited<ReturnType<Approver['ask']>>;

/** The child's side of the run channel: commands of the engine come in, questions wait for their answers. */
export interface ControlChannel extends Disposable {
  /** The first command's prompt; undefined when the input ended before there was one. */
  readonly prompt: Promise<string | undefined>;
  readonly approver: Approver;
  readonly unsavedFiles: UnsavedFiles;
  takeSteering(): string | undefined;
}

export interface ControlOptions {
  readonly input: Input;
  /** Questions go out as events; approvals are said by the loop itself. */
  readonly ask: (event: { readonly type: 'unsaved-ask'; readonly id: string; readonly path: string }) => void;
  readonly onStop: () => void;
  /** The engine is gone. */
  readonly onEnd: () => void;
}

const DENIED: ApprovalAnswer = { decision: 'deny', message: 'Nobody is there to answer.' };

export function openControlChannel(options: ControlOptions): ControlChannel {
  return new Channel(options);
}

class Channel implements ControlChannel {
  readonly prompt: Promise<string | undefined>;
  readonly approver: Approver;
  readonly unsavedFiles: UnsavedFiles;
  readonly #options: ControlOptions;
  readonly #listening: Disposable;
  readonly #approvals = new Map<string, (answer: ApprovalAnswer) => void>();
  /** Answers that came before their question was asked here: the event that carries it goes out a moment earlier. */
  readonly #early = new Map<string, ApprovalAnswer>();
  readonly #unsaved = new Map<string, (unsaved: boolean) => void>();
  readonly #steering: string[] = [];
  #start: (prompt: string | undefined) => void = () => {};
  #asked = 0;
  #ended = false;

  constructor(options: ControlOptions) {
    this.#options = options;
    this.prompt = new Promise((resolve) => {
      this.#start = resolve;
    });
    this.approver = { ask: (request, signal) => this.#askApproval(request.id, signal) };
    this.unsavedFiles = { isUnsaved: (path) => this.#askUnsaved(path) };
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
      case 'unsaved-answer':
        this.#unsaved.get(command.id)?.(command.unsaved);
        this.#unsaved.delete(command.id);
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
    this.#options.onEnd();
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

  #askUnsaved(path: string): Promise<boolean> {
    if (this.#ended) return Promise.resolve(true);
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
