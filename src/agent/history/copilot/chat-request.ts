import type { CallPlace } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  listField,
  looseObject,
  numberField,
  objectField,
  objectsField,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { TranscriptEntry, TranscriptState } from '../transcript.ts';
import { type AskedCall, askedCall, callOfPart, editOfPart, pathOfUri, shownText } from './chat-call.ts';

/** One request of a chat with what came of it. */
export interface ChatRequest {
  readonly id: string;
  readonly entries: readonly TranscriptEntry[];
  readonly state: TranscriptState;
  /** A person went back to before it. */
  readonly isUndone: boolean;
  readonly model: string | undefined;
  readonly time: number | undefined;
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  readonly isAnswered: boolean;
}

/** Pure. Source: `ISerializableChatRequestData` in chatModel.ts of microsoft/vscode. */
export function chatRequest(request: LooseObject, ordinal: number, place: CallPlace): ChatRequest {
  const id = textField(request, 'requestId') ?? `#${ordinal}`;
  const time = timeOf(fieldOf(request, 'timestamp'));
  const said = { id, ...(time !== undefined && { time }) };
  // By whom it is offered, and its name there.
  const model = textField(request, 'modelId')?.replace(/^copilot\//, '');
  const answers = new ResponseReading(request, said, model, place).entries();
  const state = stateOf(request);
  return {
    id,
    entries: [
      ...promptOf(request, said),
      ...summaryOf(request, said),
      ...answers,
      ...endOf(request, said, state),
    ],
    state,
    isUndone: flagField(request, 'isHidden') || fieldOf(request, 'shouldBeRemovedOnSend') !== undefined,
    model,
    time,
    usage: usageOf(request),
    isAnswered: answers.length > 0,
  };
}

interface Said {
  readonly id: string;
  readonly time?: number;
}

function promptOf(request: LooseObject, said: Said): readonly TranscriptEntry[] {
  const text = textField(request, 'message') ?? textField(objectField(request, 'message'), 'text') ?? '';
  const pictures = objectsField(objectField(request, 'variableData'), 'variables').filter(
    (variable) => textField(variable, 'kind') === 'image',
  ).length;
  if (text.trim() === '' && pictures === 0) return [];
  return [{ ...said, kind: 'prompt', text: entryText(text), ...(pictures > 0 && { pictures }) }];
}

/** Copilot notes with an answer the summary that it went on with. */
function summaryOf(request: LooseObject, said: Said): readonly TranscriptEntry[] {
  const summary = textField(objectField(metadataOf(request), 'summary'), 'text');
  if (summary === undefined) return [];
  return [{ ...said, id: `${said.id}/summary`, kind: 'compaction', summary: entryText(summary) }];
}

function metadataOf(request: LooseObject): LooseObject | undefined {
  return objectField(objectField(request, 'result'), 'metadata');
}

/** Takes the parts of a response in order; text that is not interrupted by a call is one answer. */
class ResponseReading {
  readonly #entries: TranscriptEntry[] = [];
  readonly #said: Said;
  readonly #model: string | undefined;
  readonly #place: CallPlace;
  readonly #request: LooseObject;
  readonly #asked: ReadonlyMap<string, AskedCall>;
  #text = '';
  #count = 0;

  constructor(request: LooseObject, said: Said, model: string | undefined, place: CallPlace) {
    this.#request = request;
    this.#said = said;
    this.#model = model;
    this.#place = place;
    this.#asked = askedCalls(request);
  }

  entries(): readonly TranscriptEntry[] {
    for (const value of listField(this.#request, 'response')) {
      const part = looseObject(value);
      if (part) this.#add(part);
    }
    this.#endText();
    return this.#entries;
  }

  #add(part: LooseObject): void {
    switch (textField(part, 'kind')) {
      case undefined:
        this.#text += textField(part, 'value') ?? '';
        return;
      case 'markdownContent':
      case 'markdownVuln':
        this.#text += shownText(part, 'content');
        return;
      case 'inlineReference':
        this.#text += nameOfReference(part);
        return;
      case 'toolInvocationSerialized':
        if (textField(part, 'presentation') !== 'hidden') this.#addCall(part);
        return;
      case 'textEditGroup':
      case 'notebookEditGroup': {
        const edit = editOfPart(this.#nextId(), part, this.#said.time);
        if (edit) this.#push(edit);
        return;
      }
      case 'confirmation':
      case 'elicitationSerialized':
      case 'questionCarousel': {
        const text = shownText(part, 'title') || shownText(part, 'message');
        this.#push({
          ...this.#said,
          id: this.#nextId(),
          kind: 'notice',
          what: 'question',
          text: entryText(text),
        });
        return;
      }
      case 'warning':
        this.#push({
          ...this.#said,
          id: this.#nextId(),
          kind: 'notice',
          what: 'other',
          text: entryText(shownText(part, 'content')),
        });
        return;
      default:
        return;
    }
  }

  #addCall(part: LooseObject): void {
    const callId = textField(part, 'toolCallId') ?? '';
    const asked = this.#asked.get(callId.replace(/__vscode-\d+$/, ''));
    this.#push(callOfPart(this.#nextId(), part, asked, this.#said.time, this.#place));
  }

  #push(entry: TranscriptEntry): void {
    this.#endText();
    this.#entries.push(entry);
  }

  #endText(): void {
    const text = this.#text.trim();
    this.#text = '';
    // Fences that were left around an edit which is shown by itself.
    if (text === '' || /^`{3,}\s*`*$/.test(text)) return;
    this.#entries.push({
      ...this.#said,
      id: this.#nextId(),
      kind: 'answer',
      text: entryText(text),
      ...(this.#model !== undefined && { model: this.#model }),
    });
  }

  #nextId(): string {
    this.#count += 1;
    return `${this.#said.id}/${this.#count}`;
  }
}

