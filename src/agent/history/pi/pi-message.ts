import { type CallPlace, type CallShape, callEntry } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  numberField,
  objectField,
  objectsField,
  summaryText,
  textField,
} from '../loose-json.ts';
import type { CallEntry, CallResult, TranscriptEntry } from '../transcript.ts';

/** What messages are read with: the tools of the program, by name, and where calls are made. */
export interface PiManners {
  readonly shapes: Readonly<Record<string, CallShape>>;
  readonly place: CallPlace;
  /** A name that no entry had before, as near to the one given as can be. */
  nameFor(id: string): string;
}

interface Said {
  readonly id: string;
  readonly time?: number;
}

/** Pure but for the names. What a stored message says; what of it is a call's result says {@link resultOf}. */
export function entriesOfMessage(
  message: LooseObject,
  said: Said,
  manners: PiManners,
): readonly TranscriptEntry[] {
  switch (textField(message, 'role')) {
    case 'user':
      return promptOf(message, said, manners);
    case 'assistant':
      return answerOf(message, said, manners);
    case 'toolResult':
      return nestedCalls(message, said, manners);
    case 'bashExecution':
      return [typedCommand(message, said, manners)];
    case 'custom':
    case 'hookMessage':
      return shownNotice(message, said, manners);
    default:
      return [];
  }
}

/** What an extension put into the conversation, where a person saw it. */
export function shownNotice(
  message: LooseObject,
  said: Said,
  manners: PiManners,
): readonly TranscriptEntry[] {
  const text = textOf(message);
  if (!flagField(message, 'display') || text.trim() === '') return [];
  return [{ ...said, id: manners.nameFor(said.id), kind: 'notice', what: 'other', text: entryText(text) }];
}

/** The result that a message brings back, and the call it is of. */
export function resultOf(
  message: LooseObject,
): { readonly callId: string; readonly result: CallResult } | undefined {
  const callId = textField(message, 'toolCallId');
  if (textField(message, 'role') !== 'toolResult' || callId === undefined) return undefined;
  const isError = flagField(message, 'isError');
  const text = textOf(message);
  const said = isError ? /\bexited with code (\d{1,10})\b/.exec(text.slice(-200))?.[1] : undefined;
  const noted = numberField(objectField(message, 'details'), 'exitCode');
  const exitCode = noted ?? (said === undefined ? undefined : Number(said));
  const ok = !isError && (exitCode ?? 0) === 0;
  return { callId, result: { ok, text: entryText(text), ...(exitCode !== undefined && { exitCode }) } };
}

/** Text of a message or a string in its place; thoughts, pictures and calls are left out. */
export function textOf(message: LooseObject, separator = '\n'): string {
  const content = fieldOf(message, 'content');
  if (typeof content === 'string') return content;
  return blocksOf(message)
    .flatMap((block) => (textField(block, 'type') === 'text' ? [textField(block, 'text') ?? ''] : []))
    .join(separator);
}

export function blocksOf(message: LooseObject): readonly LooseObject[] {
  return objectsField(message, 'content');
}

function promptOf(message: LooseObject, said: Said, manners: PiManners): readonly TranscriptEntry[] {
  const pictures = blocksOf(message).filter((block) => textField(block, 'type') === 'image').length;
  const text = withoutAdded(textOf(message));
  if (text.trim() === '' && pictures === 0) return [];
  return [
    {
      ...said,
      id: manners.nameFor(said.id),
      kind: 'prompt',
      text: entryText(text),
      ...(pictures > 0 && { pictures }),
    },
  ];
}

/**
 * Without what pi puts into a prompt: the text of a skill that was called (its name stays, as it is typed) and of files
 * named with `@` (their names stay). Source: `parseSkillBlock` and `file-processor` of pi 1.6.0.
 */
function withoutAdded(text: string): string {
  const skill = /^<skill name="([^"\n]*)" location="[^"\n]*">\n/.exec(text);
  const end = skill ? text.indexOf('\n</skill>') : -1;
  if (skill && end !== -1) return `/skill:${skill[1]} ${text.slice(end + '\n</skill>'.length).trim()}`.trim();
  let rest = text;
  const names: string[] = [];
  for (;;) {
    const file = /^<file name="([^"\n]*)">/.exec(rest);
    const close = file ? rest.indexOf('</file>\n') : -1;
    if (!file || close === -1) break;
    names.push(`@${file[1]}`);
    rest = rest.slice(close + '</file>\n'.length);
  }
  return [...names, rest].join(' ').trim();
}

function answerOf(message: LooseObject, said: Said, manners: PiManners): readonly TranscriptEntry[] {
  const entries: TranscriptEntry[] = [];
  const model = textField(message, 'model');
  const text = textOf(message);
  if (text.trim() !== '')
    entries.push({
      ...said,
      id: manners.nameFor(said.id),
      kind: 'answer',
      text: entryText(text),
      ...(model !== undefined && { model }),
    });
  for (const block of blocksOf(message)) {
    if (textField(block, 'type') !== 'toolCall') continue;
    entries.push(callOf(block, said, manners));
  }
  const reason = textField(message, 'stopReason');
  if (reason === 'error' || reason === 'aborted')
    entries.push({
      ...said,
      id: manners.nameFor(`${said.id}/end`),
      kind: 'notice',
      what: reason === 'error' ? 'error' : 'stopped',
      text: entryText(textField(message, 'errorMessage') ?? ''),
    });
  return entries;
}

function callOf(block: LooseObject, { id, time }: Said, manners: PiManners): CallEntry {
  const name = textField(block, 'name') ?? '';
  const made = {
    id: manners.nameFor(textField(block, 'id') ?? id),
    ...(time !== undefined && { time }),
    name,
    input: objectField(block, 'arguments'),
  };
  return callEntry(made, shapeOf(manners, name), manners.place);
}

function shapeOf({ shapes }: PiManners, name: string): CallShape | undefined {
  return Object.hasOwn(shapes, name) ? shapes[name] : undefined;
}

/** Calls that a tool made in turn: only what the session says of them. */
function nestedCalls(message: LooseObject, { id, time }: Said, manners: PiManners): readonly CallEntry[] {
  return objectsField(objectField(message, 'nestedCalls'), 'calls').map((call): CallEntry => {
    const entry = callOf(call, { id: `${id}/call`, ...(time !== undefined && { time }) }, manners);
    const status = textField(call, 'status');
    if (status !== 'ok' && status !== 'error') return entry;
    return { ...entry, result: { ok: status === 'ok', text: entryText(textField(call, 'error') ?? '') } };
  });
}

/** A command that a person typed themselves. */
function typedCommand(message: LooseObject, said: Said, manners: PiManners): CallEntry {
  const command = textField(message, 'command') ?? '';
  const exitCode = numberField(message, 'exitCode');
  return {
    ...said,
    id: manners.nameFor(said.id),
    kind: 'call',
    name: 'bashExecution',
    act: 'execute',
    summary: summaryText(command),
    command: entryText(command),
    reads: [],
    writes: [],
    result: {
      ok: exitCode === 0 && !flagField(message, 'cancelled'),
      text: entryText(textField(message, 'output') ?? ''),
      ...(exitCode !== undefined && { exitCode }),
    },
  };
}
