import { posix } from 'node:path';
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
import type { CallEntry, CallResult, PlanEntry } from '../transcript.ts';

/** Tools of the chat in VS Code: by the name that a model calls them, and by the id that VS Code keeps. */
const shapes: Readonly<Record<string, CallShape>> = named({
  read: ['read_file', 'copilot_readFile', 'view', 'read_notebook_cell_output'],
  search: [
    'file_search',
    'copilot_findFiles',
    'grep_search',
    'copilot_findTextInFiles',
    'semantic_search',
    'copilot_searchCodebase',
    'list_code_usages',
    'copilot_listCodeUsages',
    'search_workspace_symbols',
    'copilot_searchWorkspaceSymbols',
  ],
  write: [
    'create_file',
    'copilot_createFile',
    'replace_string_in_file',
    'copilot_replaceString',
    'multi_replace_string_in_file',
    'copilot_multiReplaceString',
    'insert_edit_into_file',
    'copilot_insertEdit',
    'edit_notebook_file',
    'copilot_editNotebook',
    'apply_patch',
    'copilot_applyPatch',
  ],
  execute: ['run_in_terminal', 'copilot_runInTerminal', 'create_and_run_task'],
  fetch: ['fetch_webpage', 'copilot_fetchWebPage', 'vscode_fetchWebPage_internal'],
  delegate: ['runSubagent', 'run_subagent', 'search_subagent'],
});

function named(
  acts: Readonly<Record<'read' | 'search' | 'write' | 'execute' | 'fetch' | 'delegate', readonly string[]>>,
): Readonly<Record<string, CallShape>> {
  const shape = (act: CallShape['act']): CallShape => {
    if (act === 'read' || act === 'write') return { act, paths: ['filePath', 'path'] };
    if (act === 'execute') return { act, command: 'command' };
    return { act, about: ['query', 'pattern', 'symbolName', 'description'] };
  };
  return Object.fromEntries(
    Object.entries(acts).flatMap(([act, names]) =>
      names.map((name) => [name, shape(act as CallShape['act'])] as const),
    ),
  );
}

/** What a model asked for, as Copilot notes it beside what VS Code shows. */
export interface AskedCall {
  readonly name: string;
  readonly input: LooseObject | undefined;
}

/** Pure. A call as the chat shows it, with what was asked for where that is known. */
export function callOfPart(
  id: string,
  part: LooseObject,
  asked: AskedCall | undefined,
  time: number | undefined,
  place: CallPlace,
): CallEntry | PlanEntry {
  const shown = objectField(part, 'toolSpecificData');
  const kind = textField(shown, 'kind');
  const said = { id, ...(time !== undefined && { time }) };
  if (kind === 'todoList') return planOf(shown, said);
  const name = asked?.name ?? textField(part, 'toolId') ?? '';
  const input = inputOf(shown, asked);
  const shape = shapeOf(name) ?? shapeOf(textField(part, 'toolId') ?? '') ?? shapeOfKind(kind);
  const call = callEntry({ ...said, name, input }, shape, place);
  const paths = pathsOf(input, part, call, place);
  const telling = call.summary === summaryText(name) ? shownText(part, 'invocationMessage') : '';
  const result = resultOf(part, shown);
  return {
    ...call,
    summary: summaryText(telling || call.summary),
    ...(call.act === 'read' && { reads: paths }),
    ...(call.act === 'write' && { writes: paths }),
    ...(result !== undefined && { result }),
  };
}

/** An edit that the chat shows by itself. */
export function editOfPart(id: string, part: LooseObject, time: number | undefined): CallEntry | undefined {
  const path = pathOfUri(fieldOf(part, 'uri'));
  if (path === undefined) return undefined;
  return {
    kind: 'call',
    id,
    ...(time !== undefined && { time }),
    name: textField(part, 'kind') ?? '',
    act: 'write',
    summary: summaryText(path),
    reads: [],
    writes: [path],
    ...(flagField(part, 'done') && { result: { ok: true, text: '' } }),
  };
}

function shapeOf(name: string): CallShape | undefined {
  return Object.hasOwn(shapes, name) ? shapes[name] : undefined;
}

function shapeOfKind(kind: string | undefined): CallShape | undefined {
  if (kind === 'terminal') return { act: 'execute', command: 'command' };
  return kind === 'subagent' ? { act: 'delegate', about: ['description'] } : undefined;
}

