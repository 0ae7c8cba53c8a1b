import * as z from 'zod/mini';
import type { ContentBlock, Usage } from './model.ts';
import { type ModelFailure, streamFailure, unreadableFailure } from './model-failure.ts';
import { NO_USAGE } from './usage.ts';

/** One server-sent event, as it came. */
export interface ServerEvent {
  readonly event: string | null;
  readonly data: string;
}

export interface Answer {
  /** The server's id of the message; absent where it has none. */
  readonly messageId?: string;
  readonly content: readonly ContentBlock[];
  readonly stopReason: string;
  readonly usage: Usage;
  readonly model: string;
}

export type AnswerStep =
  | { readonly type: 'nothing' }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'end'; readonly answer: Answer }
  | { readonly type: 'failure'; readonly failure: ModelFailure };

export interface AnswerReader {
  take(event: ServerEvent): AnswerStep;
}

const usageShape = z.partial(
  z.object({
    input_tokens: z.nullable(z.number()),
    output_tokens: z.nullable(z.number()),
    cache_read_input_tokens: z.nullable(z.number()),
    cache_creation_input_tokens: z.nullable(z.number()),
  }),
);

const eventShape = z.object({
  type: z.string(),
  index: z.optional(z.number()),
  message: z.optional(
    z.object({ id: z.optional(z.string()), model: z.optional(z.string()), usage: z.optional(usageShape) }),
  ),
  content_block: z.optional(z.looseObject({ type: z.string() })),
  delta: z.optional(
    z.object({
      type: z.optional(z.string()),
      text: z.optional(z.string()),
      partial_json: z.optional(z.string()),
      thinking: z.optional(z.string()),
      signature: z.optional(z.string()),
      stop_reason: z.optional(z.nullable(z.string())),
    }),
  ),
  usage: z.optional(usageShape),
  error: z.optional(z.object({ type: z.optional(z.string()), message: z.optional(z.string()) })),
});

type StreamEvent = z.infer<typeof eventShape>;

const blockShape = z.object({
  type: z.string(),
  text: z._default(z.string(), ''),
  thinking: z._default(z.string(), ''),
  signature: z._default(z.string(), ''),
  data: z._default(z.string(), ''),
  id: z._default(z.string(), ''),
  name: z._default(z.string(), ''),
  input: z.optional(z.unknown()),
});

interface OpenBlock extends z.infer<typeof blockShape> {
  /** The input of a tool call as it comes in, piece by piece. */
  json: string;
}

interface Draft {
  readonly blocks: Map<number, OpenBlock>;
  messageId?: string;
  model: string;
  stopReason: string;
  usage: Usage;
}

/** Until the server tells something. */
const noUsage: Usage = { ...NO_USAGE, basis: 'unknown' };

/**
 * Puts a streamed answer together. Unknown events and block types are passed over: the API adds new ones. A tool
 * input that is no JSON comes out as the text it was, so that the tool can tell the model.
 */
export function createAnswerReader(requestedModel: string): AnswerReader {
  const draft: Draft = { blocks: new Map(), model: requestedModel, stopReason: '', usage: noUsage };
  return { take: (event) => step(draft, event) };
}

function step(draft: Draft, event: ServerEvent): AnswerStep {
  if (event.data === '' || event.event === 'ping') return nothing;
  const parsed = parseEvent(event.data);
  if (parsed === undefined)
    return { type: 'failure', failure: unreadableFailure('an event is not as expected') };
  switch (parsed.type) {
    case 'message_start':
      if (parsed.message?.id !== undefined) draft.messageId = parsed.message.id;
      draft.model = parsed.message?.model ?? draft.model;
      draft.usage = addUsage(draft.usage, parsed.message?.usage);
      return nothing;
    case 'content_block_start':
      openBlock(draft, parsed);
      return nothing;
    case 'content_block_delta':
      return growBlock(draft, parsed);
    case 'message_delta':
      draft.stopReason = parsed.delta?.stop_reason ?? draft.stopReason;
      draft.usage = addUsage(draft.usage, parsed.usage);
      return nothing;
    case 'message_stop':
      return { type: 'end', answer: finish(draft) };
    case 'error':
      return { type: 'failure', failure: streamFailure(parsed.error?.type, parsed.error?.message) };
    default:
      return nothing;
  }
}

const nothing: AnswerStep = { type: 'nothing' };

function parseEvent(data: string): StreamEvent | undefined {
  try {
    const parsed = z.safeParse(eventShape, JSON.parse(data));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function openBlock(draft: Draft, event: StreamEvent): void {
  const parsed = z.safeParse(blockShape, event.content_block);
  if (parsed.success && event.index !== undefined)
    draft.blocks.set(event.index, { ...parsed.data, json: '' });
}

function growBlock(draft: Draft, event: StreamEvent): AnswerStep {
  const block = draft.blocks.get(event.index ?? -1);
  if (block === undefined || event.delta === undefined) return nothing;
  block.json += event.delta.partial_json ?? '';
  block.thinking += event.delta.thinking ?? '';
  block.signature += event.delta.signature ?? '';
  const text = event.delta.text ?? '';
  block.text += text;
  return text === '' ? nothing : { type: 'text', text };
}

/** Numbers of `message_delta` are totals, not additions. */
function addUsage(before: Usage, told: z.infer<typeof usageShape> | undefined): Usage {
  if (told === undefined || Object.values(told).every((tokens) => tokens === null)) return before;
  return {
    inputTokens: told.input_tokens ?? before.inputTokens,
    outputTokens: told.output_tokens ?? before.outputTokens,
    cacheReadTokens: told.cache_read_input_tokens ?? before.cacheReadTokens,
    cacheWriteTokens: told.cache_creation_input_tokens ?? before.cacheWriteTokens,
  };
}

function finish(draft: Draft): Answer {
  const content = [...draft.blocks.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([, block]) => closeBlock(block));
  const { messageId, stopReason, usage, model } = draft;
  return { content, stopReason, usage, model, ...(messageId !== undefined && { messageId }) };
}

function closeBlock(block: OpenBlock): readonly ContentBlock[] {
  switch (block.type) {
    case 'text':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }];
    case 'thinking':
      return [{ type: 'thinking', thinking: block.thinking, signature: block.signature }];
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: block.data }];
    case 'tool_use':
      return [{ type: 'tool_use', id: block.id, name: block.name, input: toolInput(block) }];
    default:
      return [];
  }
}

function toolInput(block: OpenBlock): unknown {
  if (block.json === '') return block.input ?? {};
  try {
    return JSON.parse(block.json);
  } catch {
    return block.json;
  }
}
