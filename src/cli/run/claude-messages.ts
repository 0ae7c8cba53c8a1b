import { randomUUID } from 'node:crypto';
import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { ContentBlock, ModelProblem, Usage } from '../../agent/model/model.ts';
import { NO_USAGE } from '../../agent/model/usage.ts';

/**
 * The messages of `claude -p --output-format json|stream-json`, field for field where the notion is the same (Claude
 * Code 2.1.330; held to the program by `test/cli/print-like-claude.test.ts`). What we have no notion of is empty; what
 * Claude has no notion of is named `varve_…`.
 */
export interface MessageContext {
  readonly session: string;
  readonly model: string;
  readonly version: string;
  /** Where the key comes from, e.g. `ANTHROPIC_API_KEY`; `none` for a server that asks for none. */
  readonly apiKeySource: string;
  readonly additionalDirectories: readonly string[];
}

export type EventOf<Type extends RunEvent['type']> = RunEvent & { readonly type: Type };

/** What every message of a session ends with. `parent` is the call of the subagent that said it. */
function stamp({ session }: MessageContext, time: number, parent: string | null = null): object {
  return {
    parent_tool_use_id: parent,
    session_id: session,
    uuid: randomUUID(),
    timestamp: new Date(time).toISOString(),
  };
}

function systemMessage(context: MessageContext, subtype: string, fields: object): object {
  return { type: 'system', subtype, ...fields, session_id: context.session, uuid: randomUUID() };
}

export function initMessage(context: MessageContext, event: EventOf<'run-start'>): object {
  return systemMessage(context, 'init', {
    cwd: event.cwd,
    tools: event.tools,
    mcp_servers: event.mcpServers ?? [],
    model: event.model,
    permissionMode: event.permissionMode,
    slash_commands: [],
    apiKeySource: context.apiKeySource,
    output_style: 'default',
    agents: event.agents ?? [],
    skills: event.skills ?? [],
    plugins: [],
    capabilities: [],
    additional_directories: context.additionalDirectories,
    varve_version: context.version,
    varve_memory: event.memory,
    varve_resumed: event.resumed,
    ...(event.sandbox !== undefined && { varve_sandbox: event.sandbox }),
  });
}

/** One message for each block of an answer, all with the id of the answer, as Claude Code says them. */
export function assistantMessages(
  context: MessageContext,
  event: EventOf<'message-assistant'>,
  parent: string | null = null,
): readonly object[] {
  return event.content.map((block) => ({
    type: 'assistant',
    message: {
      ...(event.messageId !== undefined && { id: event.messageId }),
      type: 'message',
      role: 'assistant',
      model: event.model ?? context.model,
      content: [block],
      stop_reason: event.stopReason ?? null,
      stop_sequence: null,
      usage: wireUsage(event.usage),
    },
    ...stamp(context, event.time, parent),
  }));
}

/** In place of an answer that the model did not give, so that a reader of messages alone sees why. */
export function failedAnswerMessage(context: MessageContext, time: number, problem: ModelProblem): object {
  const text: ContentBlock = { type: 'text', text: problem.message };
  return {
    type: 'assistant',
    message: {
      id: randomUUID(),
      type: 'message',
      role: 'assistant',
      model: '<synthetic>',
      content: [text],
      stop_reason: 'stop_sequence',
      stop_sequence: '',
      usage: wireUsage(NO_USAGE),
    },
    ...stamp(context, time),
    error: errorName(problem.kind, problem.status),
    is_api_error_message: true,
    ...(problem.status !== undefined && { api_error_status: problem.status }),
  };
}

export function toolResultMessage(
  context: MessageContext,
  event: EventOf<'tool-end'>,
  parent: string | null = null,
): object {
  const result = { tool_use_id: event.id, type: 'tool_result', content: event.text };
  const content = [event.ok ? result : { ...result, is_error: true }];
  return { type: 'user', message: { role: 'user', content }, ...stamp(context, event.time, parent) };
}

export function deniedMessage(context: MessageContext, event: EventOf<'tool-end'>, reason: string): object {
  const { name, id } = event;
  return systemMessage(context, 'permission_denied', { tool_name: name, tool_use_id: id, message: reason });
}

/** What a person typed while the run went on. */
export function userTextMessage(context: MessageContext, time: number, text: string): object {
  const content = [{ type: 'text', text }];
  return { type: 'user', message: { role: 'user', content }, ...stamp(context, time) };
}

/** A message of the input, as it came, when it is taken. */
export function replayMessage(context: MessageContext, time: number, content: unknown): object {
  return { type: 'user', message: { role: 'user', content }, ...stamp(context, time), isReplay: true };
}

export function streamEventMessage({ session }: MessageContext, event: unknown): object {
  return {
    type: 'stream_event',
    event,
    session_id: session,
    parent_tool_use_id: null,
    uuid: randomUUID(),
  };
}

export function retryMessage(context: MessageContext, event: EventOf<'retry-wait'>): object {
  const status = event.problem?.status ?? null;
  return systemMessage(context, 'api_retry', {
    attempt: event.attempt,
    max_retries: event.maxRetries ?? event.attempt,
    retry_delay_ms: event.delayMs,
    error_status: status,
    error: event.problem ? errorName(event.problem.kind, event.problem.status) : 'unknown',
    varve_message: event.message,
  });
}

export function noticeMessage(context: MessageContext, text: string): object {
  return systemMessage(context, 'varve_notice', { text });
}

/** The names of the Agent SDK's `SDKAssistantMessageError`. */
function errorName(kind: ModelProblem['kind'], status: number | undefined): string {
  switch (kind) {
    case 'unauthorized':
      return 'authentication_failed';
    case 'rate-limited':
      return 'rate_limit';
    case 'overloaded':
      return 'overloaded';
    case 'unavailable':
      return 'server_error';
    case 'invalid':
      return status === undefined ? 'unknown' : 'invalid_request';
    case 'network':
    case 'cut':
    case 'stopped':
      return 'unknown';
  }
}

export function wireUsage(usage: Usage): object {
  return {
    input_tokens: usage.inputTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    output_tokens: usage.outputTokens,
    ...(usage.basis !== undefined && { varve_basis: usage.basis }),
  };
}
