import * as z from 'zod/mini';
import { firstSecretLine } from '../../../base/secrets.ts';
import type { Tool, ToolResult } from '../tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from '../tool-input.ts';
import {
  createMemoryFiles,
  type MemoryFile,
  type MemoryFiles,
  type MemoryFilesOptions,
} from './memory-files.ts';
import { type MemoryPlace, memoryPlace, memoryRoot, pathOf } from './memory-path.ts';
import { directoryText, fileText, insertIn, missing, replaceIn, snippet } from './memory-text.ts';

const largestText = 100_000;

const shape = z.strictObject({
  command: z.enum(['view', 'create', 'str_replace', 'insert', 'delete', 'rename']),
  path: z.optional(z.string()),
  view_range: z.optional(z.tuple([z.int(), z.int()])),
  file_text: z.optional(z.string()),
  old_str: z.optional(z.string()),
  new_str: z.optional(z.string()),
  insert_line: z.optional(z.int()),
  insert_text: z.optional(z.string()),
  old_path: z.optional(z.string()),
  new_path: z.optional(z.string()),
});

type MemoryInput = z.infer<typeof shape>;
/** What a command needs, so that what is missing can be named. */
type Needed = 'path' | 'file_text' | 'old_str' | 'insert_line' | 'insert_text' | 'old_path' | 'new_path';

const needed: Readonly<Record<MemoryInput['command'], readonly Needed[]>> = {
  view: ['path'],
  create: ['path', 'file_text'],
  str_replace: ['path', 'old_str'],
  insert: ['path', 'insert_line', 'insert_text'],
  delete: ['path'],
  rename: ['old_path', 'new_path'],
};

export interface MemoryToolOptions extends MemoryFilesOptions {
  /** Models that know the tool by its type get it so, and no schema of ours. */
  readonly modelName?: string;
}

/**
 * Memory as files below `/memories`: accepted records are read, what is written becomes proposals, working notes are
 * the session's own. Commands, parameters and results are those of `memory_20250818` of the Messages API.
 */
export function createMemoryTool(options: MemoryToolOptions): Tool {
  const files = createMemoryFiles(options);
  const definition = toolDefinition(
    'memory',
    'Project memory as files: /memories/MEMORY.md and records (accepted), /memories/proposed (yours, awaiting review), /memories/session/notes.md (working notes). What you write but the notes becomes a proposal for a person.',
    shape,
  );
  return {
    definition: {
      ...definition,
      ...(knowsMemoryTool(options.modelName ?? '') && { serverType: 'memory_20250818' }),
    },
    effect: 'write',
    plan: async (input, context) => {
      const parsed = parseInput('memory', shape, input);
      if (isResult(parsed)) return parsed;
      const lack = lackOf(parsed);
      if (lack !== undefined) return lack;
      const path = parsed.path ?? parsed.old_path ?? memoryRoot;
      return {
        summary: `Memory: ${parsed.command} ${path.slice(0, 120)}`,
        // What crashed in its middle may have been proposed: it is not repeated by itself.
        effect: parsed.command === 'view' ? 'read' : 'external',
        // Nothing that an agent loads changes here: a person decides later.
        permission: { tool: 'memory', effect: 'read', path: context.root },
        detail:
          [parsed.file_text, parsed.new_str, parsed.insert_text].find((text) => text !== undefined) ?? path,
        run: () => carryOut(files, parsed),
      };
    },
  };
}

/** Claude 4 and later know `memory_20250818`; names of older ones have the number before the family. */
function knowsMemoryTool(model: string): boolean {
  return Number(/claude-[a-z]+-(\d{1,2})(?!\d)/.exec(model)?.[1] ?? 0) >= 4;
}

function lackOf(input: MemoryInput): ToolResult | undefined {
  const lacking = needed[input.command].filter((name) => input[name] === undefined);
  if (lacking.length > 0)
    return failedResult(
      `The input of memory is not valid: ${input.command} needs ${lacking.join(' and ')}. Call it again with these.`,
    );
  for (const name of ['file_text', 'new_str', 'insert_text', 'new_path'] as const) {
    const text = input[name] ?? '';
    if (text.length > largestText)
      return failedResult(
        `Error: ${name} has ${text.length} characters; ${largestText} are kept at most. Write less.`,
      );
    const secret = firstSecretLine(text);
    if (secret === undefined) continue;
    return failedResult(
      `Error: Line ${secret.line} of ${name} holds what looks like a secret (${secret.kind}). Nothing was kept. Take it out, then call again.`,
    );
  }
  return undefined;
}

