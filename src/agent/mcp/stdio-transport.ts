import { setTimeout as pause } from 'node:timers/promises';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { type RunningProcess, startProcess } from '../../base/process.ts';

export interface StdioServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the server. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The library's own kills the process alone; what it started would stay. */
export interface StdioTransport extends Transport {
  /** Why it was given up, or the last line it wrote on standard error: for whoever looks for its fault. */
  fault(): string | undefined;
}

const maxMessage = 10 * 1024 * 1024;
const maxNoise = 16 * 1024 * 1024;
const complaintLength = 1_000;
const graceMs = 500;

/**
 * Talks to a server in a process group of its own, a JSON-RPC message a line. Ended, it is asked by the end of its
 * input, then told, then killed with all it started. A server that says more than 10 MiB in one message or 16 MiB that
 * is no message is ended.
 */
export function createStdioTransport(server: StdioServer): StdioTransport {
  const state = { rest: '', noise: 0, complaint: '', fault: '', isEnded: false };
  const decoder = new TextDecoder();
  let started: RunningProcess | undefined;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= started === undefined ? Promise.resolve() : endProcess(started);
    return closing;
  };
  const giveUp = (why: string): void => {
    state.fault ||= why;
    transport.onerror?.(new Error(why));
    state.rest = '';
    void close();
  };
  const takeLine = (line: string): void => {
    const message = parseMessage(line);
    if (message !== undefined) transport.onmessage?.(message);
    else state.noise += line.length;
  };
  const hear = (bytes: Uint8Array): void => {
    if (closing !== undefined) return;
    const lines = (state.rest + decoder.decode(bytes, { stream: true })).split('\n');
    state.rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line);
    if (state.rest.length > maxMessage) giveUp('The server sent a message of more than 10 MiB.');
    if (state.noise > maxNoise) giveUp('The server writes what is no message on its standard output.');
  };
  const transport: StdioTransport = {
    fault: () => {
      const said = state.complaint.trim().split('\n').at(-1) ?? '';
      return state.fault || (said === '' ? undefined : `It said: ${said}`);
    },
    start: async () => {
      started = startProcess({
        ...server,
        input: 'pipe',
        onOutput: (stream, bytes) => {
          if (stream === 'stdout') hear(bytes);
          else
            state.complaint = (state.complaint + Buffer.from(bytes).toString('utf8')).slice(-complaintLength);
        },
      });
      void started.exit.then(({ problem }) => {
        state.isEnded = true;
        if (problem) transport.onerror?.(new Error(problem.message));
        // What it started ends with it.
        started?.kill('SIGKILL');
        transport.onclose?.();
      });
      if (started.pid === undefined)
        throw new Error((await started.exit).problem?.message ?? 'It did not start.');
    },
    send: async (message) => {
      if (state.isEnded || started?.write(`${JSON.stringify(message)}\n`) !== true)
        throw new Error('The server has ended.');
    },
    close,
  };
  return transport;
}

async function endProcess(started: RunningProcess): Promise<void> {
  const isOver = () => Promise.race([started.exit.then(() => true), pause(graceMs, false)]);
  started.endInput();
  if (await isOver()) return;
  started.kill('SIGTERM');
  if (await isOver()) return;
  started.kill('SIGKILL');
  await isOver();
}

/** A message, or undefined for what is none: some servers print to their standard output. */
function parseMessage(line: string): JSONRPCMessage | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'jsonrpc' in value
      ? (value as JSONRPCMessage)
      : undefined;
  } catch {
    return undefined;
  }
}
