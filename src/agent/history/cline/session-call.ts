import { absolutePath, type CallPlace, type CallShape, callEntry } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  listField,
  looseObject,
  objectsField,
  parseLoose,
  summaryText,
  textField,
} from '../loose-json.ts';
import { pathsOfPatch } from '../patch-paths.ts';
import type { CallEntry, CallResult } from '../transcript.ts';

/** Cline's tools since 3.0. Source: dist/extensions/tools/schemas.d.ts of `@cline/core`. */
const shapes: Readonly<Record<string, CallShape>> = {
  read_files: { act: 'read' },
  search_codebase: { act: 'search' },
  run_commands: { act: 'execute' },
  editor: { act: 'write', paths: ['path'] },
  apply_patch: { act: 'write' },
  fetch_web_content: { act: 'fetch' },
  web_search: { act: 'fetch', about: ['query'] },
  spawn_agent: { act: 'delegate', about: ['task'] },
  team_spawn_teammate: { act: 'delegate', about: ['agentId'] },
  team_run_task: { act: 'delegate', about: ['task'] },
};

/** Pure. A call as a message holds it: each of Cline's tools takes several things at once. */
export function callOfBlock(
  id: string,
  block: LooseObject,
  time: number | undefined,
  place: CallPlace,
): CallEntry {
  const name = textField(block, 'name') ?? '';
  const given = fieldOf(block, 'input');
  const input = looseObject(given);
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  const call = callEntry({ id, name, input, ...(time !== undefined && { time }) }, shape, place);
  const absolute = (paths: readonly string[]) => paths.flatMap((path) => absolutePath(path, place) ?? []);
  switch (name) {
    case 'read_files': {
      const paths = namedPaths(given);
      return { ...call, summary: summaryText(paths.join(', ')), reads: absolute(paths) };
    }
    case 'run_commands': {
      const command = textsOf(fieldOf(input, 'commands') ?? given).join('\n');
      return { ...call, summary: summaryText(command), command: entryText(command) };
    }
    case 'search_codebase':
      return { ...call, summary: summaryText(textsOf(fieldOf(input, 'queries') ?? given).join(', ')) };
    case 'fetch_web_content': {
      const urls = objectsField(input, 'requests').flatMap((request) => textField(request, 'url') ?? []);
      return { ...call, summary: summaryText(urls.join(', ')) };
    }
    case 'apply_patch': {
      const paths = pathsOfPatch(textField(input, 'input') ?? (typeof given === 'string' ? given : ''));
      return { ...call, summary: summaryText(paths.join(', ')), writes: absolute(paths) };
    }
    default:
      return call;
  }
}

/** Models write the same in several ways: a path, a list of them, objects with one, under several names. */
function namedPaths(given: unknown): readonly string[] {
  const input = looseObject(given);
  const inner = ['files', 'file_paths', 'paths'].map((name) => fieldOf(input, name));
  const found = inner.find((value) => value !== undefined) ?? given;
  return (Array.isArray(found) ? found : [found]).flatMap((one) => {
    if (typeof one === 'string') return [one];
    const file = looseObject(one);
    return textField(file, 'path') ?? textField(file, 'file_path') ?? textField(file, 'filePath') ?? [];
  });
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Pure. Each part of a call says by itself whether it went well: all of it did where all of them did. */
export function resultOfBlock(block: LooseObject): CallResult {
  const content = fieldOf(block, 'content');
  const parts = typeof content === 'string' ? [parseLoose(content) ?? content] : listField(block, 'content');
  const outcomes = parts.map(outcomeOf);
  const ok = !flagField(block, 'is_error') && outcomes.every((one) => one.ok);
  const text = outcomes
    .map((one) => one.text)
    .filter((one) => one !== '')
    .join('\n');
  const exit = outcomes.length === 1 ? /\bexited with code (\d{1,10})\b/.exec(text)?.[1] : undefined;
  return { ok, text: entryText(text), ...(exit !== undefined && { exitCode: Number(exit) }) };
}

function outcomeOf(part: unknown): { readonly ok: boolean; readonly text: string } {
  if (typeof part === 'string') return { ok: true, text: part };
  const outcome = looseObject(part);
  const error = textField(outcome, 'error');
  const result = textField(outcome, 'result') ?? textField(outcome, 'text') ?? '';
  const text = [result, error ?? ''].filter((one) => one !== '').join('\n');
  return { ok: fieldOf(outcome, 'success') !== false && error === undefined, text };
}
