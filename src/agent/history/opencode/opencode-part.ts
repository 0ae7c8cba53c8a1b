import { absolutePath, type CallPlace, type CallShape, callEntry } from '../call-shape.ts';
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
  timeOf,
} from '../loose-json.ts';
import { pathsOfPatch } from '../patch-paths.ts';
import type { CallEntry, CallResult, PlanEntry, TranscriptEntry } from '../transcript.ts';

/** OpenCode's own tools, by the names that its versions gave them. */
const shapes: Readonly<Record<string, CallShape>> = {
  read: { act: 'read', paths: ['filePath'] },
  list: { act: 'read', about: ['path'] },
  glob: { act: 'search', about: ['pattern'] },
  grep: { act: 'search', about: ['pattern'] },
  codesearch: { act: 'search', about: ['query'] },
  lsp: { act: 'search', about: ['operation'] },
  edit: { act: 'write', paths: ['filePath'] },
  multiedit: { act: 'write', paths: ['filePath'] },
  write: { act: 'write', paths: ['filePath'] },
  patch: { act: 'write' },
  apply_patch: { act: 'write' },
  bash: { act: 'execute', command: 'command' },
  shell: { act: 'execute', command: 'command' },
  webfetch: { act: 'fetch', about: ['url'] },
  websearch: { act: 'fetch', about: ['query'] },
  task: { act: 'delegate', about: ['description'] },
};

interface Said {
  readonly id: string;
  readonly time?: number;
}

/** Text of a part that was written by whoever wrote the message; what OpenCode adds by itself is none. */
export function ownText(part: LooseObject): string | undefined {
  const isOwn =
    textField(part, 'type') === 'text' && !flagField(part, 'synthetic') && !flagField(part, 'ignored');
  const text = isOwn ? (textField(part, 'text') ?? '') : '';
  return text.trim() === '' ? undefined : text;
}

export function isPicture(part: LooseObject): boolean {
  return textField(part, 'type') === 'file' && textField(part, 'mime')?.startsWith('image/') === true;
}

/** A task that a person gave to a subagent with a command. */
export function subtaskText(part: LooseObject): string | undefined {
  return textField(part, 'type') === 'subtask' ? textField(part, 'prompt') : undefined;
}

/** Pure. A call with what came of it; a list of steps where it is one. */
export function callOfPart(id: string, part: LooseObject, place: CallPlace): CallEntry | PlanEntry {
  const state = objectField(part, 'state');
  const time = timeOf(fieldOf(objectField(state, 'time'), 'start'));
  const said: Said = { id, ...(time !== undefined && { time }) };
  const name = textField(part, 'tool') ?? '';
  const input = objectField(state, 'input');
  if (name === 'todowrite') return planOf(said, input);
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  const call = callEntry({ ...said, name, input }, shape, place);
  const result = resultOf(state);
  return {
    ...call,
    ...(shape?.act === 'write' && call.writes.length === 0 && patched(input, place)),
    ...(result !== undefined && { result }),
  };
}

function patched(input: LooseObject | undefined, place: CallPlace): Pick<CallEntry, 'writes' | 'summary'> {
  const paths = pathsOfPatch(textField(input, 'patchText') ?? '');
  return {
    summary: summaryText(paths.join(', ')),
    writes: paths.flatMap((path) => absolutePath(path, place) ?? []),
  };
}

function planOf(said: Said, input: LooseObject | undefined): PlanEntry {
  const steps = objectsField(input, 'todos').flatMap((todo) => {
    const status = textField(todo, 'status');
    if (status === 'cancelled') return [];
    const state = status === 'completed' ? 'done' : status === 'in_progress' ? 'active' : 'open';
    return [{ text: summaryText(textField(todo, 'content') ?? ''), state } as const];
  });
  return { ...said, kind: 'plan', steps };
}

function resultOf(state: LooseObject | undefined): CallResult | undefined {
  const status = textField(state, 'status');
  if (status === 'error') {
    const text = entryText(textField(state, 'error') ?? '');
    return { ok: false, text, ...(/rejected permission/.test(text) && { denied: true }) };
  }
  if (status !== 'completed') return undefined;
  const text = entryText(textField(state, 'output') ?? '');
  const metadata = objectField(state, 'metadata');
  const exitCode = numberField(metadata, 'exit');
  if (exitCode !== undefined) return { ok: exitCode === 0, text, exitCode };
  // A command without an exit code was ended.
  return { ok: fieldOf(metadata, 'exit') !== null, text };
}

/** What a message says of its own end. */
export function endOfMessage(message: LooseObject, said: Said): readonly TranscriptEntry[] {
  const error = objectField(message, 'error');
  if (error === undefined) return [];
  const what = textField(error, 'name') === 'MessageAbortedError' ? 'stopped' : 'error';
  const text = textField(objectField(error, 'data'), 'message') ?? textField(error, 'name') ?? '';
  return [{ ...said, id: `${said.id}/end`, kind: 'notice', what, text: entryText(text) }];
}
