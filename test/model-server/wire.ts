import type { AnswerBlock, AnswerUsage, MessagesBody, Reply } from './answer.ts';

export interface StreamEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A reply as the Messages API says it in one piece. */
export function replyMessage(body: MessagesBody, reply: Reply, index: number): Record<string, unknown> {
  return {
    id: `msg_loopback_${index}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: wireBlocks(reply.content, index),
    stop_reason: stopReason(reply),
    stop_sequence: null,
    usage: wireUsage(body, reply),
  };
}

/** The same reply as the events of a stream: start, ping, blocks with their deltas, usage, stop. */
export function replyEvents(body: MessagesBody, reply: Reply, index: number): readonly StreamEvent[] {
  const usage = wireUsage(body, reply);
  const message = replyMessage(body, reply, index);
  const events: StreamEvent[] = [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    },
    { type: 'ping' },
  ];
  for (const [position, block] of wireBlocks(reply.content, index).entries()) {
    events.push(...blockEvents(block, position));
  }
  if (reply.errorEvent !== undefined) {
    events.push({
      type: 'error',
      error: { type: reply.errorEvent, message: 'Said by the loopback server.' },
    });
    return events;
  }
  events.push({
    type: 'message_delta',
    delta: { stop_reason: stopReason(reply), stop_sequence: null },
    usage: { output_tokens: usage.output_tokens },
  });
  events.push({ type: 'message_stop' });
  return events;
}

type Block =
  | Exclude<AnswerBlock, { readonly type: 'tool_use' }>
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

function wireBlocks(content: readonly AnswerBlock[], index: number): readonly Block[] {
  return content.map((block, position) =>
    block.type !== 'tool_use' ? block : { ...block, id: block.id ?? `toolu_${index}_${position}` },
  );
}

function blockEvents(block: Block, index: number): readonly StreamEvent[] {
  return [
    { type: 'content_block_start', index, content_block: startOf(block) },
    ...deltasOf(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function startOf(block: Block): object {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '' };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted_thinking':
      return block;
    case 'tool_use':
      return { ...block, input: {} };
  }
}

function deltasOf(block: Block): readonly object[] {
  switch (block.type) {
    case 'text':
      return pieces(block.text, 16).map((text) => ({ type: 'text_delta', text }));
    case 'thinking':
      return [
        ...pieces(block.thinking, 16).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'redacted_thinking':
      return [];
    case 'tool_use':
      return pieces(JSON.stringify(block.input), 12).map((partial) => ({
        type: 'input_json_delta',
        partial_json: partial,
      }));
  }
}

function pieces(text: string, size: number): readonly string[] {
  const characters = [...text];
  const found: string[] = [];
  for (let at = 0; at < characters.length; at += size) found.push(characters.slice(at, at + size).join(''));
  return found.length === 0 ? [''] : found;
}

function stopReason(reply: Reply): string {
  if (reply.stopReason !== undefined) return reply.stopReason;
  return reply.content.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn';
}

function wireUsage(body: MessagesBody, reply: Reply): Required<AnswerUsage> {
  const told = reply.usage;
  return {
    input_tokens: told?.input_tokens ?? countTokens(body),
    output_tokens: told?.output_tokens ?? countTokens(reply.content),
    cache_read_input_tokens: told?.cache_read_input_tokens ?? 0,
    cache_creation_input_tokens: told?.cache_creation_input_tokens ?? 0,
  };
}

/** Four bytes a token: near enough to have something to show. */
export function countTokens(value: unknown): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(JSON.stringify(value) ?? '') / 4));
}
