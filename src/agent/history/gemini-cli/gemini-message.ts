import type { CallPlace } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  type LooseObject,
  listField,
  looseObject,
  objectField,
  objectsField,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { NoticeEntry, TranscriptEntry } from '../transcript.ts';
import { callOf, responseText } from './gemini-call.ts';

/** What Gemini CLI puts before or among the words of a person. */
const INJECTED = /^\s*(?:<session_context>|<hook_context>|<loaded_context>|System: Potential loop detected)/;
/** Behind it stands what `@path` was put for. */
const REFERENCED = /^\s*--- Content from referenced files ---\s*$/;
/** What the model is made to say to a summary. */
const THANKS = 'Got it. Thanks for the additional context!';
const CANCELLED = new Set(['Request cancelled.', 'User cancelled the request.']);

/** Parts of a message: a text, one part or a list of them. */
function partsOf(content: unknown): readonly LooseObject[] {
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  return parts.flatMap((part): readonly LooseObject[] => {
    const object = typeof part === 'string' ? { text: part } : looseObject(part);
    return object ? [object] : [];
  });
}

function textOf(parts: readonly LooseObject[]): string {
  return parts
    .filter((part) => fieldOf(part, 'thought') !== true)
    .flatMap((part) => textField(part, 'text') ?? [])
    .join('\n');
}

/** A summary that the model goes on from, known by what it is made to answer. */
export function isThanks(message: LooseObject): boolean {
  return textField(message, 'type') === 'gemini' && textOf(partsOf(fieldOf(message, 'content'))) === THANKS;
}

/** What a message says: one prompt, or an answer with its calls. `isSummary`: the model goes on from it alone. */
export function entriesOf(
  message: LooseObject,
  place: CallPlace,
  isSummary: boolean,
): readonly TranscriptEntry[] {
  const id = textField(message, 'id') ?? '';
  const time = timeOf(fieldOf(message, 'timestamp'));
  const said = { id, ...(time !== undefined && { time }) };
  const parts = partsOf(fieldOf(message, 'content'));
  const type = textField(message, 'type');
  if (isSummary) return [{ ...said, kind: 'compaction', summary: entryText(textOf(parts)) }];
  if (type === 'user') return promptOf(message, parts, said);
  if (type === 'gemini') return [...answerOf(message, parts, said), ...callsOf(message, parts, said, place)];
  const notice = noticeOf(type, textOf(parts));
  return notice ? [{ ...said, ...notice }] : [];
}

interface Said {
  readonly id: string;
  readonly time?: number;
}

function promptOf(
  message: LooseObject,
  parts: readonly LooseObject[],
  said: Said,
): readonly TranscriptEntry[] {
  const behind = parts.findIndex((part) => REFERENCED.test(textField(part, 'text') ?? ''));
  const own = parts
    .slice(0, behind === -1 ? parts.length : behind)
    .filter((part) => !INJECTED.test(textField(part, 'text') ?? ''));
  const sent = textOf(own);
  // What was typed, where a command of the person's own was put in its place.
  const shown = textOf(partsOf(fieldOf(message, 'displayContent')));
  const pictures = own.filter((part) => objectField(part, 'inlineData')).length;
  // So Gemini CLI itself tells what it does not send: its own commands.
  const isIgnored = sent.trim() === '' || /^[/?]/.test(sent.trim());
  if (own.some((part) => objectField(part, 'functionResponse')) || (isIgnored && pictures === 0)) return [];
  const text = entryText(shown || sent);
  return [{ ...said, kind: 'prompt', text, ...(pictures > 0 && { pictures }) }];
}

function answerOf(
  message: LooseObject,
  parts: readonly LooseObject[],
  said: Said,
): readonly TranscriptEntry[] {
  const text = textOf(parts);
  const model = textField(message, 'model');
  if (text.trim() === '' || text === THANKS) return [];
  return [{ ...said, kind: 'answer', text: entryText(text), ...(model !== undefined && { model }) }];
}

/** Noted once they have ended; until then the model's own parts say what it called, where they were noted. */
function callsOf(
  message: LooseObject,
  parts: readonly LooseObject[],
  { id, time }: Said,
  place: CallPlace,
): readonly TranscriptEntry[] {
  const noted = objectsField(message, 'toolCalls');
  const made = parts.flatMap((part): readonly LooseObject[] => {
    const call = objectField(part, 'functionCall');
    return call ? [call] : [];
  });
  return (noted.length > 0 ? noted : made).map((call, index) => {
    const entry = callOf(call, `${id}#${index + 1}`, place);
    return entry.time === undefined && time !== undefined ? { ...entry, time } : entry;
  });
}

function noticeOf(type: string | undefined, text: string): Omit<NoticeEntry, 'id' | 'time'> | undefined {
  if (type === 'error') return { kind: 'notice', what: 'error', text: entryText(text) };
  if (type === 'info' && CANCELLED.has(text.trim()))
    return { kind: 'notice', what: 'stopped', text: 'A person stopped it.' };
  return undefined;
}

/** What came of calls, by their ids, where a message brings it to the model. */
export function responsesOf(
  message: LooseObject,
): ReadonlyMap<string, NonNullable<ReturnType<typeof responseText>>> {
  const found = new Map<string, NonNullable<ReturnType<typeof responseText>>>();
  if (textField(message, 'type') !== 'user') return found;
  for (const part of partsOf(fieldOf(message, 'content'))) {
    const id = textField(objectField(part, 'functionResponse'), 'id');
    const response = responseText(part);
    if (id !== undefined && response) found.set(id, response);
  }
  return found;
}

/** A saved conversation is what the model was sent: its parts by role. */
export function asMessages(history: LooseObject): readonly LooseObject[] {
  return listField(history, 'history').flatMap((content, index): readonly LooseObject[] => {
    const object = looseObject(content);
    if (!object) return [];
    const type = textField(object, 'role') === 'model' ? 'gemini' : 'user';
    return [{ id: `#${index + 1}`, type, content: fieldOf(object, 'parts') }];
  });
}