async function carryOut(files: MemoryFiles, input: MemoryInput): Promise<ToolResult> {
  const path = input.path ?? input.old_path ?? '';
  const place = memoryPlace(path);
  if (place === undefined) return failedResult(missing(path));
  switch (input.command) {
    case 'view':
      return view(files, place, input.view_range);
    case 'create':
      return create(files, place, input.file_text ?? '');
    case 'str_replace':
      return edit(files, place, missing(path), (file) =>
        replaceIn(file, input.old_str ?? '', input.new_str ?? ''),
      );
    case 'insert':
      return insert(files, place, input);
    case 'delete':
      return remove(files, place);
    case 'rename':
      return rename(files, place, input.new_path ?? '');
  }
}

async function view(
  files: MemoryFiles,
  place: MemoryPlace,
  range: readonly [number, number] | undefined,
): Promise<ToolResult> {
  const path = pathOf(place);
  if (place.kind === 'root' || place.kind === 'proposed' || place.kind === 'session')
    return goodResult(directoryText(path, await files.list()));
  const file = await files.open(place);
  if (file === undefined) return failedResult(missing(path));
  const text = fileText({ ...file, path }, range);
  return text.ok ? goodResult(text.value) : failedResult(text.error.message);
}

async function create(files: MemoryFiles, place: MemoryPlace, text: string): Promise<ToolResult> {
  const path = pathOf(place);
  if (place.kind !== 'notes' && (await files.open(place)) !== undefined)
    return failedResult(`Error: File ${path} already exists`);
  const done = await files.create(place, text);
  return said(done, `File created successfully at: ${path}`);
}

async function edit(
  files: MemoryFiles,
  place: MemoryPlace,
  absent: string,
  change: (file: MemoryFile) => ReturnType<typeof replaceIn>,
): Promise<ToolResult> {
  const file = await files.open(place);
  if (file === undefined) return failedResult(absent);
  const changed = change({ ...file, path: pathOf(place) });
  if (!changed.ok) return failedResult(changed.error.message);
  const done = await files.change(place, changed.value.text);
  return said(done, `The memory file has been edited.\n${snippet(changed.value.text, changed.value.line)}`);
}

async function insert(files: MemoryFiles, place: MemoryPlace, input: MemoryInput): Promise<ToolResult> {
  const path = pathOf(place);
  const result = await edit(files, place, `Error: The path ${path} does not exist`, (file) =>
    insertIn(file, input.insert_line ?? 0, input.insert_text ?? ''),
  );
  return result.ok
    ? {
        ...result,
        text: result.text.replace('The memory file has been edited.', `The file ${path} has been edited.`),
      }
    : result;
}

async function remove(files: MemoryFiles, place: MemoryPlace): Promise<ToolResult> {
  const path = pathOf(place);
  if (place.kind === 'root') return failedResult(`Error: The path ${path} is the root and cannot be deleted`);
  if (place.kind !== 'proposed' && place.kind !== 'session' && (await files.open(place)) === undefined)
    return failedResult(`Error: The path ${path} does not exist`);
  const done = await files.remove(place);
  if (!done.ok) return failedResult(`Error: ${done.error.message}`);
  return goodResult(done.value === '' ? `Successfully deleted ${path}` : done.value);
}

async function rename(files: MemoryFiles, from: MemoryPlace, newPath: string): Promise<ToolResult> {
  const to = memoryPlace(newPath);
  if (from.kind === 'root')
    return failedResult(`Error: The path ${memoryRoot} is the root and cannot be renamed`);
  if (to === undefined) return failedResult(missing(newPath));
  if ((await files.open(from)) === undefined)
    return failedResult(`Error: The path ${pathOf(from)} does not exist`);
  if ((await files.open(to)) !== undefined)
    return failedResult(`Error: The destination ${pathOf(to)} already exists`);
  return said(await files.rename(from, to), `Successfully renamed ${pathOf(from)} to ${pathOf(to)}`);
}

/** The words the model knows, and behind them what it has to know here. */
function said(done: Awaited<ReturnType<MemoryFiles['change']>>, words: string): ToolResult {
  if (!done.ok) return failedResult(`Error: ${done.error.message}`);
  return goodResult(done.value === '' ? words : `${words}\n${done.value}`);
}
