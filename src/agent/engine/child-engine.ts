import { Emitter, type Event } from '../../base/event.ts';
import { LineSplitter } from '../../base/line-splitter.ts';
import { type RunningProcess, startProcess } from '../../base/process.ts';
import { endProcess } from './end-process.ts';
import { parseRunEvent } from './event-lines.ts';
import type { RunCommand, RunEvent } from './run-channel.ts';
import type { Run, RunEngine, RunTask } from './run-engine.ts';

export interface ChildEngineOptions {
  /** The program and what comes before our arguments, e.g. Node and `dist/cli.js`. */
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the child, the key included. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long a child may take after each of: stop, SIGTERM. 5,000 ms unless told. */
  readonly graceMs?: number;
}

type Ended = Awaited<Run['ended']>;

/** Of what a child says on standard error, this much of the end is kept. */
const ERROR_UNITS = 4_096;

/**
 * Our own loop in a child process: the same program as `varve -p`, its standard input and output the run's channel.
 * When this process dies, the child's input ends; it stops its current tool, journals that and ends.
 */
export function createChildEngine(options: ChildEngineOptions): RunEngine {
  return { name: 'varve', start: (task) => new ChildRun(options, task) };
}

/** What stands behind `[command, ...args]` for a task. The prompt goes over the channel. */
export function childArguments(task: RunTask): readonly string[] {
  const { turns, usd, tokens } = task.budget ?? {};
  return [
    '-p',
    '--control',
    `--permission-mode=${task.permissionMode}`,
    ...task.allowedTools.map((rule) => `--allowedTools=${rule}`),
    ...(task.model !== undefined ? [`--model=${task.model}`] : []),
    ...(task.resume !== undefined ? [`--resume=${task.resume}`] : []),
    ...(task.resume !== undefined && task.fork ? ['--fork-session'] : []),
    ...(task.fork && task.forkBefore !== undefined ? [`--fork-before=${task.forkBefore}`] : []),
    ...(task.from !== undefined ? [`--from-session=${task.from.tool}:${task.from.id}`] : []),
    ...(turns !== undefined ? [`--max-turns=${turns}`] : []),
    ...(usd !== undefined ? [`--max-budget-usd=${usd}`] : []),
    ...(tokens !== undefined ? [`--max-budget-tokens=${tokens}`] : []),
    ...(task.addDirectories ?? []).map((directory) => `--add-dir=${directory}`),
  ];
}

class ChildRun implements Run {
  readonly onEvent: Event<RunEvent>;
  readonly ended: Promise<Ended>;
  readonly #events = new Emitter<RunEvent>();
  readonly #process: RunningProcess;
  readonly #graceMs: number;
  #errorText = '';
  #stopping: Promise<void> | undefined;

  constructor(options: ChildEngineOptions, task: RunTask) {
    this.onEvent = this.#events.event;
    this.#graceMs = options.graceMs ?? 5_000;
    const lines = new LineSplitter((line) => {
      const event = parseRunEvent(line);
      if (event) this.#events.fire(event);
    });
    this.#process = startProcess({
      command: options.command,
      args: [...options.args, ...childArguments(task)],
      cwd: task.cwd,
      environment: options.environment,
      input: 'pipe',
      onOutput: (stream, bytes) => {
        if (stream === 'stdout') lines.push(bytes);
        else this.#errorText = (this.#errorText + Buffer.from(bytes).toString('utf8')).slice(-ERROR_UNITS);
      },
    });
    this.ended = this.#process.exit.then(({ code, signal, problem }) => {
      lines.end();
      return { code, signal, errorText: problem?.message ?? this.#errorText.trim() };
    });
    this.send({ type: 'start', prompt: task.prompt });
    if (task.detached) this.send({ type: 'detach', on: true });
  }

  send(command: RunCommand): void {
    this.#process.write(`${JSON.stringify(command)}\n`);
  }

  stop(): Promise<void> {
    this.#stopping ??= endProcess(this.#process, this.ended, this.#graceMs, () =>
      this.send({ type: 'stop' }),
    );
    return this.#stopping;
  }
}
