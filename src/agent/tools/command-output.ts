import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { LogPage } from './command-log.ts';
import { howEnded } from './run-command.ts';
import type { CommandEntry, RunningCommands } from './running-commands.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';

const pageBytes = 30_000;
const longestWaitMs = 60_000;
const lookMs = 50;

const shape = z.strictObject({
  id: z.string().check(z.minLength(1)),
  offset: z.optional(
    z.int().check(z.gte(0), z.describe('First byte; where the last page ended unless told')),
  ),
  wait_ms: z.optional(
    z.int().check(z.gte(0), z.lte(longestWaitMs), z.describe('Wait at most so long for something new')),
  ),
});

type OutputInput = z.infer<typeof shape>;

/** Pages through what a command wrote: one in the background, or one whose output was cut. */
export function createCommandOutputTool({ commands }: { readonly commands: RunningCommands }): Tool {
  return {
    definition: toolDefinition(
      'command_output',
      'Read the output of a command in the background, or what was left out of a long output, page by page.',
      shape,
    ),
    effect: 'read',
    plan: async (input, context) => {
      const parsed = parseInput('command_output', shape, input);
      if (isResult(parsed)) return parsed;
      return {
        summary: `Read output of command ${parsed.id}`,
        effect: 'read',
        permission: { tool: 'command_output', effect: 'read', path: context.root },
        detail: parsed.id,
        run: (running) => readOutput(commands, parsed, running),
      };
    },
  };
}

async function readOutput(
  commands: RunningCommands,
  input: OutputInput,
  context: ToolContext,
): Promise<ToolResult> {
  const entry = commands.find(input.id);
  if (entry === undefined) return readEarlier(commands, input);
  const offset = input.offset ?? entry.readTo;
  await waitForMore(entry, offset, input.wait_ms ?? 0, context.signal);
  // Looked at before the page: what ends meanwhile may have written more.
  const { exit } = entry;
  const page = await entry.started.log.page(offset, pageBytes);
  entry.readTo = page.next;
  const state = exit === undefined ? 'running' : howEnded(exit);
  const remarks = page.next < page.kept ? [] : [entry.started.log.loss ?? [], exit?.remarks ?? []].flat();
  return pageResult(page, state, remarks);
}

async function readEarlier(commands: RunningCommands, input: OutputInput): Promise<ToolResult> {
  const page = await commands.earlierPage(input.id, input.offset ?? 0, pageBytes);
  return page === undefined ? unknownCommand(input.id) : pageResult(page, 'ended with an earlier run', []);
}

async function waitForMore(
  entry: CommandEntry,
  offset: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (let waited = 0; waited < waitMs && !signal.aborted; waited += lookMs) {
    if (entry.exit !== undefined || (await entry.started.log.page(offset, 0)).kept > offset) return;
    await pause(lookMs);
  }
}

function pageResult(page: LogPage, state: string, remarks: readonly string[]): ToolResult {
  const more = page.next < page.kept ? `; read on with offset ${page.next}` : '';
  const place = `bytes ${page.from} to ${page.next} of ${page.kept}`;
  const text = page.text === '' ? '(nothing new)' : page.text.trimEnd();
  return goodResult(
    [text, ...remarks.map((remark) => `[${remark}]`), `[${state}; ${place}${more}]`].join('\n'),
  );
}

/** What a call about a command that is not known gets. */
export function unknownCommand(id: string): ToolResult {
  return failedResult(
    `There is no command ${id} with output to read or stop. Ids come from run_command; output that was shown whole is not kept.`,
  );
}
