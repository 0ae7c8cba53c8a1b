import type { ContentBlock, Message } from '../model/model.ts';

/** Estimated tokens of a message. */
export type MessageSize = (message: Message) => number;

/** As in `estimateTokens`, by the length alone: it is asked for whole conversations, before every request. */
const unitsPerToken = 3.3;
/** A picture costs by its pixels, at most about this much (platform.claude.com, "Vision"). */
const imageTokens = 1_600;

/** Remembers what it measured: messages do not change, histories are made of the same ones each time. */
export function createMessageSize(): MessageSize {
  const known = new WeakMap<Message, number>();
  return (message) => {
    const size = known.get(message) ?? message.content.reduce((sum, block) => sum + blockTokens(block), 0);
    known.set(message, size);
    return size;
  };
}

export function blockTokens(block: ContentBlock): number {
  switch (block.type) {
    case 'text':
      return tokens(block.text);
    case 'thinking':
      return tokens(block.thinking) + tokens(block.signature);
    case 'redacted_thinking':
      return tokens(block.data);
    case 'image':
      return imageTokens;
    case 'tool_use':
      return tokens(JSON.stringify(block.input) ?? '');
    case 'tool_result':
      return typeof block.content === 'string'
        ? tokens(block.content)
        : block.content.reduce((sum, part) => sum + blockTokens(part), 0);
  }
}

function tokens(text: string): number {
  return Math.ceil(text.length / unitsPerToken);
}
