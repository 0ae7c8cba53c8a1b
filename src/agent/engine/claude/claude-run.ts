import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { Emitter, type Event } from '../../../base/event.ts';
import type { Files } from '../../../base/files.ts';
import { createGuard } from '../../guard/decide.ts';
import type { Guard } from '../../guard/guard.ts';
import { endProcess } from '../end-process.ts';
import type { RunCommand, RunEvent } from '../run-channel.ts';
import type { Run, RunTask } from '../run-engine.ts';
import { type ClaudeChanges, createClaudeChanges } from './claude-changes.ts';
import {
  appliesHooks,
  initializeRequest,
  interruptRequest,
  pingRequest,
  userMessage,
} from './claude-control.ts';
import { type ClaudePartner, createClaudePartner } from './claude-partner.ts';
import { ClaudeProcess, type ClaudeProgram } from './claude-process.ts';
import {
  type ClaudeReader,
  type ClaudeStep,
  createClaudeReader,
  type TimelessEvent,
} from './claude-reading.ts';
import { type ClaudeResult, cutShort } from './claude-result.ts';
import { startEvent } from './claude-start.ts';
import { type Loose, textOf } from './loose-json.ts';

export interface ClaudeRunOptions extends ClaudeProgram {
  readonly files: Files;
  readonly clock: Clock;
  readonly homeDirectory: string;
  /** Directories whose files steer agents or tools, beside the well-known names, e.g. Varve's own state. */
  readonly alsoProtected: readonly string[];
  /** Where `objects/` of the project stands; without it changes cannot be compared later. */
  readonly objectsDirectory?: string;
  /** What Claude Code will read by itself here, as our resolver knows it. */
  readonly memory?: { readonly files: readonly string[]; readonly tokens: number };
  readonly keepRule?: (rule: string) => Promise<void>;
  /** 5,000 ms unless told. */
  readonly graceMs?: number;
  /** 5,000 ms unless told. */
  readonly heartbeatMs?: number;
}

type Ended = Awaited<Run['ended']>;
type Of<Type extends RunEvent['type']> = Omit<Extract<RunEvent, { readonly type: Type }>, 'time'>;

const noMemory = { files: [], tokens: 0 };

/** One `claude -p` with open streams: its messages become our events, our commands go in as its control requests. */
export class ClaudeRun implements Run {
  readonly onEvent: Event<RunEvent>;
  readonly ended: Promise<Ended>;
  readonly #events = new Emitter<RunEvent>();
  readonly #options: ClaudeRunOptions;
  readonly #task: RunTask;
  readonly #process: ClaudeProcess;
  readonly #reader: ClaudeReader;
  readonly #changes: ClaudeChanges;
  readonly #partner: ClaudePartner;
  /** Messages that Claude Code has not taken in yet. */
  readonly #sent = new Map<string, { readonly steer: boolean }>();
  #work: Promise<void> = Promise.resolve();
  #isStarted = false;
  #isOver = false;
  #stopping: Promise<void> | undefined;
  #overBudget = false;

