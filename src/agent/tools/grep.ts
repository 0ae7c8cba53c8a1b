import * as z from 'zod/mini';
import type { Files } from '../../base/files.ts';
import { success } from '../../base/result.ts';
import { walkFiles } from './file-walk.ts';
import { type LinePattern, readLinePattern } from './line-pattern.ts';
import { readPathPattern } from './path-pattern.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';
import { absolutePath, decodeText, shownPath } from './tool-paths.ts';

const maxMatches = 200;
const maxLineLength = 300;
const maxFileBytes = 2 * 1024 * 1024;
/** Lines are matched up to here: what is longer is generated. */
const matchedLength = 2000;

const shape = z.strictObject({
  pattern: z
    .string()
    .check(
      z.minLength(1),
      z.describe('Regular expression (no look-around or back-references), matched line by line'),
    ),
  path: z.optional(z.string().check(z.describe('File or directory; the workspace root unless told'))),
  glob: z.optional(z.string().check(z.describe('Only files whose path or name matches, e.g. "*.ts"'))),
  ignore_case: z.optional(z.boolean()),
  files_only: z.optional(z.boolean().check(z.describe('Names of matching files instead of lines'))),
});

type GrepInput = z.infer<typeof shape>;

interface Search {
  readonly files: Files;
  readonly input: GrepInput;
  readonly expression: LinePattern;
  readonly context: ToolContext;
  readonly lines: string[];
  matches: number;
  notAllowed: number;
  tooLarge: number;
}

/** Finds lines by regular expression. */
export function createGrepTool(dependencies: { readonly files: Files }): Tool {
  return {
    definition: toolDefinition(
      'grep',
      'Search file contents. Lines come as "path:line:text". Binary files and what .gitignore leaves out are not searched.',
      shape,
    ),
    effect: 'read',
    plan: async (input, context) => {
      const parsed = parseInput('grep', shape, input);
      if (isResult(parsed)) return parsed;
      const pattern = await readLinePattern(parsed.pattern, parsed.ignore_case === true);
      if (!pattern.ok) return failedResult(pattern.error.message);
      const start = absolutePath(context.root, parsed.path ?? '.');
      return {
        summary: `Search ${parsed.pattern} in ${shownPath(context.root, start)}`,
        effect: 'read',
        permission: { tool: 'grep', effect: 'read', path: start },
        detail: parsed.pattern,
        run: (running) => search(dependencies.files, parsed, pattern.value, start, running),
      };
    },
  };
}

async function search(
  files: Files,
  input: GrepInput,
  expression: LinePattern,
  start: string,
  context: ToolContext,
): Promise<ToolResult> {
  const status = await files.status(start).catch(() => undefined);
  if (status === undefined)
    return failedResult(`${shownPath(context.root, start)} does not exist. Use glob to find the right path.`);
  const state: Search = {
    files,
    input,
    expression,
    context,
    lines: [],
    matches: 0,
    notAllowed: 0,
    tooLarge: 0,
  };
  if (status.kind === 'file') {
    await searchFile(state, start, shownPath(context.root, start));
    return goodResult(report(state, true));
  }
  const wanted = await readWanted(input.glob);
  if (!wanted.ok) return failedResult(wanted.error.message);
  const walk = walkFiles(files, context.root, start, context.signal);
  let step = await walk.next();
  for (; step.done !== true; step = await walk.next()) {
    const shown = shownPath(context.root, step.value.path);
    if (wanted.value.test(shown)) await searchFile(state, step.value.path, shown);
  }
  return goodResult(report(state, step.value.complete));
}

/** Which files, by path from the root or by name. */
async function readWanted(glob: string | undefined): ReturnType<typeof readPathPattern> {
  if (glob === undefined) return success({ test: () => true });
  return readPathPattern(glob.includes('/') ? glob.replace(/^\.?\//, '') : `**/${glob}`);
}

async function searchFile(state: Search, path: string, shown: string): Promise<void> {
  const text = await searchableText(state, path);
  if (text === undefined) return;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (!state.expression.test(line.slice(0, matchedLength))) continue;
    state.matches += 1;
    if (state.lines.length < maxMatches) {
      state.lines.push(
        state.input.files_only === true ? shown : `${shown}:${index + 1}:${line.slice(0, maxLineLength)}`,
      );
    }
    if (state.input.files_only === true) return;
  }
}

async function searchableText(state: Search, path: string): Promise<string | undefined> {
  try {
    const status = await state.files.status(path);
    if (status?.kind !== 'file') return undefined;
    if (status.size > maxFileBytes) {
      state.tooLarge += 1;
      return undefined;
    }
    if ((await state.context.mayRead?.(path)) === false) {
      state.notAllowed += 1;
      return undefined;
    }
    return decodeText(await state.files.readFile(path));
  } catch {
    return undefined;
  }
}

function report(state: Search, complete: boolean): string {
  const notes: string[] = [];
  const left = state.matches - state.lines.length;
  if (left > 0) notes.push(`[${left} more matches; narrow the pattern or the path]`);
  if (state.notAllowed > 0)
    notes.push(`[${state.notAllowed} files not searched: a rule asks or denies reading them]`);
  if (state.tooLarge > 0)
    notes.push(`[${state.tooLarge} files not searched: larger than ${maxFileBytes} bytes]`);
  if (!complete) notes.push('[The search ended early: too many files. Start from a subdirectory.]');
  if (state.lines.length === 0) return [`No match for ${state.input.pattern}.`, ...notes].join('\n');
  return [...state.lines, ...notes].join('\n');
}
