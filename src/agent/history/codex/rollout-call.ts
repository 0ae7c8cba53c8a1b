import { absolutePath, type CallPlace } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  type LooseObject,
  listField,
  objectField,
  objectsField,
  parseLoose,
  summaryText,
  textField,
} from '../loose-json.ts';
import type { CallEntry, PlanEntry } from '../transcript.ts';
import { patchedPaths } from './apply-patch.ts';

/** Whether a record of the model's answer is a call of a tool, and by what name its output will come. */
export function callIdOf(payload: LooseObject): string | undefined {
  switch (textField(payload, 'type')) {
    case 'function_call':
    case 'custom_tool_call':
    case 'tool_search_call':
    case 'local_shell_call':
      return textField(payload, 'call_id') ?? textField(payload, 'id') ?? '';
    case 'web_search_call':
    case 'image_generation_call':
      return textField(payload, 'id') ?? '';
    default:
      return undefined;
  }
}

interface Said {
  readonly id: string;
  readonly time?: number;
}

/** What a record of a call says, before what came of it. */
export function calledEntry(payload: LooseObject, said: Said, place: CallPlace): CallEntry | PlanEntry {
  const base = { ...said, kind: 'call', reads: [], writes: [] } as const;
  switch (textField(payload, 'type')) {
    case 'custom_tool_call':
      return customCall(textField(payload, 'name') ?? 'tool', textField(payload, 'input') ?? '', base, place);
    case 'local_shell_call':
      return shellCall('local_shell', objectField(payload, 'action'), 'command', base, place);
    case 'web_search_call':
      return webSearch(payload, base);
    case 'tool_search_call': {
      const query = textField(argumentsOf(payload), 'query') ?? '';
      return { ...base, name: 'tool_search', act: 'search', summary: summaryText(query) };
    }
    case 'image_generation_call': {
      const summary = summaryText(textField(payload, 'revised_prompt') ?? 'A picture');
      return { ...base, name: 'image_generation', act: 'other', summary, result: { ok: true, text: '' } };
    }
    default:
      return functionCall(payload, base, place);
  }
}

export type CallBase = Pick<CallEntry, 'kind' | 'id' | 'time' | 'reads' | 'writes'>;

const shells: Readonly<Record<string, string>> = {
  exec_command: 'cmd',
  shell: 'command',
  shell_command: 'command',
  'container.exec': 'command',
  local_shell: 'command',
};
const delegates = new Set(['spawn_agent', 'send_input', 'send_message', 'followup_task', 'resume_agent']);
/** Where an argument says best what a call is about. */
const TELLING = ['path', 'query', 'message', 'objective', 'url', 'uri', 'target', 'prompt', 'pattern', 'id'];

function functionCall(payload: LooseObject, base: CallBase, place: CallPlace): CallEntry | PlanEntry {
  const short = textField(payload, 'name') ?? 'tool';
  const namespace = textField(payload, 'namespace') ?? '';
  const input = argumentsOf(payload);
  const command = Object.hasOwn(shells, short) ? shells[short] : undefined;
  if (command !== undefined) return shellCall(short, input, command, base, place);
  if (short === 'update_plan') return planEntry(input, base);
  if (short === 'apply_patch') return customCall(short, textField(input, 'input') ?? '', base, place);
  const name = namespace.startsWith('mcp__') && !short.startsWith('mcp__') ? `${namespace}__${short}` : short;
  const path = absolutePath(textField(input, 'path') ?? '', place);
  const isPicture = short === 'view_image' && path !== undefined;
  const told =
    TELLING.flatMap((field) => textField(input, field) ?? [])[0] ?? textField(payload, 'arguments');
  return {
    ...base,
    name,
    act: isPicture ? 'read' : delegates.has(short) ? 'delegate' : 'other',
    summary: summaryText(questionOf(short, input) ?? told ?? name),
    ...(isPicture && { reads: [path] }),
  };
}

function questionOf(name: string, input: LooseObject | undefined): string | undefined {
  if (name !== 'request_user_input') return undefined;
  return objectsField(input, 'questions')
    .flatMap((question) => textField(question, 'question') ?? [])
    .join(' ');
}

