import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { ContentBlock } from '../../agent/model/model.ts';
import {
  assistantMessages,
  deniedMessage,
  type EventOf,
  failedAnswerMessage,
  initMessage,
  type MessageContext,
  noticeMessage,
  retryMessage,
  toolResultMessage,
  userTextMessage,
} from './claude-messages.ts';
import { type ResultFacts, resultMessage } from './claude-result.ts';

export interface MessageWriter {
  /** The messages that an event becomes, in order; none for most. */
  messagesOf(event: RunEvent): readonly object[];
}

export interface WriterOptions {
  readonly context: () => MessageContext;
  /** Prompts that came meanwhile are said by whoever took them. */
  readonly isSteeringSaid: boolean;
  /** What subagents say beside their calls. */
  readonly subagentText: boolean;
}

/** Turns the events of the runs of one process into Claude's messages. */
export function createMessageWriter(options: WriterOptions): MessageWriter {
  const memory = { stopReason: null as string | null, results: 0, costUsd: 0 as number | null };
  return {
    messagesOf: (event) => {
      const context = options.context();
      switch (event.type) {
        case 'run-start':
          memory.stopReason = null;
          return [initMessage(context, event)];
        case 'message-assistant':
          memory.stopReason = event.stopReason ?? null;
          return assistantMessages(context, event);
        case 'tool-end':
          return toolMessages(context, event);
        case 'message-user': {
          const isSaid = event.steer === true && !options.isSteeringSaid;
          return isSaid ? [userTextMessage(context, event.time, event.text)] : [];
        }
        case 'subagent-event':
          return subagentMessages(context, event, options.subagentText);
        case 'retry-wait':
          return [retryMessage(context, event)];
        case 'notice':
          return [noticeMessage(context, event.text)];
        case 'run-end': {
          memory.costUsd = sum(memory.costUsd, event.costUsd);
          const { stopReason, costUsd: totalCostUsd } = memory;
          const facts = { stopReason, totalCostUsd, index: memory.results };
          memory.results += 1;
          return endMessages(context, event, facts);
        }
        default:
          return [];
      }
    },
  };
}

function toolMessages(context: MessageContext, event: EventOf<'tool-end'>): readonly object[] {
  const result = toolResultMessage(context, event);
  return event.denial === undefined ? [result] : [deniedMessage(context, event, event.denial), result];
}

function endMessages(
  context: MessageContext,
  event: EventOf<'run-end'>,
  facts: ResultFacts,
): readonly object[] {
  const { problem, time } = event;
  const result = resultMessage(context, event, facts);
  return problem === undefined ? [result] : [failedAnswerMessage(context, time, problem), result];
}

/** Calls and results only, unless asked: the text of a subagent is for the one that called it. */
function subagentMessages(
  context: MessageContext,
  { id, event }: EventOf<'subagent-event'>,
  withText: boolean,
): readonly object[] {
  if (event.type === 'tool-end') return [toolResultMessage(context, event, id)];
  if (event.type === 'subagent-event') return subagentMessages(context, event, withText);
  if (event.type !== 'message-assistant') return [];
  const isShown = ({ type }: ContentBlock): boolean => withText || type === 'tool_use';
  return assistantMessages(context, { ...event, content: event.content.filter(isShown) }, id);
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
