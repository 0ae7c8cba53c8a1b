import {
  entryText,
  type LooseObject,
  listField,
  looseObject,
  objectField,
  parseLoose,
  textField,
} from '../loose-json.ts';
import type { AnswerEntry, NoticeEntry, PromptEntry, TranscriptEntry } from '../transcript.ts';

const PAYLOAD = '\nPayload:\n';

type Untold<Entry> = Omit<Entry, 'id' | 'time'>;

/** Undefined where the model said nothing. */
export function answerOf(message: LooseObject, model: string | undefined): Untold<AnswerEntry> | undefined {
  const text = textOf(message);
  if (text.trim() === '') return undefined;
  return { kind: 'answer', text: entryText(text), ...(model !== undefined && { model }) };
}

/**
 * What agents of one session write to one another. A task is what a subagent was asked for; of the rest a person may
 * want to know. What is encrypted for the model's server cannot be read.
 */
export function letterOf(
  letter: LooseObject,
  own: string,
): Untold<PromptEntry> | Untold<NoticeEntry> | undefined {
  const said = textOf(letter);
  const text = payloadOf(said) || '(a message that only the model’s server can read)';
  const isTask = /^Message Type: NEW_TASK$/m.test(said) && textField(letter, 'recipient') === own;
  if (isTask) return { kind: 'prompt', text: entryText(text) };
  const author = textField(letter, 'author') ?? 'an agent';
  return { kind: 'notice', what: 'other', text: entryText(`From ${author}: ${text}`) };
}

function payloadOf(said: string): string {
  const at = said.indexOf(PAYLOAD);
  return at === -1 ? said : said.slice(at + PAYLOAD.length);
}

/** `last`: what stands before it. The model's server may keep the summary to itself. */
export function compactionOf(
  compacted: LooseObject,
  last: TranscriptEntry | undefined,
): { readonly summary: string; readonly isAnswer: boolean } {
  const message = textField(compacted, 'message') ?? '';
  const isAnswer = last?.kind === 'answer' && message.endsWith(last.text);
  const summary = isAnswer ? last.text : message;
  return { summary: summary || 'The summary is kept by the model’s server.', isAnswer };
}

/** Of a turn that failed or was stopped. */
export function noticeOf(event: LooseObject): Untold<NoticeEntry> {
  if (textField(event, 'type') === 'turn_aborted') {
    const reason = textField(event, 'reason') ?? 'interrupted';
    const text = reason === 'interrupted' ? 'A person stopped it.' : `The turn ended early: ${reason}.`;
    return { kind: 'notice', what: 'stopped', text: entryText(text) };
  }
  const message = textField(objectField(event, 'error') ?? event, 'message') ?? 'The turn failed.';
  // The model's server may have said it in JSON.
  const said = textField(objectField(parseLoose(message), 'error'), 'message') ?? message;
  return { kind: 'notice', what: 'error', text: entryText(said) };
}

function textOf(message: LooseObject): string {
  return listField(message, 'content')
    .flatMap((part) => textField(looseObject(part), 'text') ?? [])
    .join('\n');
}
