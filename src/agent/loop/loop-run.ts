import type { Message, Usage } from '../model/model.ts';
import type { LoopConfig } from './loop-config.ts';
import { createMessageSize, type MessageSize } from './message-size.ts';
import { type OutputDesk, openOutputDesk } from './output-tool.ts';
import { addUse, startTally } from './tally.ts';
import type { ToolTurn } from './tool-turn.ts';

/** What one run of the loop knows while it goes. */
export interface LoopRun extends ToolTurn {
  readonly started: number;
  /** Where the answer is handed in; undefined where its form is free. */
  readonly output: OutputDesk | undefined;
  history: readonly Message[];
  /** Tokens of the last request and its answer, as the server counted them; 0 where nothing is known. */
  promptTokens: number;
  /** Messages that the history had when it was last shortened. */
  compactedAt: number;
  readonly sizeOf: MessageSize;
  /** Answers that did not fit or were not handed in. */
  misfits: number;
}

export function startRun(config: LoopConfig): LoopRun {
  const output = config.outputSchema && openOutputDesk(config.outputSchema);
  return {
    config: output === undefined ? config : { ...config, tools: [...config.tools, output.tool] },
    output,
    tally: startTally(),
    repetition: { signature: '', count: 0 },
    started: config.clock.now(),
    history: config.history,
    promptTokens: config.promptTokens ?? 0,
    compactedAt: 0,
    sizeOf: createMessageSize(),
    misfits: 0,
  };
}

/** Counts one answer, also one that is no turn of the conversation, against the run and its limits. */
export async function count(
  run: LoopRun,
  answer: { readonly model: string; readonly usage: Usage; readonly apiDurationMs: number },
): Promise<void> {
  const models = [answer.model, run.config.modelName];
  const cost = addUse(run.tally, models, answer.usage, answer.apiDurationMs);
  await run.config.budget?.add(answer.usage, cost);
}
