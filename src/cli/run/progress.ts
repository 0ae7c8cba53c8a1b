import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { Terminal } from '../surroundings.ts';

/** What goes on, on standard error, and only where a person looks at it. */
export function createProgress(terminal: Terminal): { hear(event: RunEvent): void } {
  return {
    hear: (event) => {
      const line = lineOf(event);
      // What a crash left open is always said: it may need a person even in a script's log.
      if (line !== undefined && (terminal.isInteractive || event.type === 'notice'))
        terminal.say(`${line}\n`);
    },
  };
}

function lineOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run-start':
      return `Session ${event.session} · ${event.model} · ${event.memory.tokens} tokens of memory`;
    case 'tool-start':
      return `  ${event.summary}`;
    case 'tool-end':
      return event.ok ? undefined : `  ${event.name}: ${firstLine(event.text)}`;
    case 'retry-wait':
      return `  Waiting ${Math.ceil(event.delayMs / 1000)} s: ${event.message}`;
    case 'notice':
      return event.text;
    default:
      return undefined;
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
