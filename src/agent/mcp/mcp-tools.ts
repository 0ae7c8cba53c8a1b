import type { Tool, ToolContext, ToolResult } from '../tools/tool.ts';
import { failedResult } from '../tools/tool-input.ts';
import { answerResult } from './answer-result.ts';
import type { Connection, ServerTool } from './connection.ts';

export interface OfferedServerTools {
  readonly tools: readonly Tool[];
  /** Sentences about what is not offered. */
  readonly problems: readonly string[];
}

/** About a tenth of the smallest context a run is given, for all servers together. */
const maxCharacters = 64_000;
const maxTools = 200;
const maxDescription = 2_048;
const maxSchema = 16_000;
/** The Messages API takes no longer name. */
const maxName = 128;
const maxDetail = 4_000;

/** The tools of servers, in order, as many as fit; of the others it is said how many and whose. */
export function offerServerTools(connections: readonly Connection[]): OfferedServerTools {
  const tools: Tool[] = [];
  const names = new Set<string>();
  const problems: string[] = [];
  let room = maxCharacters;
  for (const connection of connections) {
    const left: string[] = [];
    for (const described of connection.tools) {
      const tool = serverTool(connection, described);
      const size = JSON.stringify(tool.definition).length;
      const { name } = tool.definition;
      const fits =
        tools.length < maxTools && size <= room && JSON.stringify(described.inputSchema).length <= maxSchema;
      if (!fits || name.length > maxName || names.has(name)) {
        left.push(described.name);
        continue;
      }
      names.add(name);
      room -= size;
      tools.push(tool);
    }
    if (left.length > 0) problems.push(notOffered(connection.name, left));
  }
  return { tools, problems };
}

function notOffered(server: string, names: readonly string[]): string {
  const some = names.slice(0, 5).map((name) => name.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 60));
  const more = names.length > some.length ? ' and others' : '';
  const what = names.length === 1 ? '1 tool' : `${names.length} tools`;
  return `${what} of the server ${server} are not offered, because they or all of them are too large: ${some.join(', ')}${more}.`;
}

function serverTool(connection: Connection, { name, description, inputSchema }: ServerTool): Tool {
  const full = `mcp__${connection.name}__${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;
  const { $schema: _, ...schema } = inputSchema;
  return {
    definition: {
      name: full,
      description: description.slice(0, maxDescription),
      input_schema: { ...schema, type: 'object' },
    },
    effect: 'external',
    plan: async (input) => {
      if (typeof input !== 'object' || input === null || Array.isArray(input))
        return failedResult(`The input of ${full} is not a JSON object. Call it again.`);
      const given = input as Readonly<Record<string, unknown>>;
      return {
        summary: `Ask ${connection.name} for ${name}`,
        effect: 'external',
        permission: { tool: full, effect: 'external', target: full },
        detail: JSON.stringify(given, undefined, 2).slice(0, maxDetail),
        run: (context) => callTool(connection, name, given, context),
      };
    },
  };
}

async function callTool(
  connection: Connection,
  name: string,
  input: Readonly<Record<string, unknown>>,
  context: ToolContext,
): Promise<ToolResult> {
  try {
    return answerResult(connection.name, await connection.call(name, input, context.signal));
  } catch (error) {
    if (context.signal.aborted)
      return failedResult('Stopped by the person. What the server did by then is not known.');
    const why = (error instanceof Error ? error.message : String(error)).slice(0, 1_000);
    return failedResult(
      `The server ${connection.name} did not answer as it should: ${why} What it did by then is not known.`,
    );
  }
}
