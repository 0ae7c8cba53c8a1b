import { absolutePath, type CallPlace } from '../call-shape.ts';
import {
  fieldOf,
  type LooseObject,
  objectField,
  objectsField,
  summaryText,
  textField,
} from '../loose-json.ts';
import type { CallEntry, CallResult } from '../transcript.ts';
import { type CallBase, commandCall, commandLine, patchCall } from './rollout-call.ts';
import { notedResult } from './rollout-output.ts';

/** What Codex itself noted of something it did: a command, a patch, a call of a server. */
export interface Effect {
  /** Of the call that asked for it; of its own where a script of the code mode did. */
  readonly id: string;
  readonly kind: 'command' | 'patch' | 'server';
  readonly item: LooseObject;
}

const kinds: Readonly<Record<string, Effect['kind']>> = {
  CommandExecution: 'command',
  FileChange: 'patch',
  McpToolCall: 'server',
  exec_command_end: 'command',
  patch_apply_end: 'patch',
  mcp_tool_call_end: 'server',
};

/** Of an `event_msg`: `item_completed` in rollouts of today, an event of its own before. What a person's shell did is none. */
export function effectOf(event: LooseObject): Effect | undefined {
  const type = textField(event, 'type') ?? '';
  const item = type === 'item_completed' ? objectField(event, 'item') : event;
  const named = type === 'item_completed' ? (textField(item, 'type') ?? '') : type;
  const kind = Object.hasOwn(kinds, named) ? kinds[named] : undefined;
  const id = textField(item, 'call_id') ?? textField(item, 'id');
  if (item === undefined || kind === undefined || id === undefined) return undefined;
  return textField(item, 'source') === 'user_shell' ? undefined : { id, kind, item };
}

/** A call that is known, with what was noted of it. */
export function withEffect(call: CallEntry, { kind, item }: Effect, place: CallPlace): CallEntry {
  const noted = notedResult(item);
  const writes = kind === 'patch' ? changedPaths(item, place) : [];
  const reads = kind === 'command' ? readPaths(item, place) : [];
  return {
    ...call,
    ...(writes.length > 0 && { act: 'write', writes }),
    ...(reads.length > 0 && { reads }),
    ...(noted && { result: call.result ? withNote(call.result, noted) : noted }),
  };
}

/** What the model was given says more than what was noted, of which the exit code may be all that is new. */
export function withNote(given: CallResult, noted: CallResult): CallResult {
  const exitCode = given.exitCode ?? noted.exitCode;
  return {
    ok: given.ok && noted.ok,
    text: given.text.trim() === '' ? noted.text : given.text,
    ...(exitCode !== undefined && { exitCode }),
    ...((given.denied || noted.denied) && { denied: true }),
  };
}

/** What a script of the code mode did, as a call that stands for itself. */
export function nestedCall(
  effect: Effect,
  said: { readonly id: string; readonly time?: number },
  place: CallPlace,
): CallEntry {
  const base: CallBase = { ...said, kind: 'call', reads: [], writes: [] };
  return withEffect(unfinished(effect, base, place), effect, place);
}

function unfinished({ kind, item }: Effect, base: CallBase, place: CallPlace): CallEntry {
  if (kind === 'command') return commandCall('exec_command', commandLine(fieldOf(item, 'command')), base);
  if (kind === 'patch') return patchCall('apply_patch', changedPaths(item, place), base, place);
  const asked = objectField(item, 'invocation') ?? item;
  const name = `mcp__${textField(asked, 'server') ?? ''}__${textField(asked, 'tool') ?? ''}`;
  return { ...base, name, act: 'other', summary: summaryText(name) };
}

function changedPaths(item: LooseObject, place: CallPlace): readonly string[] {
  const changes = objectField(item, 'changes') ?? {};
  const paths = Object.keys(changes).flatMap((path) => {
    const change = objectField(changes, path);
    const moved =
      textField(change, 'move_path') ?? textField(objectField(change, 'update'), 'move_path') ?? path;
    return [path, moved];
  });
  return [...new Set(paths.flatMap((path) => absolutePath(path, place) ?? []))];
}

/** Codex looks into a command for what it reads. */
function readPaths(item: LooseObject, place: CallPlace): readonly string[] {
  const cwd = textField(item, 'cwd');
  const there = { ...place, cwd: (cwd !== undefined && plainPath(cwd)) || place.cwd };
  const paths = objectsField(item, 'parsed_cmd')
    .filter((part) => textField(part, 'type') === 'read')
    .flatMap((part) => absolutePath(textField(part, 'path') ?? textField(part, 'name') ?? '', there) ?? []);
  return [...new Set(paths)];
}

/** A directory is noted as a `file:` address in rollouts of today. */
export function plainPath(path: string): string {
  if (!path.startsWith('file://')) return path;
  try {
    return decodeURIComponent(path.slice('file://'.length)).replace(/^\/(?=[A-Za-z]:)/, '');
  } catch {
    return '';
  }
}
