import { randomUUID } from 'node:crypto';
import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { Usage } from '../../agent/model/model.ts';

/**
 * The messages of `claude -p --output-format json|stream-json` (Claude Code 2.1.330, docs "headless" and the Agent
 * SDK's types), field for field where the notion is the same. What we have no notion of is empty; what Claude has no
 * notion of is named `varve_…`.
 */
export interface MessageContext {
  readonly session: string;
  readonly model: string;
  readonly version: string;
  /** Where the key comes from, e.g. `ANTHROPIC_API_KEY`; `none` for a server that asks for none. */
  readonly apiKeySource: string;
}

type Of<Type extends RunEvent['type']> = RunEvent & { readonly type: Type };

export function initMessage(context: MessageContext, event: Of<'run-start'>): object {
  return {
    type: 'system',
    subtype: 'init',
    cwd: event.cwd,
    session_id: event.session,
    tools: event.tools,
    mcp_servers: [],
    model: event.model,
    permissionMode: event.permissionMode,
    slash_commands: [],
    apiKeySource: context.apiKeySource,
    output_style: 'default',
    agents: [],
    skills: [],
    plugins: [],
    varve_version: context.version,
    varve_memory: event.memory,
    varve_resumed: event.resumed,
    uuid: randomUUID(),
  };
}

export function assistantMessage(context: MessageContext, event: Of<'message-assistant'>): object {
  return {
    type: 'assistant',
    message: {
      type: 'message',
      role: 'assistant',
      model: context.model,
      content: event.content,
      stop_reason: event.content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
      stop_sequence: null,
      usage: wireUsage(event.usage),
    },
    parent_tool_use_id: null,
    session_id: context.session,
    uuid: randomUUID(),
  };
}

export function toolResultMessage(context: MessageContext, event: Of<'tool-end'>): object {
  const result = { tool_use_id: event.id, type: 'tool_result', content: event.text };
  return userMessage(context, [event.ok ? result : { ...result, is_error: true }]);
}

export function userTextMessage(context: MessageContext, text: string): object {
  return userMessage(context, [{ type: 'text', text }]);
}

function userMessage(context: MessageContext, content: readonly object[]): object {
  return {
    type: 'user',
    message: { role: 'user', content },
    parent_tool_use_id: null,
    session_id: context.session,
    uuid: randomUUID(),
  };
}

export function retryMessage(context: MessageContext, event: Of<'retry-wait'>): object {
  return {
    type: 'system',
    subtype: 'api_retry',
    attempt: event.attempt,
    retry_delay_ms: event.delayMs,
    error: event.message,
    session_id: context.session,
    uuid: randomUUID(),
  };
}

export function noticeMessage(context: MessageContext, text: string): object {
  return { type: 'system', subtype: 'varve_notice', text, session_id: context.session, uuid: randomUUID() };
}

export function resultMessage(context: MessageContext, end: Of<'run-end'>): object {
  return {
    type: 'result',
    subtype: subtypeOf(end),
    is_error: end.outcome !== 'success',
    duration_ms: end.durationMs,
    duration_api_ms: end.apiDurationMs,
    num_turns: end.turns,
    result: end.message,
    session_id: context.session,
    total_cost_usd: end.costUsd,
    usage: wireUsage(end.usage),
    modelUsage: {
      [context.model]: {
        inputTokens: end.usage.inputTokens,
        outputTokens: end.usage.outputTokens,
        cacheReadInputTokens: end.usage.cacheReadTokens,
        cacheCreationInputTokens: end.usage.cacheWriteTokens,
        webSearchRequests: 0,
        costUSD: end.costUsd,
      },
    },
    permission_denials: end.denials.map(({ tool, id, input }) => ({
      tool_name: tool,
      tool_use_id: id,
      tool_input: input,
    })),
    varve_outcome: end.outcome,
    uuid: randomUUID(),
  };
}

function subtypeOf(end: Of<'run-end'>): string {
  switch (end.outcome) {
    case 'success':
      return 'success';
    case 'max-turns':
      return 'error_max_turns';
    case 'max-budget':
      return 'error_max_budget_usd';
    case 'no-structured-output':
      return 'error_max_structured_output_retries';
    case 'stopped':
    case 'interrupted':
    case 'failed':
      return 'error_during_execution';
  }
}

function wireUsage(usage: Usage): object {
  return {
    input_tokens: usage.inputTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    output_tokens: usage.outputTokens,
  };
}
