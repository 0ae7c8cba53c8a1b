import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { Prompt, PromptStream } from './prompt-stream.ts';

/** Where the prompts of one process come from: one run each. */
export interface RunPrompts {
  /** Whether others may come after the first. */
  readonly mayFollow: boolean;
  next(): Promise<Prompt | undefined>;
  /** What came meanwhile and goes into the turn that runs. */
  takeSteering(): string | undefined;
  /** Is told what the run says, in order. */
  hear(event: RunEvent): void;
}

/** One prompt, and nothing meanwhile. */
export function onePrompt(text: string): RunPrompts {
  let prompts: readonly Prompt[] = [{ text }];
  return {
    mayFollow: false,
    next: () => {
      const [prompt] = prompts;
      prompts = [];
      return Promise.resolve(prompt);
    },
    takeSteering: () => undefined,
    hear: () => {},
  };
}

/**
 * Prompts as they come. As with `claude -p` (2.1.330) one that comes while calls are carried out goes in with their
 * results, any other is a run of its own after the one that runs.
 */
export function streamedPrompts(stream: PromptStream, onTaken: (prompt: Prompt) => void): RunPrompts {
  let isAmongCalls = false;
  return {
    mayFollow: true,
    next: () => stream.next(),
    takeSteering: () => {
      if (!isAmongCalls) return undefined;
      const taken = stream.takeAll();
      for (const prompt of taken) onTaken(prompt);
      return taken.length === 0 ? undefined : taken.map(({ text }) => text).join('\n\n');
    },
    hear: ({ type }) => {
      if (type === 'tool-end') isAmongCalls = true;
      if (type === 'message-assistant' || type === 'run-start') isAmongCalls = false;
    },
  };
}
