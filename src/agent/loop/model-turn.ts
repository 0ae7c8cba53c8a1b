import { failure, type Result, success } from '../../base/result.ts';
import type { ContentBlock, Message, ModelEvent, ModelProblem, Usage } from '../model/model.ts';
import type { LoopConfig } from './loop-config.ts';

export interface ModelAnswer {
  readonly content: readonly ContentBlock[];
  readonly stopReason: string;
  readonly usage: Usage;
  readonly model: string;
  readonly apiDurationMs: number;
  /** The server's id of the message. */
  readonly messageId?: string;
}

/** One request and its answer, announced before it leaves and kept when it has come. */
export async function askModel(
  config: LoopConfig,
  history: readonly Message[],
  turn: number,
): Promise<Result<ModelAnswer, ModelProblem>> {
  const answer = await requestAnswer(config, history, turn);
  if (answer.ok) await config.emit({ type: 'message-assistant', ...answer.value });
  return answer;
}

/** One request and its answer, announced before it leaves; whoever asks keeps the answer. */
export async function requestAnswer(
  config: LoopConfig,
  history: readonly Message[],
  turn: number,
): Promise<Result<ModelAnswer, ModelProblem>> {
  await config.emit({ type: 'request-start', turn, model: config.modelName, messages: history.length });
  const started = config.clock.now();
  const request = {
    model: config.modelName,
    system: config.system,
    messages: history,
    tools: config.tools.map((tool) => tool.definition),
    maxTokens: config.maxTokens,
    ...(config.thinking !== undefined && { thinking: config.thinking }),
  };
  const end = await lastEvent(config, config.model.send(request, config.signal));
  if (end.type === 'failure') return failure(end.problem);
  const { content, stopReason, usage, model, messageId } = end;
  const apiDurationMs = Math.max(0, config.clock.now() - started);
  const named = messageId === undefined ? {} : { messageId };
  return success({ content, stopReason, usage, model, apiDurationMs, ...named });
}

type FinalEvent = Extract<ModelEvent, { type: 'message-end' | 'failure' }>;

async function lastEvent(config: LoopConfig, events: AsyncIterable<ModelEvent>): Promise<FinalEvent> {
  let hasText = false;
  for await (const event of events) {
    switch (event.type) {
      case 'text-delta':
        hasText = true;
        await config.emit(event);
        break;
      case 'retry-wait':
        if (hasText)
          await config.emit({
            type: 'notice',
            text: 'The answer broke off and is asked for again. The part above does not count.',
          });
        hasText = false;
        await config.emit(event);
        break;
      case 'message-end':
      case 'failure':
        return event;
    }
  }
  return {
    type: 'failure',
    problem: { kind: 'cut', message: 'The model ended without an answer. Continue the session.' },
  };
}