  constructor(options: ClaudeRunOptions, task: RunTask) {
    this.#options = options;
    this.#task = task;
    this.onEvent = this.#events.event;
    const { files } = options;
    const { cwd } = task;
    const objectsDirectory = options.objectsDirectory;
    this.#reader = createClaudeReader(cwd);
    this.#changes = createClaudeChanges({ files, cwd, objectsDirectory });
    this.#partner = createClaudePartner({
      files,
      cwd,
      guard: watchfulGuard(options, cwd),
      configDirectory: options.environment['CLAUDE_CONFIG_DIR'] || `${options.homeDirectory}/.claude`,
      changes: this.#changes,
      say: (event) => this.#say(event),
      write: (line) => this.#write(line),
      keepRule: options.keepRule ?? (() => Promise.resolve()),
    });
    this.#process = new ClaudeProcess(options, task, (message) => this.#hear(message));
    const heartbeat = setInterval(() => this.#write(pingRequest()), options.heartbeatMs ?? 5_000);
    this.ended = this.#process.running.exit.then(async ({ code, signal, problem }) => {
      clearInterval(heartbeat);
      await this.#work;
      this.#partner.end();
      if (this.#stopping !== undefined && !this.#isOver)
        this.#say({ type: 'run-end', ...cutShort, turns: this.#reader.turns() });
      return { code, signal, errorText: problem?.message ?? this.#process.errorText };
    });
    this.#write(initializeRequest());
    this.#prompt(task.prompt === '' ? 'Continue where you stopped.' : task.prompt, false);
  }

  send(command: RunCommand): void {
    switch (command.type) {
      case 'steer':
        this.#prompt(command.text, true);
        return;
      case 'stop':
        this.#write(interruptRequest());
        return;
      case 'approval-answer':
      case 'unsaved-answer':
      case 'question-answer':
        this.#partner.answer(command);
        return;
      case 'start':
      case 'model-event':
      case 'detach':
        return;
    }
  }

  stop(): Promise<void> {
    const grace = this.#options.graceMs ?? 5_000;
    this.#stopping ??= endProcess(this.#process.running, this.ended, grace, () =>
      this.#write(interruptRequest()),
    );
    return this.#stopping;
  }

  #prompt(text: string, steer: boolean): void {
    const uuid = randomUUID();
    this.#sent.set(uuid, { steer });
    this.#write(userMessage(uuid, text));
  }

  #write(line: object): void {
    if (!this.#isOver) this.#process.write(line);
  }

  /** One after the other: what a tool changed is read from disk before the next event is said. */
  #hear(message: Loose): void {
    this.#work = this.#work.then(() => this.#take(message)).catch(() => {});
  }

  async #take(message: Loose): Promise<void> {
    switch (message['type']) {
      case 'control_request':
        for (const step of this.#reader.settle()) await this.#follow(step);
        this.#partner.ask(message);
        return;
      case 'control_cancel_request':
        this.#partner.cancel(textOf(message['request_id']));
        return;
      case 'control_response':
        this.#heardBack(message);
        return;
      case 'system':
        if (message['subtype'] === 'init') this.#begin(message);
        break;
    }
    for (const step of this.#reader.take(message)) await this.#follow(step);
  }

  #heardBack(message: Loose): void {
    this.#say({ type: 'heartbeat' });
    if (appliesHooks(message)) return;
    const text =
      'Hooks are turned off here, so files that are open with unsaved edits are only protected where Claude Code asks.';
    this.#say({ type: 'notice', text });
  }

  #begin(init: Loose): void {
    // It is said again before each later turn.
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#say(startEvent(this.#task, init, this.#options.memory ?? noMemory));
  }

  async #follow(step: ClaudeStep): Promise<void> {
    switch (step.kind) {
      case 'event':
        this.#sayUnder(step.parent, step.event);
        if (step.event.type === 'usage-update') this.#watchBudget();
        return;
      case 'tool-result': {
        const { kind: _, parent, ...result } = step;
        const change = await this.#changes.after(step.id);
        this.#sayUnder(parent, { type: 'tool-end', ...result, ...(change && { change }) });
        return;
      }
      case 'taken': {
        const sent = this.#sent.get(step.uuid);
        this.#sent.delete(step.uuid);
        if (sent) this.#say({ type: 'message-user', text: step.text, ...(sent.steer && { steer: true }) });
        return;
      }
      case 'result':
        this.#finish(step.result);
    }
  }

  /** A steering message that came too late for the turn starts another: the run is over after that one. */
  #finish(result: ClaudeResult): void {
    const isWanted = this.#stopping === undefined && !this.#overBudget && result.outcome === 'success';
    if (isWanted && this.#sent.size > 0) return;
    this.#say(this.#endOf(result));
    this.#isOver = true;
    this.#process.endInput();
  }

  #endOf(result: ClaudeResult): Of<'run-end'> {
    const end = { type: 'run-end', ...result, turns: this.#reader.turns() } as const;
    if (this.#overBudget)
      return { ...end, outcome: 'max-budget', message: 'The limit of tokens is reached.' };
    const isStopped = this.#stopping !== undefined && result.outcome !== 'success';
    return isStopped ? { ...end, outcome: 'stopped', message: 'Stopped.' } : end;
  }

  #watchBudget(): void {
    const limit = this.#task.budget?.tokens;
    if (limit === undefined || this.#overBudget || this.#reader.tokens() < limit) return;
    this.#overBudget = true;
    this.#write(interruptRequest());
  }

  #sayUnder(parent: string | undefined, event: TimelessEvent): void {
    if (parent === undefined) {
      this.#say(event);
      return;
    }
    const within = this.#timed(event);
    this.#say({ type: 'subagent-event', id: parent, agent: this.#reader.agentOf(parent), event: within });
  }

  #say(event: TimelessEvent): void {
    this.#events.fire(this.#timed(event));
  }

  #timed(event: TimelessEvent): RunEvent {
    return { ...event, time: this.#options.clock.now() } as RunEvent;
  }
}

/** Asks only about what is asked for in every mode, and leaves the rest to Claude Code's own rules. */
function watchfulGuard(options: ClaudeRunOptions, cwd: string): Guard {
  const { files, homeDirectory: home, alsoProtected } = options;
  const rules = { allow: [], deny: [], ask: [] };
  return createGuard({ mode: 'bypassPermissions', root: cwd, home, files, alsoProtected, rules });
}
