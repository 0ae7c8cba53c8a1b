import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { CommandEntry, RunningCommands } from './running-commands.ts';
import type { CommandExit } from './started-command.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';

const defaultTimeoutMs = 120_000;
const longestTimeoutMs = 600_000;

const shape = z.strictObject({
  command: z.string().check(z.minLength(1), z.describe('Command line for bash, run in the workspace root')),
  timeout_ms: z.optional(
    z
      .int()
      .check(z.gte(1), z.lte(longestTimeoutMs), z.describe(`Milliseconds, ${defaultTimeoutMs} unless told`)),
  ),
  background: z.optional(
    z.boolean().check(z.describe('Answer at once with an id and let it go on, e.g. a server; no time-out')),
  ),
});

type CommandInput = z.infer<typeof shape>;

/**
 * Runs a command line in a process group of its own, without terminal and standard input. The whole group is ended
 * by stop, by time-out and when the shell ends; a process that left the group (`setsid`) too where Linux tells it by
 * its environment, elsewhere it is out of reach. In the background it goes on until it ends, is stopped or the run ends.
 */
export function createRunCommandTool({ commands }: { readonly commands: RunningCommands }): Tool {
  return {
    definition: toolDefinition(
      'run_command',
      'Run a shell command. No terminal, no input; what it leaves running ends with it. Long output is cut in the middle. Prefer the other tools for reading, searching and editing files.',
      shape,
    ),
    effect: 'execute',
    plan: async (input) => {
      const parsed = parseInput('run_command', shape, input);
      if (isResult(parsed)) return parsed;
      const where = parsed.background === true ? 'Run in the background' : 'Run';
      return {
        summary: `${where} ${oneLine(parsed.command)}`,
        effect: 'execute',
        permission: { tool: 'run_command', effect: 'execute', command: parsed.command },
        detail: parsed.command,
        run: (context) =>
          parsed.background === true
            ? startInBackground(commands, parsed.command, context)
            : runCommand(commands, parsed, context),
      };
    },
  };
}

async function startInBackground(
  commands: RunningCommands,
  command: string,
  context: ToolContext,
): Promise<ToolResult> {
  const entry = await commands.launch(command, context, 'background');
  if (isResult(entry)) return entry;
  return goodResult(
    `Started in the background as ${entry.id}. See its output with command_output, end it with stop_command; it ends with this run.`,
  );
}

async function runCommand(
  commands: RunningCommands,
  input: CommandInput,
  context: ToolContext,
): Promise<ToolResult> {
  const entry = await commands.launch(input.command, context, 'foreground');
  if (isResult(entry)) return entry;
  const timeoutMs = input.timeout_ms ?? defaultTimeoutMs;
  const { exit, timedOut } = await waitForEnd(entry, timeoutMs);
  const { shown } = entry.started;
  if (!shown.isCut) commands.forget(entry);
  const remarks = [...(await pagingRemarks(entry)), ...exit.remarks];
  const text = [
    shown.text().trim() === '' ? '(no output)' : shown.text().trimEnd(),
    ...remarks.map(bracketed),
  ];
  return commandResult(exit, text.join('\n'), timedOut ? timeoutMs : undefined, context.signal.aborted);
}

/** How to see what was left out. */
async function pagingRemarks({ id, started }: CommandEntry): Promise<readonly string[]> {
  if (!started.shown.isCut) return [];
  const { kept } = await started.log.page(0, 0);
  const all = `All of it is ${kept} bytes: command_output with id ${id}, from any offset.`;
  return started.log.loss === undefined ? [all] : [all, started.log.loss];
}

async function waitForEnd(
  { started }: CommandEntry,
  timeoutMs: number,
): Promise<{ readonly exit: CommandExit; readonly timedOut: boolean }> {
  const ended = new AbortController();
  const timeOut = pause(timeoutMs, undefined, { signal: ended.signal }).then(
    async () => {
      await started.end();
      return true;
    },
    () => false,
  );
  const exit = await started.exit;
  ended.abort();
  return { exit, timedOut: await timeOut };
}

function commandResult(
  exit: CommandExit,
  text: string,
  timedOutAfterMs: number | undefined,
  stopped: boolean,
): ToolResult {
  if (stopped)
    return failedResult(`${text}\n[Stopped by the person; the command and all it started were ended.]`);
  if (timedOutAfterMs !== undefined) {
    return failedResult(
      `${text}\n[Ended after ${timedOutAfterMs} ms without finishing. Use a longer timeout_ms, background, or a command that ends by itself.]`,
    );
  }
  if (exit.problem !== undefined) return failedResult(exit.problem.message);
  return exit.code === 0 ? goodResult(text) : failedResult(`${text}\n[${howEnded(exit)}.]`);
}

/** How a command ended, without a full stop. */
export function howEnded(exit: CommandExit): string {
  return exit.code === null ? `Ended by ${exit.signal ?? 'a signal'}` : `Exit code ${exit.code}`;
}

function bracketed(remark: string): string {
  return `[${remark}]`;
}

function oneLine(command: string): string {
  const line = command.replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
