import type { ApprovalRequest } from '../guard/guard.ts';
import type { Mask } from '../guard/secret-mask.ts';
import type { ContentBlock } from '../model/model.ts';
import type { JournalEventBody } from './journal-event.ts';

/**
 * The event as it may stand on disk: without secrets in what a person, a model or a tool said. Paths, hashes and ids
 * stay as they are. A call whose input is not whole any more is named in `masked`: nobody carries it out from here.
 */
export function maskedEvent(event: JournalEventBody, mask: Mask): JournalEventBody {
  switch (event.type) {
    case 'message-user':
    case 'text-delta':
    case 'notice':
      return { ...event, text: mask(event.text) };
    case 'message-assistant':
      return maskedAnswer(event, mask);
    case 'approval-ask':
      return { ...event, request: maskedRequest(event.request, mask) };
    case 'approval-answer':
      return event.message === undefined ? event : { ...event, message: mask(event.message) };
    case 'tool-intent':
      return { ...event, summary: mask(event.summary) };
    case 'tool-result': {
      const { change } = event;
      const masked = { ...event, text: mask(event.text) };
      return change === undefined ? masked : { ...masked, change: { ...change, diff: mask(change.diff) } };
    }
    case 'retry-wait':
    case 'run-end':
      return { ...event, message: mask(event.message) };
    case 'compaction-end':
      return { ...event, summary: mask(event.summary) };
    case 'todo-update':
      return { ...event, items: event.items.map((item) => ({ ...item, text: mask(item.text) })) };
    case 'run-start':
    case 'request-start':
    case 'process-start':
    case 'checkpoint-create':
    case 'rewind':
    case 'session-move':
    case 'compaction-start':
    case 'capture-end':
    case 'subagent-start':
      return event;
  }
}

type Answer = JournalEventBody & { readonly type: 'message-assistant' };

function maskedAnswer(event: Answer, mask: Mask): Answer {
  const masked = new Set(event.masked);
  const content = withoutSecretThoughts(event.content, mask).map((block): ContentBlock => {
    if (block.type === 'text') return { ...block, text: mask(block.text) };
    if (block.type !== 'tool_use') return block;
    const input = maskedValue(block.input, mask);
    if (input === block.input) return block;
    masked.add(block.id);
    return { ...block, input };
  });
  return { ...event, content, ...(masked.size > 0 && { masked: [...masked] }) };
}

/** Thinking is signed as it stands and in its order: what may not be kept of it cannot be kept in part. */
function withoutSecretThoughts(content: readonly ContentBlock[], mask: Mask): readonly ContentBlock[] {
  const isSecret = content.some(
    (block) => block.type === 'thinking' && mask(block.thinking) !== block.thinking,
  );
  return isSecret ? content.filter(({ type }) => !type.endsWith('thinking')) : content;
}

/** A rule with a secret in it is not given again when the session goes on: the person is asked anew. */
function maskedRequest({ offeredRule, ...request }: ApprovalRequest, mask: Mask): ApprovalRequest {
  const isKept = offeredRule !== undefined && mask(offeredRule) === offeredRule;
  return {
    ...request,
    summary: mask(request.summary),
    detail: mask(request.detail),
    reason: mask(request.reason),
    ...(isKept && { offeredRule }),
  };
}

/** The value itself where nothing of it is secret. */
function maskedValue(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [
    mask(key),
    typeof one === 'string' ? maskedUnder(key, one, mask) : maskedValue(one, mask),
  ]);
  if (isSame(value, entries)) return value;
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}

/** A password is often known only by the name it stands under. */
function maskedUnder(key: string, text: string, mask: Mask): string {
  const alone = mask(text);
  if (alone !== text) return alone;
  const name = `${key}: `;
  const named = mask(name + text);
  return named.startsWith(name) ? named.slice(name.length) : alone;
}

function isSame(value: object, entries: readonly (readonly [string, unknown])[]): boolean {
  const before = Object.entries(value);
  return entries.every(([key, one], index) => before[index]?.[0] === key && before[index][1] === one);
}