function inputOf(shown: LooseObject | undefined, asked: AskedCall | undefined): LooseObject | undefined {
  const line = objectField(shown, 'commandLine');
  const command =
    textField(line, 'userEdited') ??
    textField(line, 'toolEdited') ??
    textField(line, 'original') ??
    textField(shown, 'command');
  if (textField(shown, 'kind') === 'terminal' && command !== undefined) return { ...asked?.input, command };
  return asked?.input ?? looseObject(fieldOf(shown, 'rawInput')) ?? shown;
}

/** Paths that were asked for; else the files that the chat links to. */
function pathsOf(
  input: LooseObject | undefined,
  part: LooseObject,
  call: CallEntry,
  place: CallPlace,
): readonly string[] {
  const several = objectsField(input, 'replacements').map((one) => textField(one, 'filePath') ?? '');
  const patched = pathsOfPatch(textField(input, 'input') ?? '');
  const named = [...several, ...patched].flatMap((path) => absolutePath(path, place) ?? []);
  const found = [...new Set([...call.reads, ...call.writes, ...named])];
  if (found.length > 0) return found;
  const uris = objectField(objectField(part, 'invocationMessage'), 'uris');
  return [...new Set(Object.values(uris ?? {}).flatMap((uri) => pathOfUri(uri) ?? []))];
}

function planOf(
  shown: LooseObject | undefined,
  said: { readonly id: string; readonly time?: number },
): PlanEntry {
  const steps = objectsField(shown, 'todoList').map((todo) => {
    const status = textField(todo, 'status');
    const state = status === 'completed' ? 'done' : status === 'in-progress' ? 'active' : 'open';
    return { text: summaryText(textField(todo, 'title') ?? ''), state } as const;
  });
  return { ...said, kind: 'plan', steps };
}

const DENIED = 0;
const SKIPPED = 5;

/** Whether a person said no, and what a terminal answered; VS Code keeps no more of a result. */
function resultOf(part: LooseObject, shown: LooseObject | undefined): CallResult | undefined {
  const confirmed = fieldOf(part, 'isConfirmed');
  const type = numberField(looseObject(confirmed), 'type');
  if (confirmed === false || type === DENIED) return { ok: false, text: '', denied: true };
  if (type === SKIPPED) return { ok: false, text: '' };
  if (!flagField(part, 'isComplete')) return undefined;
  const exitCode = numberField(objectField(shown, 'terminalCommandState'), 'exitCode');
  const output = textField(objectField(shown, 'terminalCommandOutput'), 'text');
  const details = objectField(part, 'resultDetails');
  const text = output ?? textField(shown, 'result') ?? shownText(part, 'pastTenseMessage');
  return {
    ok: !flagField(details, 'isError') && (exitCode ?? 0) === 0,
    text: entryText(text),
    ...(exitCode !== undefined && { exitCode }),
  };
}

/** A text, or Markdown with its text inside. */
export function shownText(object: LooseObject | undefined, name: string): string {
  return textField(object, name) ?? textField(objectField(object, name), 'value') ?? '';
}

/** The path of a file's URI, in parts or as a text; of one in a container or over SSH as it is there. */
export function pathOfUri(uri: unknown): string | undefined {
  const parts = looseObject(uri);
  if (parts) {
    const path = textField(parts, 'path') ?? '';
    return isOfFile(textField(parts, 'scheme') ?? '') ? ofDrive(path) : undefined;
  }
  if (typeof uri !== 'string') return undefined;
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(\/[^?#]*)/i.exec(uri);
  if (!match || !isOfFile(match[1] ?? '')) return undefined;
  try {
    return ofDrive(decodeURIComponent(match[3] ?? ''));
  } catch {
    return undefined;
  }
}

function isOfFile(scheme: string): boolean {
  return scheme === 'file' || scheme === 'vscode-remote';
}

function ofDrive(path: string): string | undefined {
  if (path === '' || path.includes('\0')) return undefined;
  const drive = /^\/([A-Za-z]):(?=\/|$)/.exec(path)?.[1];
  return drive === undefined
    ? posix.normalize(path)
    : `${drive.toUpperCase()}:${path.slice(3).replaceAll('/', '\\')}`;
}

/** A model's arguments come as JSON in a text. */
export function askedCall(call: LooseObject): AskedCall {
  const given = fieldOf(call, 'arguments');
  const input = typeof given === 'string' ? (parseLoose(given) ?? { input: given }) : looseObject(given);
  return { name: textField(call, 'name') ?? '', input };
}
