import type { ContentBlock, ImageBlock, Message } from '../model/model.ts';
import type { LoopEvent } from './loop-event.ts';
import { shortened } from './shortened.ts';

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
 * What is said between `compaction-start` and `compaction-end` is no part of it, also where the end never came: the
 * next run, or what a person says, goes on from the conversation as it stood.
 * Events of other types are ignored, so a whole journal can be handed in.
 */
export function historyFrom(events: Iterable<{ readonly type: string }>): readonly Message[] {
  const messages: Message[] = [];
  let isQuiet = false;
  for (const candidate of events) {
    const event = candidate as LoopEvent | { readonly type: 'run-start' };
    isQuiet = staysQuiet(isQuiet, event.type);
    if (event.type === 'compaction-end') replace(messages, shortened(messages, event));
    else if (isQuiet) continue;
    else if (event.type === 'message-user') addUserText(messages, event.text);
    else if (event.type === 'message-assistant') addAnswer(messages, event.content);
    else if (event.type === 'tool-result') addResult(messages, event);
  }
  return messages;
}

/** Whether what is said is no part of the conversation, after an event of this type. */
export function staysQuiet(wasQuiet: boolean, type: string): boolean {
  if (type === 'compaction-start') return true;
  return wasQuiet && type !== 'compaction-end' && type !== 'run-start' && type !== 'message-user';
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

export function textOf(content: readonly ContentBlock[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
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

export function resultBlock(
  id: string,
  ok: boolean,
  text: string,
  images: readonly ImageBlock[] = [],
): ToolResultBlock {
  const content = images.length === 0 ? text : [{ type: 'text', text } as const, ...images];
  return { type: 'tool_result', tool_use_id: id, content, ...(ok ? {} : { is_error: true }) };
}

/** A picture as a journal keeps it: by its name, its bytes elsewhere. */
interface NamedPicture {
  readonly media_type: ImageBlock['source']['media_type'];
  readonly object: string;
}

/** No base64 begins like this. */
const namedPrefix = 'object:';

/** The name of a picture whose bytes are not there yet; see `withPictures` of the session. */
export function pictureObject({ source: { data } }: ImageBlock): string | undefined {
  return data.startsWith(namedPrefix) ? data.slice(namedPrefix.length) : undefined;
}

function pictureBlock(image: ImageBlock | NamedPicture): ImageBlock {
  if (!('object' in image)) return image;
  const { media_type, object } = image;
  return { type: 'image', source: { type: 'base64', media_type, data: `${namedPrefix}${object}` } };
}

function addUserText(messages: Message[], text: string): void {
  replace(messages, withUserBlocks(withOpenCallsAnswered(messages), [{ type: 'text', text }]));
}

function addAnswer(messages: Message[], content: readonly ContentBlock[]): void {
  replace(messages, withOpenCallsAnswered(messages));
  if (content.length === 0) return;
  // A journal that lost what stood between two answers.
  const last = messages.at(-1);
  const before = last?.role === 'assistant' ? (messages.pop()?.content ?? []) : [];
  messages.push({ role: 'assistant', content: [...before, ...content] });
}

function addResult(messages: Message[], event: Extract<LoopEvent, { type: 'tool-result' }>): void {
  // A result nobody waits for (a journal that lost its beginning) would make the request invalid.
  if (!pendingCalls(messages).some((call) => call.id === event.id)) return;
  const images = (event.images ?? []).map(pictureBlock);
  replace(messages, withUserBlocks(messages, [resultBlock(event.id, event.ok, event.text, images)]));
}

function replace(messages: Message[], by: readonly Message[]): void {
  messages.splice(0, messages.length, ...by);
}

function resultId(block: ContentBlock): readonly string[] {
  return block.type === 'tool_result' ? [block.tool_use_id] : [];
}
