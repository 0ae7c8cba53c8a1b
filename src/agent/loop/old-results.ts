import type { ContentBlock, Message } from '../model/model.ts';
import { blockTokens, type MessageSize } from './message-size.ts';

/** What stands in the place of a result that was left out. */
export const leftOutText = '[result left out to save room; call the tool again if needed]';

/** Results up to this size stay: a line in their place would save little. */
const largeTokens = 600;
/** Answers whose results always stay. */
const answersKept = 6;
/** Share of the limit that one step must save, so that the cached beginning of the request changes seldom. */
const leastSaved = 0.2;

type ToolResultBlock = Extract<ContentBlock, { type: 'tool_result' }>;

/**
 * The conversation as it is sent: where it grew beyond `limit` (estimated tokens), large results of tools outside the
 * last answers are replaced by a line. It depends on nothing but the messages up to each point, so the same is left
 * out in every later request, also by another process that read the conversation from its journal, until the next
 * step is worth a request whose beginning is not cached. Calls and their answers stay paired.
 */
export function withoutOldResults(
  history: readonly Message[],
  limit: number,
  sizeOf: MessageSize,
): readonly Message[] {
  const cleared = clearedBefore(history, limit, sizeOf);
  return cleared === 0
    ? history
    : history.map((message, at) => (at < cleared ? withLines(message) : message));
}

/** Messages before this place are without their large results. */
function clearedBefore(history: readonly Message[], limit: number, sizeOf: MessageSize): number {
  const answers: number[] = [];
  let size = 0;
  let cleared = 0;
  for (const [at, message] of history.entries()) {
    size += sizeOf(message);
    if (message.role === 'assistant') answers.push(at);
    const boundary = answers.at(-answersKept) ?? 0;
    if (message.role === 'assistant' || size <= limit || boundary <= cleared) continue;
    const saved = savedBy(history.slice(cleared, boundary));
    if (saved < limit * leastSaved) continue;
    size -= saved;
    cleared = boundary;
  }
  return cleared;
}

function savedBy(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + content.reduce((all, block) => all + gain(block), 0), 0);
}

function gain(block: ContentBlock): number {
  return isLarge(block) ? blockTokens(block) : 0;
}

function isLarge(block: ContentBlock): block is ToolResultBlock {
  return block.type === 'tool_result' && blockTokens(block) > largeTokens;
}

function withLines(message: Message): Message {
  if (!message.content.some(isLarge)) return message;
  const content = message.content.map((block) =>
    isLarge(block) ? { ...block, content: leftOutText } : block,
  );
  return { ...message, content };
}
