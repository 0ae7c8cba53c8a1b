import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { Emitter, type Event } from '../../../base/event.ts';
import type { Files } from '../../../base/files.ts';
import { type RunningProcess, startProcess } from '../../../base/process.ts';
import { createGuard } from '../../guard/decide.ts';
import type { Guard } from '../../guard/guard.ts';
import { endProcess } from '../end-process.ts';
import { LineSplitter, parseObject } from '../event-lines.ts';
import type { RunCommand, RunEvent } from '../run-channel.ts';
import type { Run, RunTask } from '../run-engine.ts';
import { claudeArguments, claudeEnvironment } from './claude-arguments.ts';
import { type ClaudeChanges, createClaudeChanges } from './claude-changes.ts';
import {
  appliesHooks,
  initializeRequest,
  interruptRequest,
  pingRequest,
  userMessage,
} from './claude-control.ts';
import { type ClaudePartner, createClaudePartner } from './claude-partner.ts';
import {
  type ClaudeReader,
  type ClaudeResult,
  type ClaudeStep,
  createClaudeReader,
  type TimelessEvent,
} from './claude-reading.ts';
import { type Loose, listOf, namesOf, textOf } from './loose-json.ts';

export interface ClaudeRunOptions {
  /** Path of `claude`. */
  readonly program: string;
  /** The user's own environment; what other sessions and the editor put there is taken out. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  readonly clock: Clock;
  readonly homeDirectory: string;
  /** Directories whose files steer agents or tools, beside the well-known names, e.g. Varve's own state. */
  readonly alsoProtected: readonly string[];
  /** Where `objects/` of the project stands; without it changes cannot be compared later. */
  readonly objectsDirectory?: string;
  /** What Claude Code will read by itself here, as our resolver knows it. */
  readonly memory?: { readonly files: readonly string[]; readonly tokens: number };
  /** Allow rules that answers of *always* added. */
  readonly keptRules?: readonly string[];
  readonly keepRule?: (rule: string) => Promise<void>;
  /** 5,000 ms unless told. */
  readonly graceMs?: number;
  /** 5,000 ms unless told. */
  readonly heartbeatMs?: number;
}

type Ended = Awaited<Run['ended']>;
type Of<Type extends RunEvent['type']> = Omit<Extract<RunEvent, { readonly type: Type }>, 'time'>;

const ERROR_UNITS = 4_096;
const noMemory = { files: [], tokens: 0 };

/** One `claude -p` with open streams: its messages become our events, our commands go in as its control requests. */
export class ClaudeRun implements Run {
  readonly onEvent: Event<RunEvent>;
  readonly ended: Promise<Ended>;
  readonly #events = new Emitter<RunEvent>();
  readonly #options: ClaudeRunOptions;
  readonly #task: RunTask;
  readonly #process: RunningProcess;
  readonly #reader: ClaudeReader;
  readonly #changes: ClaudeChanges;
  readonly #partner: ClaudePartner;
  /** Messages that Claude Code has not taken in yet. */
  readonly #sent = new Map<string, { readonly steer: boolean }>();
  #work: Promise<void> = Promise.resolve();
  #errorText = '';
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
    this.#process = this.#start();
    const heartbeat = setInterval(() => this.#write(pingRequest()), options.heartbeatMs ?? 5_000);
    this.ended = this.#process.exit.then(async ({ code, signal, problem }) => {
      clearInterval(heartbeat);
      await this.#work;
      this.#partner.end();
      if (this.#stopping !== undefined && !this.#isOver) this.#say(this.#cutShort());
      return { code, signal, errorText: problem?.message ?? this.#errorText.trim() };
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
    this.#stopping ??= endProcess(this.#process, this.ended, grace, () => this.#write(interruptRequest()));
    return this.#stopping;
  }

  #start(): RunningProcess {
    const { program, environment, keptRules = [] } = this.#options;
    const lines = new LineSplitter((line) => {
      const message = parseObject(line);
      if (message) this.#hear(message);
    });
    return startProcess({
      command: program,
      args: claudeArguments(this.#task, keptRules),
      cwd: this.#task.cwd,
      environment: claudeEnvironment(environment),
      input: 'pipe',
      onOutput: (stream, bytes) => {
        if (stream === 'stdout') lines.push(bytes);
        else this.#errorText = (this.#errorText + Buffer.from(bytes).toString('utf8')).slice(-ERROR_UNITS);
      },
    });
  }

  #prompt(text: string, steer: boolean): void {
    const uuid = randomUUID();
    this.#sent.set(uuid, { steer });
    this.#write(userMessage(uuid, text));
  }

  #write(line: object): void {
    if (!this.#isOver) this.#process.write(`${JSON.stringify(line)}\n`);
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
    const { cwd, resume, fork, permissionMode, budget } = this.#task;
    this.#say({
      type: 'run-start',
      session: textOf(init['session_id']),
      model: textOf(init['model']),
      cwd,
      tools: namesOf(init['tools']),
      permissionMode,
      memory: this.#options.memory ?? noMemory,
      resumed: resume !== undefined && fork !== true,
      engine: 'claude',
      agents: namesOf(init['agents']),
      skills: namesOf(init['skills']),
      mcpServers: listOf(init['mcp_servers']).map(({ name, status }) => ({
        name: textOf(name),
        status: textOf(status),
      })),
      ...(budget !== undefined && { budget }),
    });
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

  /** It had to be ended before it could say how it went. */
  #cutShort(): Of<'run-end'> {
    const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const times = { durationMs: 0, apiDurationMs: 0 };
    return {
      type: 'run-end',
      outcome: 'stopped',
      message: 'Stopped.',
      turns: this.#reader.turns(),
      ...times,
      usage,
      costUsd: null,
      denials: [],
    };
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
