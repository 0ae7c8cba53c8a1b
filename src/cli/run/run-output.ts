import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { Terminal } from '../surroundings.ts';
import {
  assistantMessage,
  initMessage,
  type MessageContext,
  noticeMessage,
  resultMessage,
  retryMessage,
  toolResultMessage,
  userTextMessage,
} from './claude-messages.ts';
import { createProgress } from './progress.ts';

export const outputFormats = ['text', 'json', 'stream-json'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** What a run looks like on standard output. */
export interface RunOutput {
  hear(event: RunEvent): void;
  /** Resolves when all of it was handed to the system. */
  flush(): Promise<void>;
}

/** The run's events as they are, one JSON object a line: the engine's side of `--control`. */
export function controlOutput(terminal: Terminal): RunOutput {
  return inOrder((event) => terminal.out(`${JSON.stringify(event)}\n`));
}

export function runOutput(
  format: OutputFormat,
  terminal: Terminal,
  context: () => MessageContext,
): RunOutput {
  switch (format) {
    case 'text':
      return textOutput(terminal);
    case 'json':
      return jsonOutput(terminal, context);
    case 'stream-json':
      return streamOutput(terminal, context);
  }
}

/** The last answer alone; a run that did not end well says why in its place, as `claude -p` does. */
function textOutput(terminal: Terminal): RunOutput {
  const progress = createProgress(terminal);
  return inOrder(async (event) => {
    progress.hear(event);
    if (event.type !== 'run-end') return;
    await terminal.out(event.message.endsWith('\n') ? event.message : `${event.message}\n`);
    for (const { tool } of event.denials)
      terminal.say(`Denied: ${tool}. Allow it with --allowedTools, or choose a --permission-mode.\n`);
  });
}

function jsonOutput(terminal: Terminal, context: () => MessageContext): RunOutput {
  const progress = createProgress(terminal);
  return inOrder(async (event) => {
    progress.hear(event);
    if (event.type === 'run-end') await terminal.out(`${JSON.stringify(resultMessage(context(), event))}\n`);
  });
}

function streamOutput(terminal: Terminal, context: () => MessageContext): RunOutput {
  return inOrder(async (event) => {
    const message = streamMessage(context(), event);
    if (message) await terminal.out(`${JSON.stringify(message)}\n`);
  });
}

function streamMessage(context: MessageContext, event: RunEvent): object | undefined {
  switch (event.type) {
    case 'run-start':
      return initMessage(context, event);
    case 'message-assistant':
      return assistantMessage(context, event);
    case 'tool-end':
      return toolResultMessage(context, event);
    case 'message-user':
      return event.steer ? userTextMessage(context, event.text) : undefined;
    case 'retry-wait':
      return retryMessage(context, event);
    case 'notice':
      return noticeMessage(context, event.text);
    case 'run-end':
      return resultMessage(context, event);
    default:
      return undefined;
  }
}

function inOrder(write: (event: RunEvent) => Promise<void>): RunOutput {
  let tail: Promise<void> = Promise.resolve();
  return {
    hear: (event) => {
      tail = tail.then(() => write(event)).catch(() => {});
    },
    flush: () => tail,
  };
}
