import { type ChildProcess, spawn } from 'node:child_process';
import { errorCode } from './io-problem.ts';

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child: nothing is inherited beside it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborting kills the whole tree (SIGKILL). */
  readonly signal?: AbortSignal | undefined;
  /** `ignore` unless told: the child reads an empty standard input. */
  readonly input?: 'pipe' | 'ignore';
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set when the process could not be started at all. */
  readonly problem?: { readonly kind: 'not-found' | 'not-started'; readonly message: string };
}

export interface RunningProcess {
  /** Undefined when it could not be started. It is also the id of its process group. */
  readonly pid: number | undefined;
  /** Resolves when the process has ended and its output was handed over; never rejects. */
  readonly exit: Promise<ProcessExit>;
  /** False when there is no open standard input any more. */
  write(input: string | Uint8Array): boolean;
  endInput(): void;
  /**
   * Takes no more output for now, so that a program that writes faster than its reader keeps up is held back; what is
   * under way still comes. Without effect once the process has ended.
   */
  pauseOutput(): void;
  resumeOutput(): void;
  /** Signals the process and everything it started that is still in its group. SIGTERM unless told. */
  kill(signal?: NodeJS.Signals): void;
}

// A grandchild that keeps the pipe open must not keep us waiting once the process itself has ended.
const DRAIN_MS = 250;

/**
 * Starts a program, without a shell, in a process group of its own, so that `kill` reaches all it started.
 * A grandchild that left the group (`setsid`) is out of reach on POSIX; Windows ends the tree by `taskkill /T /F`.
 */
export function startProcess(options: ProcessOptions): RunningProcess {
  const { command, args, cwd, environment, input = 'ignore' } = options;
  let child: ChildProcess;
  try {
    child = spawn(command, [...args], {
      cwd,
      env: { ...environment },
      stdio: [input, 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    return neverStarted(command, cwd, error);
  }
  const kill = (signal: NodeJS.Signals = 'SIGTERM') => signalGroup(child, signal);
  child.stdout?.on('data', (bytes: Buffer) => options.onOutput('stdout', bytes));
  child.stderr?.on('data', (bytes: Buffer) => options.onOutput('stderr', bytes));
  // The reader may be gone: EPIPE is no failure of ours, the exit tells the story.
  child.stdin?.on('error', () => {});
  return {
    pid: child.pid,
    exit: whenEnded(child, options, () => kill('SIGKILL')),
    write: (text) => {
      if (child.stdin?.writable !== true) return false;
      child.stdin.write(text);
      return true;
    },
    endInput: () => child.stdin?.end(),
    pauseOutput: () => {
      if (hasEnded(child)) return;
      child.stdout?.pause();
      child.stderr?.pause();
    },
    resumeOutput: () => resumeOutput(child),
    kill,
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function resumeOutput(child: ChildProcess): void {
  child.stdout?.resume();
  child.stderr?.resume();
}

function whenEnded(child: ChildProcess, options: ProcessOptions, killAll: () => void): Promise<ProcessExit> {
  const { command, cwd, signal } = options;
  if (signal?.aborted) killAll();
  signal?.addEventListener('abort', killAll, { once: true });
  return new Promise<ProcessExit>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(startFailure(command, cwd, error));
    });
    child.once('close', (code, ending) => resolve({ code, signal: ending }));
    child.once('exit', (code, ending) => {
      // What is left is no more than a pipe holds.
      resumeOutput(child);
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal: ending });
      }, DRAIN_MS).unref();
    });
  }).finally(() => signal?.removeEventListener('abort', killAll));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  killProcessTree(child.pid, signal);
}

/** Signals a process group by the pid of its leader, e.g. one left over by a crash. Nothing there is fine. */
export function killProcessTree(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => {},
    );
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended.
  }
}

function neverStarted(command: string, cwd: string, error: unknown): RunningProcess {
  const exit = Promise.resolve(startFailure(command, cwd, error));
  const nothing = () => {};
  return {
    pid: undefined,
    exit,
    write: () => false,
    endInput: nothing,
    pauseOutput: nothing,
    resumeOutput: nothing,
    kill: nothing,
  };
}

function startFailure(command: string, cwd: string, error: unknown): ProcessExit {
  const isMissing = errorCode(error) === 'ENOENT';
  const message = isMissing
    ? `Could not start ${command}: either the program or the directory ${cwd} is not there.`
    : `Could not start ${command}: the system answered ${errorCode(error) ?? 'with an error'}.`;
  return { code: null, signal: null, problem: { kind: isMissing ? 'not-found' : 'not-started', message } };
}
