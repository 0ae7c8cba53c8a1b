import { setTimeout as pause } from 'node:timers/promises';
import type { Files } from '../../base/files.ts';
import { type ProcessExit, type RunningProcess, startProcess } from '../../base/process.ts';
import { processStartTime } from '../../base/process-identity.ts';
import { createMaskedStream, type Mask } from '../guard/secret-mask.ts';
import type { Sandbox, SandboxedProgram } from '../sandbox/sandbox.ts';
import { commandEnvironment } from './command-environment.ts';
import type { CommandLog } from './command-log.ts';
import { commandMark, markedOutside, markOf } from './marked-processes.ts';
import { createOutputCap, type OutputCap } from './output-cap.ts';
import type { ToolContext, ToolResult } from './tool.ts';
import { failedResult } from './tool-input.ts';

const headCharacters = 10_000;
const tailCharacters = 20_000;
/** Live output is for eyes: beyond this it is not passed on, and the result still holds its end. */
const maxLiveCharacters = 500_000;
const graceMs = 2_000;
/** How often it is looked whether a killed process has gone, and how long. */
const lookMs = 20;
const looks = 50;

export interface CommandSurroundings {
  readonly files: Files;
  /** Path or name of a POSIX shell. */
  readonly shell: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly sandbox?: Sandbox;
  /** Takes secrets out of what it writes, before it is kept or cut; nothing is taken out unless told. */
  readonly mask?: Mask;
  /** Its id is part of the mark by which processes are found that outlive the run. */
  readonly session?: string;
}

/** A command under way. */
export interface StartedCommand {
  readonly pid: number;
  readonly log: CommandLog;
  /** Beginning and end of what it wrote. */
  readonly shown: OutputCap;
  /** Resolves when it has ended and nothing it started is left that could be found; never rejects. */
  readonly exit: Promise<CommandExit>;
  /** Asks it to end, and ends it when it does not within two seconds. */
  end(): Promise<CommandExit>;
}

export interface CommandExit extends ProcessExit {
  /** Sentences about processes that had left the command's group; empty where there were none. */
  readonly remarks: readonly string[];
}

// The shell waits for a line before it becomes the command: until then nothing has happened, and when this
// process dies first, the end of input ends the shell. So no effect can go before the word about its process.
const gate = 'IFS= read -r go || exit 125; exec "$@" </dev/null';

/**
 * Starts a command line in a process group of its own, without terminal and standard input, in the sandbox where there
 * is one. It begins after its process was told of. The signal of `context` ends it with its whole group.
 */
export async function startCommand(
  around: CommandSurroundings,
  command: string,
  log: CommandLog,
  context: ToolContext,
  isBackground: boolean,
): Promise<StartedCommand | ToolResult> {
  const program = await confined(around, command, context.root);
  if ('text' in program) return program;
  const mark = markOf(around.session ?? 'none');
  const shown = createOutputCap(headCharacters, tailCharacters);
  const masked = around.mask === undefined ? asItComes : createMaskedStream(around.mask);
  const keep = (text: string): void => {
    shown.add(text);
    log.add(text);
  };
  const started = startProcess({
    command: around.shell,
    args: ['-c', gate, around.shell, program.command, ...program.args],
    cwd: context.root,
    environment: { ...commandEnvironment(around.environment), ...program.environment, [commandMark]: mark },
    signal: context.signal,
    input: 'pipe',
    onOutput: outputHandler(
      (text) => {
        keep(masked.add(text));
        if (log.isFull) void holdBack(started, log);
      },
      isBackground ? () => {} : context.onOutput,
    ),
  });
  const refusal = await announce(started, context, isBackground);
  if (typeof refusal !== 'number') return refusal;
  const exit = started.exit.then((ended) => {
    keep(masked.end());
    return cleanUp(around.files, started, log, mark, ended);
  });
  return { pid: refusal, log, shown, exit, end: () => endStarted(started, exit) };
}

const asItComes = { add: (text: string) => text, end: () => '' };

async function confined(
  { shell, sandbox }: CommandSurroundings,
  command: string,
  cwd: string,
): Promise<SandboxedProgram | ToolResult> {
  const program = { command: shell, args: ['-c', command] };
  if (sandbox === undefined) return program;
  try {
    return await sandbox.wrap(program, cwd);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failedResult(`The command was not run: its sandbox could not be set up (${why}).`);
  }
}

/** Tells of the process, then lets it begin. Answers its pid. */
async function announce(
  started: RunningProcess,
  context: ToolContext,
  isBackground: boolean,
): Promise<number | ToolResult> {
  const { pid } = started;
  if (pid === undefined) {
    const exit = await started.exit;
    return failedResult(`The shell could not be started: ${exit.problem?.message ?? 'unknown reason'}`);
  }
  try {
    const startTime = await processStartTime(pid);
    await context.onProcess({ pid, startTime, ...(isBackground && { background: true }) });
  } catch {
    started.kill('SIGKILL');
    await started.exit;
    return failedResult('The command was not run: its start could not be written to the journal.');
  }
  started.write('\n');
  started.endInput();
  return pid;
}

function outputHandler(add: (text: string) => void, live: (text: string) => void) {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  let passedOn = 0;
  return (stream: 'stdout' | 'stderr', bytes: Uint8Array) => {
    const text = decoders[stream].decode(bytes, { stream: true });
    if (text === '') return;
    add(text);
    if (passedOn >= maxLiveCharacters) return;
    passedOn += text.length;
    live(passedOn >= maxLiveCharacters ? `${text}\n[further output is not shown here]\n` : text);
  };
}

/** The disk is slower than the command: it waits. */
async function holdBack(started: RunningProcess, log: CommandLog): Promise<void> {
  started.pauseOutput();
  await log.settled();
  started.resumeOutput();
}

async function endStarted(started: RunningProcess, exit: Promise<CommandExit>): Promise<CommandExit> {
  started.kill('SIGTERM');
  await Promise.race([started.exit, pause(graceMs, undefined, { ref: false })]);
  started.kill('SIGKILL');
  return exit;
}

/** What the command left running ends with it: in its group, and outside of it what carries its mark. */
async function cleanUp(
  files: Files,
  started: RunningProcess,
  log: CommandLog,
  mark: string,
  exit: ProcessExit,
): Promise<CommandExit> {
  started.kill('SIGKILL');
  await log.settled();
  return { ...exit, remarks: await endOutside(files, mark, started.pid ?? 0) };
}

/** Ends what left the group, and what that starts meanwhile; says so. */
async function endOutside(files: Files, mark: string, group: number): Promise<readonly string[]> {
  const ended = new Set<number>();
  let alive = await markedOutside(files, mark, group);
  for (let look = 0; alive.length > 0 && look < looks; look += 1) {
    for (const pid of alive) if (kill(pid)) ended.add(pid);
    await pause(lookMs);
    alive = await markedOutside(files, mark, group);
  }
  if (alive.length > 0) return [`It left processes that could not be ended: ${alive.join(', ')}.`];
  if (ended.size === 0) return [];
  const what = ended.size === 1 ? '1 process' : `${ended.size} processes`;
  return [`It had left ${what} running outside its group; ended too.`];
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