/** What the model asked for, by the ids of its calls. */
function askedCalls(request: LooseObject): ReadonlyMap<string, AskedCall> {
  const asked = new Map<string, AskedCall>();
  for (const round of objectsField(metadataOf(request), 'toolCallRounds'))
    for (const call of objectsField(round, 'toolCalls')) {
      const id = textField(call, 'id');
      if (id !== undefined) asked.set(id.replace(/__vscode-\d+$/, ''), askedCall(call));
    }
  return asked;
}

function nameOfReference(part: LooseObject): string {
  const reference = objectField(part, 'inlineReference');
  const uri = fieldOf(reference, 'uri') ?? fieldOf(objectField(reference, 'location'), 'uri') ?? reference;
  return textField(part, 'name') ?? textField(reference, 'name') ?? pathOfUri(uri) ?? '';
}

/** `ResponseModelState`; before that a flag. */
const PENDING = 0;
const CANCELLED = 2;
const FAILED = 3;
const NEEDS_INPUT = 4;

function stateOf(request: LooseObject): TranscriptState {
  const noted = fieldOf(request, 'modelState');
  const value = numberField(looseObject(noted), 'value') ?? (typeof noted === 'number' ? noted : undefined);
  if (value === CANCELLED || flagField(request, 'isCanceled')) return 'stopped';
  if (value === FAILED || objectField(objectField(request, 'result'), 'errorDetails')) return 'failed';
  if (value === NEEDS_INPUT) return 'waiting';
  return value === PENDING || (value === undefined && fieldOf(request, 'result') === undefined)
    ? 'interrupted'
    : 'done';
}

function endOf(request: LooseObject, said: Said, state: TranscriptState): readonly TranscriptEntry[] {
  if (state !== 'stopped' && state !== 'failed') return [];
  const details = objectField(objectField(request, 'result'), 'errorDetails');
  const text = textField(details, 'message') ?? '';
  const what = state === 'stopped' ? 'stopped' : 'error';
  return [{ ...said, id: `${said.id}/end`, kind: 'notice', what, text: entryText(text) }];
}

function usageOf(request: LooseObject): ChatRequest['usage'] {
  const usage = objectField(request, 'usage') ?? objectField(objectField(request, 'result'), 'usage');
  const input = numberField(usage, 'promptTokens');
  const output = numberField(usage, 'completionTokens');
  if (input === undefined && output === undefined) return undefined;
  return { input: Math.max(0, input ?? 0), output: Math.max(0, output ?? 0) };
}
