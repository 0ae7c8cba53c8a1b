import { absolutePath, type CallPlace, type CallShape, callEntry } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  type LooseObject,
  looseObject,
  objectField,
  objectsField,
  summaryText,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { CallEntry, CallResult, PlanEntry } from '../transcript.ts';

const file = ['file_path', 'absolute_path', 'path'];

/** Tools of Gemini CLI 0.61.0 and of earlier versions. */
const shapes: Readonly<Record<string, CallShape>> = {
  read_file: { act: 'read', paths: file },
  read_many_files: { act: 'read', about: ['include'] },
  list_directory: { act: 'read', about: ['dir_path', 'path'] },
  glob: { act: 'search', about: ['pattern'] },
  grep_search: { act: 'search', about: ['pattern'] },
  search_file_content: { act: 'search', about: ['pattern'] },
  replace: { act: 'write', paths: file },
  edit: { act: 'write', paths: file },
  write_file: { act: 'write', paths: file },
  run_shell_command: { act: 'execute', command: 'command' },
  web_fetch: { act: 'fetch', about: ['prompt', 'url'] },
  google_web_search: { act: 'fetch', about: ['query'] },
  invoke_agent: { act: 'delegate', about: ['prompt', 'agent_name'] },
  delegate_to_agent: { act: 'delegate', about: ['objective', 'agent_name'] },
  codebase_investigator: { act: 'delegate', about: ['objective'] },
};

/** A call as Gemini CLI notes it once it has ended, or as the model made it. `id`: where it names none itself. */
export function callOf(call: LooseObject, id: string, place: CallPlace): CallEntry | PlanEntry {
  const name = textField(call, 'name') ?? 'tool';
  const input = objectField(call, 'args');
  const time = timeOf(fieldOf(call, 'timestamp'));
  const said = { id: textField(call, 'id') ?? id, ...(time !== undefined && { time }) };
  if (name === 'write_todos') return { ...said, kind: 'plan', steps: stepsOf(input) };
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  const there = { ...place, cwd: absolutePath(textField(input, 'dir_path') ?? '', place) ?? place.cwd };
  const entry = callEntry({ ...said, name, input }, shape, shape?.act === 'execute' ? there : place);
  const shown = absolutePath(textField(objectField(call, 'resultDisplay'), 'filePath') ?? '', place);
  const result = resultOf(call);
  return {
    ...entry,
    // What was shown to the person has the whole path.
    ...(entry.act === 'write' && shown !== undefined && { writes: [shown] }),
    ...(result && { result }),
  };
}

const states: Readonly<Record<string, PlanEntry['steps'][number]['state']>> = {
  in_progress: 'active',
  completed: 'done',
};

function stepsOf(input: LooseObject | undefined): PlanEntry['steps'] {
  return objectsField(input, 'todos')
    .filter((todo) => textField(todo, 'status') !== 'cancelled')
    .map((todo) => {
      const status = textField(todo, 'status') ?? '';
      const state = Object.hasOwn(states, status) ? (states[status] ?? 'open') : 'open';
      return { text: summaryText(textField(todo, 'description') ?? ''), state };
    });
}

function resultOf(call: LooseObject): CallResult | undefined {
  const status = textField(call, 'status');
  const said = responseText(fieldOf(call, 'result'), textField(call, 'id'));
  if (said === undefined && status !== 'success' && status !== 'error' && status !== 'cancelled')
    return undefined;
  return resultFrom(said ?? { text: '', isError: false }, status === 'success' || status === undefined);
}

interface Response {
  readonly text: string;
  readonly isError: boolean;
}

/** What the model was given: `functionResponse` parts, or text in earlier versions. `id`: of the call. */
export function responseText(result: unknown, id?: string): Response | undefined {
  if (typeof result === 'string') return { text: result, isError: false };
  const all: LooseObject[] = [];
  for (const part of Array.isArray(result) ? result : [result]) {
    const response = objectField(looseObject(part), 'functionResponse');
    if (response) all.push(response);
  }
  // A call may be noted with the results of all that were made together.
  const own = all.filter((response) => textField(response, 'id') === id);
  const found = (own.length > 0 ? own : all).map((one) => objectField(one, 'response'));
  if (found.length === 0) return undefined;
  const error = found.flatMap((response) => textField(response, 'error') ?? []);
  const output = found.flatMap((response) => textField(response, 'output') ?? []);
  return { text: [...output, ...error].join('\n'), isError: error.length > 0 };
}

/** What comes behind the output of a command. */
const FOOT = /\n(?:Error: .*|Exit Code: -?\d+|Signal: .*|Background PIDs: .*|Process Group PGID: .*)/g;

export function resultFrom({ text, isError }: Response, isSuccess: boolean): CallResult {
  const inside = /^<untrusted_context>\n([\s\S]*?)\n?<\/untrusted_context>$/.exec(text.trim())?.[1] ?? text;
  const code = /\nExit Code: (-?\d+)(?:\n|$)/.exec(inside)?.[1];
  const isCommand = inside.startsWith('Output: ');
  const shown = isCommand ? inside.slice('Output: '.length).replace(FOOT, '') : inside;
  const ok = isSuccess && !isError && (code === undefined || Number(code) === 0);
  return {
    ok,
    text: entryText(shown === '(empty)' ? '' : shown),
    ...(isCommand && code !== undefined && { exitCode: Number(code) }),
    ...(/\bUser denied execution\b/.test(text.slice(0, 300)) && { denied: true }),
  };
}
