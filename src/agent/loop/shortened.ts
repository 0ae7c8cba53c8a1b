import type { Message, TextBlock } from '../model/model.ts';
import type { MessageSize } from './message-size.ts';

/** First line of the text that stands for what was said before. */
const summaryHead = 'The conversation so far was shortened. Summary of what stood here:';
const latestHead = 'The last message of the person before this point:';

/** Of a prompt that stays, at most this many UTF-16 units do. */
const promptUnits = 20_000;

/**
 * A conversation after a compaction: the first prompt, the summary and the last message of a person stand first, then
 * the last `kept` messages as they were. Valid for a request where the one before was: what is kept begins with an
 * answer, so every result has its call.
 */
export function shortened(
  messages: readonly Message[],
  { summary, kept }: { readonly summary: string; readonly kept: number },
): readonly Message[] {
  const first = messages[0];
  if (first === undefined) return [];
  let from = Math.max(1, messages.length - Math.max(0, kept));
  while (from < messages.length && messages[from]?.role !== 'assistant') from += 1;
  const texts = [firstPrompt(first), `${summaryHead}\n${summary}`, ...latest(messages.slice(0, from))];
  const content = texts.map((text): TextBlock => ({ type: 'text', text }));
  return [{ role: 'user', content }, ...messages.slice(from)];
}

/** How many messages at the end fit the limit (estimated tokens) and begin with an answer. */
export function keptWithin(messages: readonly Message[], limit: number, sizeOf: MessageSize): number {
  let size = 0;
  let kept = 0;
  for (let at = messages.length - 1; at > 1; at -= 1) {
    const message = messages[at];
    if (message === undefined) break;
    size += sizeOf(message);
    if (size > limit) break;
    if (message.role === 'assistant') kept = messages.length - at;
  }
  return kept;
}

function firstPrompt({ content }: Message): string {
  return cut(content.find((block) => block.type === 'text')?.text ?? '');
}

/** What a person said last in the part that goes, unless it is the first prompt. */
function latest(gone: readonly Message[]): readonly string[] {
  const [first, ...later] = gone;
  const said = later.findLast(
    ({ role, content }) => role === 'user' && content.some((block) => block.type === 'text'),
  );
  if (said !== undefined) return [`${latestHead}\n${cut(textsOf(said).join('\n'))}`];
  // Kept by an earlier compaction, or said before the first answer came.
  const [, ...rest] = first === undefined ? [] : textsOf(first);
  const others = rest.filter((text) => !text.startsWith(summaryHead));
  if (others.length === 0) return [];
  const text = others.join('\n');
  return [text.startsWith(latestHead) ? text : `${latestHead}\n${cut(text)}`];
}

function textsOf({ content }: Message): readonly string[] {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
}

function cut(text: string): string {
  if (text.length <= promptUnits) return text;
  return `${text.slice(0, promptUnits)}\n[${text.length - promptUnits} characters left out]`;
}
