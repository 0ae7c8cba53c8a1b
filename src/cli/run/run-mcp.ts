import type { RunEvent } from '../../agent/engine/run-channel.ts';
import { type Connection, connectServer } from '../../agent/mcp/connection.ts';
import { findServers } from '../../agent/mcp/find-servers.ts';
import { offerServerTools } from '../../agent/mcp/mcp-tools.ts';
import type { SteeringPlace } from '../../agent/skills/find-skills.ts';
import type { Tool } from '../../agent/tools/tool.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { CliSurroundings } from '../surroundings.ts';
import type { RunOptions } from './run-options.ts';

type ServerStatus = NonNullable<(RunEvent & { readonly type: 'run-start' })['mcpServers']>[number];

/** The servers of a run that offer tools by the Model Context Protocol. */
export interface ComposedMcp {
  readonly tools: readonly Tool[];
  /** Whether each was reached, in Claude Code's words: `connected`, `failed`. */
  readonly servers: readonly ServerStatus[];
  readonly problems: readonly string[];
  end(): Promise<void>;
}

/** A run begins without a server that is not ready by then: its tools must not change while it goes on. */
const usualWaitMs = 5_000;
const longestWaitMs = 120_000;
const usualCallMs = 120_000;

/** Finds the servers, starts or reaches them side by side, and takes their tools. Never rejects. */
export async function composeMcp(
  cli: CliSurroundings,
  options: RunOptions,
  place: SteeringPlace,
): Promise<ComposedMcp> {
  const { environment, homeDirectory, version } = cli;
  const { servers, problems } = await findServers(
    { ...place, environment, varveHome: varveHome(environment, homeDirectory) },
    { given: options.mcpConfig, isStrict: options.strictMcpConfig },
  );
  const left: Promise<void>[] = [];
  const ways = {
    version,
    cwd: place.root,
    environment,
    waitMs: Math.min(milliseconds(environment['MCP_TIMEOUT']) ?? usualWaitMs, longestWaitMs),
    callMs: milliseconds(environment['MCP_TOOL_TIMEOUT']) ?? usualCallMs,
    onLeft: (ended: Promise<void>): void => void left.push(ended),
  };
  const reached = await Promise.all(
    servers.map(async (server) => ({ server, connected: await connectServer(server, ways) })),
  );
  const connections = reached.flatMap(({ connected }): Connection[] =>
    connected.ok ? [connected.value] : [],
  );
  const offered = offerServerTools(connections);
  const failed = reached.flatMap(({ server, connected }) =>
    connected.ok ? [] : [`The server ${server.name} is not part of this run: ${connected.error}`],
  );
  return {
    tools: offered.tools,
    servers: reached.map(({ server: { name }, connected }) => ({
      name,
      status: connected.ok ? 'connected' : 'failed',
    })),
    problems: [...problems, ...failed, ...offered.problems],
    end: async () => {
      await Promise.all([...left, ...connections.map((connection) => connection.close())]);
    },
  };
}

function milliseconds(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : undefined;
}
