import type { Event } from '../../base/event.ts';
import type { PermissionMode } from '../guard/guard.ts';
import type { RunBudget, RunCommand, RunEvent } from './run-channel.ts';

export interface RunTask {
  /** Empty to continue a session without a new prompt. */
  readonly prompt: string;
  readonly cwd: string;
  readonly permissionMode: PermissionMode;
  readonly allowedTools: readonly string[];
  readonly model?: string;
  /** Continue this session. */
  readonly resume?: string;
  /** With `resume`: a new session that begins with what that one holds. */
  readonly fork?: boolean;
  /** With `fork`: from before this place of the conversation, by its name; from its end unless told. */
  readonly forkBefore?: string;
  /** The session of any tool whose brief the prompt holds: noted in the journal of the new session. */
  readonly from?: { readonly tool: string; readonly id: string };
  readonly budget?: RunBudget;
  /** The run goes on when this process ends. */
  readonly detached?: boolean;
  /** Directories beside `cwd` that count as inside. */
  readonly addDirectories?: readonly string[];
}

/** One execution, wherever it goes on. Everything that crosses is JSON. */
export interface Run {
  readonly onEvent: Event<RunEvent>;
  send(command: RunCommand): void;
  /** Asks to stop, ends the process tree when it does not within the grace time. */
  stop(): Promise<void>;
  /** Resolves when nothing of the run is alive any more; never rejects. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly errorText: string;
  }>;
}

/** Port: starts runs. Engines: our own loop in a child process; later an installed `claude`. */
export interface RunEngine {
  readonly name: string;
  start(task: RunTask): Run;
}
