import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { Terminal } from '../surroundings.ts';
import { type MessageContext, replayMessage, streamEventMessage } from './claude-messages.ts';
import { answerText } from './claude-result.ts';
import { createMessageWriter, type MessageWriter } from './message-writer.ts';
import { createProgress } from './progress.ts';
import type { OutputOptions } from './run-options.ts';

/** What a run looks like on standard output. */
export interface RunOutput {
  hear(event: RunEvent): void;
  /** A message of the input was taken; its content as it came. */
  replay?(time: number, content: unknown): void;
  /** An event of the server's stream. */
  partial?(event: unknown): void;
  /** Resolves when all of it was handed to the system. */
  flush(): Promise<void>;
}

/** The run's events as they are, one JSON object a line: the engine's side of `--control`. */
export function controlOutput(terminal: Terminal): RunOutput {
  return inOrder((event) => terminal.out(`${JSON.stringify(event)}\n`));
}

export function runOutput(
  options: OutputOptions,
  isInputStreamed: boolean,
  terminal: Terminal,
  context: () => MessageContext,
): RunOutput {
  const writer = createMessageWriter({
    context,
    isSteeringSaid: isInputStreamed,
    subagentText: options.subagentText,
  });
  switch (options.format) {
    case 'text':
      return textOutput(terminal);
    case 'json':
      return jsonOutput(terminal, writer, options.verbose);
    case 'stream-json':
      return streamOutput(terminal, writer, context, options);
  }
}

/** The last answer alone; a run that did not end well says why in its place, as `claude -p` does. */
function textOutput(terminal: Terminal): RunOutput {
  const progress = createProgress(terminal);
  return inOrder(async (event) => {
    progress.hear(event);
    if (event.type !== 'run-end') return;
    const text = answerText(event);
    await terminal.out(text.endsWith('\n') ? text : `${text}\n`);
    for (const { tool } of event.denials)
      terminal.say(`Denied: ${tool}. Allow it with --allowedTools, or choose a --permission-mode.\n`);
  });
}

/** The result alone, or with `--verbose` all messages as one array. */
function jsonOutput(terminal: Terminal, writer: MessageWriter, isVerbose: boolean): RunOutput {
  const progress = createProgress(terminal);
  const all: object[] = [];
  return inOrder(async (event) => {
    progress.hear(event);
    const messages = writer.messagesOf(event);
    if (isVerbose) all.push(...messages);
    if (event.type === 'run-end')
      await terminal.out(`${JSON.stringify(isVerbose ? all : messages.at(-1))}\n`);
  });
}

function streamOutput(
  terminal: Terminal,
  writer: MessageWriter,
  context: () => MessageContext,
  options: OutputOptions,
): RunOutput {
  const queue = inQueue();
  const write = (messages: readonly object[]): void =>
    queue.add(async () => {
      for (const message of messages) await terminal.out(`${JSON.stringify(message)}\n`);
    });
  return {
    hear: (event) => write(writer.messagesOf(event)),
    flush: queue.flush,
    ...(options.replayUserMessages && {
      replay: (time: number, content: unknown) => write([replayMessage(context(), time, content)]),
    }),
    ...(options.partialMessages && {
      partial: (event: unknown) => write([streamEventMessage(context(), event)]),
    }),
  };
}

function inOrder(write: (event: RunEvent) => Promise<void>): RunOutput {
  const queue = inQueue();
  return { hear: (event) => queue.add(() => write(event)), flush: queue.flush };
}

function inQueue(): { add(work: () => Promise<void>): void; flush(): Promise<void> } {
  let tail: Promise<void> = Promise.resolve();
  return {
    add: (work) => {
      tail = tail.then(work).catch(() => {});
    },
    flush: () => tail,
  };
}
