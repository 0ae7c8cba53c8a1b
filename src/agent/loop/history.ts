import type { ContentBlock, Message } from '../model/model.ts';
import type { LoopEvent } from './loop-event.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

type ToolResultBlock = Extract<ContentBlock, { type: 'tool_result' }>;

/** What a call is told that was never answered because the run ended. */
export const unansweredText =
  'The run ended before this call was carried out. Nothing is known of its effect.';

/**
 * The conversation that a sequence of events stands for, valid for a request: user and assistant take turns and
 * every call has an answer. Only the last answer's calls may be left open; `pendingCalls` names them.
 * Events of other types are ignored, so a whole journal can be handed in.
 */
export function historyFrom(events: Iterable<Pick<LoopEvent, 'type'>>): readonly Message[] {
  const messages: Message[] = [];
  for (const candidate of events) {
    const event = candidate as LoopEvent;
    if (event.type === 'message-user') addUserText(messages, event.text);
    else if (event.type === 'message-assistant') addAnswer(messages, event.content);
    else if (event.type === 'tool-result') addResult(messages, event);
  }
  return messages;
}

/** The calls of the last answer that have no result yet, in order. */
export function pendingCalls(history: readonly Message[]): readonly ToolCall[] {
  const last = history.at(-1);
  const answer = last?.role === 'assistant' ? last : history.at(-2);
  if (answer?.role !== 'assistant') return [];
  const answered = new Set(last?.role === 'user' ? last.content.flatMap(resultId) : []);
  return toolCalls(answer.content).filter((call) => !answered.has(call.id));
}

export function toolCalls(content: readonly ContentBlock[]): readonly ToolCall[] {
  return content.flatMap((block) =>
    block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
  );
}

/** The history with these blocks as the user's, joined to the user's message at its end where there is one. */
export function withUserBlocks(
  history: readonly Message[],
  blocks: readonly ContentBlock[],
): readonly Message[] {
  if (blocks.length === 0) return history;
  const last = history.at(-1);
  if (last?.role !== 'user') return [...history, { role: 'user', content: blocks }];
  return [...history.slice(0, -1), { role: 'user', content: [...last.content, ...blocks] }];
}

/** Every open call answered with what is known: nothing. */
export function withOpenCallsAnswered(history: readonly Message[]): readonly Message[] {
  const results = pendingCalls(history).map((call) => resultBlock(call.id, false, unansweredText));
  return withUserBlocks(history, results);
}

export function resultBlock(id: string, ok: boolean, text: string): ToolResultBlock {
  return { type: 'tool_result', tool_use_id: id, content: text, ...(ok ? {} : { is_error: true }) };
}

function addUserText(messages: Message[], text: string): void {
  replace(messages, withUserBlocks(withOpenCallsAnswered(messages), [{ type: 'text', text }]));
}

function addAnswer(messages: Message[], content: readonly ContentBlock[]): void {
  replace(messages, withOpenCallsAnswered(messages));
  if (content.length > 0) messages.push({ role: 'assistant', content });
}

function addResult(messages: Message[], event: Extract<LoopEvent, { type: 'tool-result' }>): void {
  // A result nobody waits for (a journal that lost its beginning) would make the request invalid.
  if (!pendingCalls(messages).some((call) => call.id === event.id)) return;
  replace(messages, withUserBlocks(messages, [resultBlock(event.id, event.ok, event.text)]));
}

function replace(messages: Message[], by: readonly Message[]): void {
  messages.splice(0, messages.length, ...by);
}

function resultId(block: ContentBlock): readonly string[] {
  return block.type === 'tool_result' ? [block.tool_use_id] : [];
}
