import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type CommandLog, createCommandLog, keptPage, type LogPage } from './command-log.ts';
import { findShell } from './find-shell.ts';
import {
  type CommandExit,
  type CommandSurroundings,
  type StartedCommand,
  startCommand,
} from './started-command.ts';
import type { ToolContext, ToolResult } from './tool.ts';
import { failedResult, isResult } from './tool-input.ts';

const maxBackground = 20;

/** A command of this run: under way, or ended with output worth going back to. */
export interface CommandEntry {
  /** Eight hexadecimal digits, never used again in the session. */
  readonly id: string;
  readonly started: StartedCommand;
  /** Undefined while it is under way. */
  exit: CommandExit | undefined;
  /** Where the model is in its output, in bytes. */
  readTo: number;
}

/** The commands of one run, for the tools that start, read and stop them. */
export interface RunningCommands {
  launch(
    command: string,
    context: ToolContext,
    kind: 'foreground' | 'background',
  ): Promise<CommandEntry | ToolResult>;
  find(id: string): CommandEntry | undefined;
  /** Nobody needs its output any more. */
  forget(entry: CommandEntry): void;
  /** Output of a command of an earlier run of the session; undefined where there is none. */
  earlierPage(id: string, offset: number, bytes: number): Promise<LogPage | undefined>;
  /** Ends what still runs, with the run. Never rejects. */
  endAll(): Promise<void>;
}

export interface RunningCommandsOptions extends Omit<CommandSurroundings, 'shell'> {
  /** Path or name of a POSIX shell; the one that {@link findShell} finds unless told. */
  readonly shell?: string;
  readonly platform?: NodeJS.Platform;
  /** Where long output is kept, one file a command; only its beginning is kept without. */
  readonly outputDirectory?: string;
}

export function createRunningCommands(options: RunningCommandsOptions): RunningCommands {
  return new Commands(options);
}

const noShell =
  'No command can be run here: there is no POSIX shell, and no other language is understood well enough to be judged. On Windows install Git for Windows, or set VARVE_SHELL to the path of a bash.';

class Commands implements RunningCommands {
  readonly #options: RunningCommandsOptions;
  readonly #entries = new Map<string, CommandEntry>();
  #found: string | undefined;

  constructor(options: RunningCommandsOptions) {
    this.#options = options;
  }

  async launch(
    command: string,
    context: ToolContext,
    kind: 'foreground' | 'background',
  ): Promise<CommandEntry | ToolResult> {
    const isBackground = kind === 'background';
    if (context.signal.aborted) return failedResult('Stopped before the command was started.');
    if (isBackground && this.#running().length >= maxBackground)
      return failedResult(`${maxBackground} commands run in the background already; stop one first.`);
    const id = randomBytes(4).toString('hex');
    const shell = await this.#shell();
    if (shell === undefined) return failedResult(noShell);
    const surroundings = { ...this.#options, shell };
    const started = await startCommand(surroundings, command, this.#log(id), context, isBackground);
    if (isResult(started)) return started;
    const entry: CommandEntry = { id, started, exit: undefined, readTo: 0 };
    this.#entries.set(id, entry);
    void started.exit.then((exit) => {
      entry.exit = exit;
    });
    return entry;
  }

  async #shell(): Promise<string | undefined> {
    const { files, environment, platform = process.platform, shell } = this.#options;
    this.#found ??= shell ?? (await findShell({ files, environment, platform }));
    return this.#found;
  }

  find(id: string): CommandEntry | undefined {
    return this.#entries.get(id);
  }

  forget({ id }: CommandEntry): void {
    this.#entries.delete(id);
  }

  async earlierPage(id: string, offset: number, bytes: number): Promise<LogPage | undefined> {
    const path = this.#path(id);
    // What the model wrote becomes part of a path.
    if (path === undefined || !/^[0-9a-f]{8}$/.test(id)) return undefined;
    return keptPage(this.#options.files, path, offset, bytes);
  }

  async endAll(): Promise<void> {
    await Promise.all(this.#running().map(({ started }) => started.end()));
  }

  #running(): readonly CommandEntry[] {
    return [...this.#entries.values()].filter(({ exit }) => exit === undefined);
  }

  #log(id: string): CommandLog {
    return createCommandLog(this.#options.files, this.#path(id));
  }

  #path(id: string): string | undefined {
    const { outputDirectory } = this.#options;
    return outputDirectory === undefined ? undefined : join(outputDirectory, `${id}.txt`);
  }
}
