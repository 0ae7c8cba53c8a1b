import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { type ProcessExit, type RunningProcess, startProcess } from '../../base/process.ts';
import { processStartTime } from '../../base/process-identity.ts';
import { commandEnvironment } from './command-environment.ts';
import { createOutputCap } from './output-cap.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { failedResult, isResult, parseInput, toolDefinition } from './tool-input.ts';

const defaultTimeoutMs = 120_000;
const longestTimeoutMs = 600_000;
const headCharacters = 10_000;
const tailCharacters = 20_000;
/** Live output is for eyes: beyond this it is not passed on, and the result still holds its end. */
const maxLiveCharacters = 500_000;
const graceMs = 2_000;

const shape = z.strictObject({
  command: z.string().check(z.minLength(1), z.describe('Command line for bash, run in the workspace root')),
  timeout_ms: z.optional(
    z
      .int()
      .check(z.gte(1), z.lte(longestTimeoutMs), z.describe(`Milliseconds, ${defaultTimeoutMs} unless told`)),
  ),
});

type CommandInput = z.infer<typeof shape>;

export interface CommandDependencies {
  /** Path or name of a POSIX shell, `bash` where there is one. */
  readonly shell: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command line in a process group of its own, without terminal and standard input. The whole group is ended
 * by stop, by time-out and when the shell ends; a process that leaves the group (`setsid`) is out of reach.
 */
export function createRunCommandTool(dependencies: CommandDependencies): Tool {
  return {
    definition: toolDefinition(
      'run_command',
      'Run a shell command. No terminal, no input; background processes end with it. Long output is cut in the middle. Prefer the other tools for reading, searching and editing files.',
      shape,
    ),
    effect: 'execute',
    plan: async (input) => {
      const parsed = parseInput('run_command', shape, input);
      if (isResult(parsed)) return parsed;
      return {
        summary: `Run ${oneLine(parsed.command)}`,
        effect: 'execute',
        permission: { tool: 'run_command', effect: 'execute', command: parsed.command },
        detail: parsed.command,
        run: (context) => runCommand(dependencies, parsed, context),
      };
    },
  };
}

// The shell waits for a line before it becomes the command: until then nothing has happened, and when this
// process dies first, the end of input ends the shell. So no effect can go before the word about its process.
const gate = 'IFS= read -r go || exit 125; exec "$0" -c "$1" </dev/null';

async function runCommand(
  dependencies: CommandDependencies,
  input: CommandInput,
  context: ToolContext,
): Promise<ToolResult> {
  if (context.signal.aborted) return failedResult('Stopped before the command was started.');
  const output = createOutputCap(headCharacters, tailCharacters);
  const started = startProcess({
    command: dependencies.shell,
    args: ['-c', gate, dependencies.shell, input.command],
    cwd: context.root,
    environment: commandEnvironment(dependencies.environment),
    signal: context.signal,
    input: 'pipe',
    onOutput: outputHandler(output.add, context.onOutput),
  });
  const refusal = await announce(started, context);
  if (refusal !== undefined) return refusal;
  const timeoutMs = input.timeout_ms ?? defaultTimeoutMs;
  const { exit, timedOut } = await waitForEnd(started, timeoutMs);
  // What the command left running in its group ends with it.
  started.kill('SIGKILL');
  return commandResult(exit, output.text(), timedOut ? timeoutMs : undefined, context.signal.aborted);
}

/** Tells of the process, then lets it begin. */
async function announce(started: RunningProcess, context: ToolContext): Promise<ToolResult | undefined> {
  if (started.pid === undefined) {
    const exit = await started.exit;
    return failedResult(`The shell could not be started: ${exit.problem?.message ?? 'unknown reason'}`);
  }
  try {
    await context.onProcess({ pid: started.pid, startTime: await processStartTime(started.pid) });
  } catch {
    started.kill('SIGKILL');
    await started.exit;
    return failedResult('The command was not run: its start could not be written to the journal.');
  }
  started.write('\n');
  started.endInput();
  return undefined;
}

async function waitForEnd(
  started: RunningProcess,
  timeoutMs: number,
): Promise<{ readonly exit: ProcessExit; readonly timedOut: boolean }> {
  const ended = new AbortController();
  const timeOut = pause(timeoutMs, undefined, { signal: ended.signal }).then(
    async () => {
      started.kill('SIGTERM');
      await Promise.race([started.exit, pause(graceMs)]);
      started.kill('SIGKILL');
      return true;
    },
    () => false,
  );
  const exit = await started.exit;
  ended.abort();
  return { exit, timedOut: await timeOut };
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

function commandResult(
  exit: ProcessExit,
  output: string,
  timedOutAfterMs: number | undefined,
  stopped: boolean,
): ToolResult {
  const text = output.trim() === '' ? '(no output)' : output.trimEnd();
  if (stopped)
    return failedResult(`${text}\n[Stopped by the person; the command and all it started were ended.]`);
  if (timedOutAfterMs !== undefined) {
    return failedResult(
      `${text}\n[Ended after ${timedOutAfterMs} ms without finishing. Use a longer timeout_ms or a command that ends by itself.]`,
    );
  }
  if (exit.problem !== undefined) return failedResult(exit.problem.message);
  if (exit.code === 0) return { ok: true, text };
  const how = exit.code === null ? `Ended by ${exit.signal ?? 'a signal'}` : `Exit code ${exit.code}`;
  return failedResult(`${text}\n[${how}.]`);
}

function oneLine(command: string): string {
  const line = command.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
