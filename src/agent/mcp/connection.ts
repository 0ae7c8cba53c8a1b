import type { Client, JsonSchemaValidator, Transport } from '@modelcontextprotocol/client';
import { failure, type Result, success } from '../../base/result.ts';
import type { ServerConfig } from './server-config.ts';
import { serverEnvironment } from './server-environment.ts';
import { createStdioTransport } from './stdio-transport.ts';

/** A tool as its server describes it: text of a stranger. */
export interface ServerTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** What a server answered to a call: text of a stranger. */
export interface ServerAnswer {
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
  readonly isError: boolean;
}

export interface Connection {
  readonly name: string;
  readonly tools: readonly ServerTool[];
  /** Rejects with an error whose message is for the model. */
  call(tool: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<ServerAnswer>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly version: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For the start and the list of tools together. */
  readonly waitMs: number;
  /** For one call. */
  readonly callMs: number;
  /** Told of a server that was given up and still has to be ended; resolves when it is. */
  readonly onLeft: (ended: Promise<void>) => void;
}

/** Starts or reaches a server and asks for its tools. What takes too long is given up and ended. Never rejects. */
export async function connectServer(
  server: ServerConfig,
  options: ConnectOptions,
): Promise<Result<Connection, string>> {
  const open: { client?: Client; fault?: () => string | undefined } = {};
  try {
    const tools = await within(options.waitMs, openClient(server, options, open));
    const { client } = open;
    if (client === undefined) throw new Error('It did not start.');
    return success({
      name: server.name,
      tools,
      call: async (tool, input, signal) => {
        const { callMs } = options;
        const answer = await client.callTool(
          { name: tool, arguments: { ...input } },
          { signal, timeout: callMs },
        );
        const { content, structuredContent, isError } = answer;
        return {
          content,
          isError: isError === true,
          ...(structuredContent !== undefined && { structuredContent }),
        };
      },
      close: () => client.close().catch(() => {}),
    });
  } catch (error) {
    const { client } = open;
    if (client !== undefined) options.onLeft(client.close().catch(() => {}));
    const fault = open.fault?.() ?? '';
    const why = error instanceof Error ? error.message : String(error);
    return failure(oneLine(`${why} ${fault}`));
  }
}

async function openClient(
  server: ServerConfig,
  options: ConnectOptions,
  open: { client?: Client; fault?: () => string | undefined },
): Promise<readonly ServerTool[]> {
  const library = await import('@modelcontextprotocol/client');
  const client = new library.Client(
    { name: 'varve', version: options.version },
    // Schemas of results come from the server; nothing is gained by judging it by its own word.
    { capabilities: {}, jsonSchemaValidator: { getValidator: trusting } },
  );
  open.client = client;
  const transport = transportFor(library, server, options);
  if ('fault' in transport) open.fault = transport.fault;
  await client.connect(transport, { timeout: options.waitMs });
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const { tools } = await client.listTools({}, { timeout: options.waitMs });
  return tools.map(({ name, description = '', inputSchema }) => ({ name, description, inputSchema }));
}

function trusting<T>(): JsonSchemaValidator<T> {
  return (input) => ({ valid: true, data: input as T, errorMessage: undefined });
}

function transportFor(
  library: typeof import('@modelcontextprotocol/client'),
  { transport }: ServerConfig,
  { cwd, environment }: ConnectOptions,
): Transport | ReturnType<typeof createStdioTransport> {
  switch (transport.kind) {
    case 'stdio':
      return createStdioTransport({
        command: transport.command,
        args: transport.args,
        cwd,
        environment: serverEnvironment(environment, transport.environment),
      });
    case 'http':
      // A redirect would carry the headers, and the keys in them, to another host.
      return new library.StreamableHTTPClientTransport(new URL(transport.url), {
        requestInit: { headers: { ...transport.headers }, redirect: 'error' },
      });
    case 'sse':
      return new library.SSEClientTransport(new URL(transport.url), {
        requestInit: { headers: { ...transport.headers }, redirect: 'error' },
      });
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `It was not ready within ${milliseconds / 1000} s. Set MCP_TIMEOUT (milliseconds) to wait longer.`;
    timer = setTimeout(() => reject(new Error(message)), milliseconds);
  });
  // Looked at by the race; when the time is over, what it comes to does not matter any more.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
