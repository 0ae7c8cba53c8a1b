import { absolutePath, type CallPlace, type CallShape, callEntry } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  looseObject,
  numberField,
  objectField,
  objectsField,
  parseLoose,
  summaryText,
  textField,
} from '../loose-json.ts';
import { pathsOfPatch } from '../patch-paths.ts';
import type { CallEntry, CallResult } from '../transcript.ts';

/** Tools of the command line, checked with 1.0.102. */
const shapes: Readonly<Record<string, CallShape>> = {
  view: { act: 'read', paths: ['path'] },
  show_file: { act: 'read', paths: ['path'] },
  grep: { act: 'search', about: ['pattern'] },
  glob: { act: 'search', about: ['pattern'] },
  rg: { act: 'search', about: ['pattern'] },
  edit: { act: 'write', paths: ['path'] },
  create: { act: 'write', paths: ['path'] },
  str_replace_editor: { act: 'write', paths: ['path'] },
  apply_patch: { act: 'write' },
  bash: { act: 'execute', command: 'command' },
  powershell: { act: 'execute', command: 'command' },
  web_fetch: { act: 'fetch', about: ['url'] },
  web_search: { act: 'fetch', about: ['query'] },
  task: { act: 'delegate', about: ['description'] },
};

/** Pure. `name` and `arguments` as a request for a call or its start have them. */
export function callOfRequest(
  id: string,
  name: string,
  given: unknown,
  time: number | undefined,
  place: CallPlace,
): CallEntry {
  const input = looseObject(given) ?? (typeof given === 'string' ? parseLoose(given) : undefined);
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  const call = callEntry({ id, name, input, ...(time !== undefined && { time }) }, shape, place);
  // The editor of old did several things under one name.
  if (name === 'str_replace_editor' && textField(input, 'command') === 'view')
    return { ...call, act: 'read', reads: call.writes, writes: [] };
  if (name !== 'apply_patch') return call;
  const paths = pathsOfPatch(typeof given === 'string' ? given : (textField(input, 'input') ?? ''));
  const writes = paths.flatMap((path) => absolutePath(path, place) ?? []);
  return { ...call, summary: summaryText(paths.join(', ')), writes };
}

/** Pure. What came of a call, and the files that it changed as the program itself noted. */
export function withOutcome(call: CallEntry, data: LooseObject, place: CallPlace): CallEntry {
  const edited = objectsField(data, 'fileEdits').flatMap(
    (edit) => absolutePath(textField(edit, 'path') ?? '', place) ?? [],
  );
  return {
    ...call,
    writes: [...new Set([...call.writes, ...edited])],
    result: resultOf(data),
  };
}

function resultOf(data: LooseObject): CallResult {
  const error = objectField(data, 'error');
  const exitCode = numberField(objectField(data, 'shellExecution'), 'exitCode');
  const ok = flagField(data, 'success') && (exitCode ?? 0) === 0;
  const text = textField(error, 'message') ?? textField(objectField(data, 'result'), 'content') ?? '';
  const isDenied = ['denied', 'rejected'].includes(String(fieldOf(error, 'code')));
  return {
    ok,
    text: entryText(text),
    ...(exitCode !== undefined && { exitCode }),
    ...(isDenied && { denied: true }),
  };
}
