import * as z from 'zod/mini';
import { unknownCommand } from './command-output.ts';
import { howEnded } from './run-command.ts';
import type { RunningCommands } from './running-commands.ts';
import type { Tool, ToolResult } from './tool.ts';
import { goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';

const shape = z.strictObject({ id: z.string().check(z.minLength(1)) });

/** Ends a command in the background with all it started. Needs no leave: starting it did. */
export function createStopCommandTool({ commands }: { readonly commands: RunningCommands }): Tool {
  return {
    definition: toolDefinition('stop_command', 'End a command in the background and all it started.', shape),
    effect: 'execute',
    plan: async (input, context) => {
      const parsed = parseInput('stop_command', shape, input);
      if (isResult(parsed)) return parsed;
      return {
        summary: `Stop command ${parsed.id}`,
        // Doing it twice does no harm.
        effect: 'read',
        permission: { tool: 'stop_command', effect: 'read', path: context.root },
        detail: parsed.id,
        run: () => stop(commands, parsed.id),
      };
    },
  };
}

async function stop(commands: RunningCommands, id: string): Promise<ToolResult> {
  const entry = commands.find(id);
  if (entry === undefined) return unknownCommand(id);
  if (entry.exit !== undefined) return goodResult(`It had ended already: ${howEnded(entry.exit)}.`);
  const exit = await entry.started.end();
  return goodResult([`Ended: ${howEnded(exit)}.`, ...exit.remarks].join(' '));
}