function argumentsOf(payload: LooseObject): LooseObject | undefined {
  return parseLoose(textField(payload, 'arguments') ?? '') ?? objectField(payload, 'arguments');
}

function shellCall(
  name: string,
  input: LooseObject | undefined,
  field: string,
  base: CallBase,
  place: CallPlace,
): CallEntry {
  const command = commandLine(fieldOf(input, field));
  const cwd = textField(input, 'workdir') ?? textField(input, 'working_directory');
  const there = { ...place, cwd: (cwd !== undefined && absolutePath(cwd, place)) || place.cwd };
  // A patch is given to the shell, too, which Codex takes from there.
  const given = wordsOf(fieldOf(input, field)).join('\n');
  const patched = /\bapply_?patch\b/.test(given) ? patchedPaths(given) : undefined;
  return patched ? patchCall(name, patched, base, there) : commandCall(name, command, base);
}

export function commandCall(name: string, command: string, base: CallBase): CallEntry {
  return { ...base, name, act: 'execute', summary: summaryText(command), command: entryText(command) };
}

export function patchCall(
  name: string,
  patched: readonly string[],
  base: CallBase,
  place: CallPlace,
): CallEntry {
  const writes = patched.flatMap((path) => absolutePath(path, place) ?? []);
  return { ...base, name, act: 'write', summary: summaryText(patched.join(', ') || name), writes };
}

/** A list of a shell and its arguments is what the shell is given. */
export function commandLine(value: unknown): string {
  if (typeof value === 'string') return value;
  const words = wordsOf(value);
  const [shell = '', flag = '', script] = words;
  const isScript = words.length === 3 && /^-l?i?c$|^\/c$|^-Command$/i.test(flag);
  if (script !== undefined && isScript && /(?:sh|cmd(?:\.exe)?|powershell(?:\.exe)?)$/i.test(shell))
    return script;
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

function wordsOf(value: unknown): readonly string[] {
  const words = Array.isArray(value) ? value : [value];
  return words.filter((word) => typeof word === 'string');
}

/** In a script of the code mode: the commands it has in plain sight. */
const COMMAND = /\bcmd\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\$]|\\.)*)`)/g;

function customCall(name: string, input: string, base: CallBase, place: CallPlace): CallEntry {
  if (name === 'apply_patch') return patchCall(name, patchedPaths(input) ?? [], base, place);
  if (name !== 'exec') return { ...base, name, act: 'other', summary: summaryText(input || name) };
  const commands = [...input.matchAll(COMMAND)].map(([, double, single, quoted]) =>
    (double ?? single ?? quoted ?? '').replace(/\\(["'`\\])/g, '$1').replaceAll('\\n', '\n'),
  );
  const patched = patchedPaths(input);
  if (commands.length > 0) return commandCall(name, commands.join('\n'), base);
  if (patched) return patchCall(name, patched, base, place);
  return { ...base, name, act: 'other', summary: summaryText(input) };
}

function webSearch(payload: LooseObject, base: CallBase): CallEntry {
  const action = objectField(payload, 'action');
  const queries = listField(action, 'queries').filter((query) => typeof query === 'string');
  const about = textField(action, 'query') ?? textField(action, 'url') ?? queries.join('; ');
  const status = textField(payload, 'status');
  return {
    ...base,
    name: 'web_search',
    act: 'fetch',
    summary: summaryText(about || 'web search'),
    ...(status !== 'in_progress' && { result: { ok: status !== 'failed', text: '' } }),
  };
}

const states: Readonly<Record<string, 'open' | 'active' | 'done'>> = {
  in_progress: 'active',
  completed: 'done',
};

function planEntry(input: LooseObject | undefined, { id, time }: CallBase): PlanEntry {
  const steps = objectsField(input, 'plan').map((step) => {
    const status = textField(step, 'status') ?? '';
    return {
      text: summaryText(textField(step, 'step') ?? ''),
      state: Object.hasOwn(states, status) ? (states[status] ?? 'open') : 'open',
    } as const;
  });
  return { kind: 'plan', id, ...(time !== undefined && { time }), steps };
}
