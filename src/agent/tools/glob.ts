import { relative, sep } from 'node:path';
import * as z from 'zod/mini';
import type { Files } from '../../base/files.ts';
import { walkFiles } from './file-walk.ts';
import { readPathPattern } from './path-pattern.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';
import { absolutePath, shownPath } from './tool-paths.ts';

const maxFiles = 300;

const shape = z.strictObject({
  pattern: z
    .string()
    .check(
      z.minLength(1),
      z.describe('Glob from the directory, e.g. "src/**/*.ts"; without "/" it matches names anywhere'),
    ),
  path: z.optional(z.string().check(z.describe('Directory to start from; the workspace root unless told'))),
});

/** Finds files by name. */
export function createGlobTool(dependencies: { readonly files: Files }): Tool {
  return {
    definition: toolDefinition(
      'glob',
      'Find files by path pattern. Files that .gitignore leaves out are not found.',
      shape,
    ),
    effect: 'read',
    plan: async (input, context) => {
      const parsed = parseInput('glob', shape, input);
      if (isResult(parsed)) return parsed;
      const start = absolutePath(context.root, parsed.path ?? '.');
      return {
        summary: `Find ${parsed.pattern} in ${shownPath(context.root, start)}`,
        effect: 'read',
        permission: { tool: 'glob', effect: 'read', path: start },
        detail: parsed.pattern,
        run: (running) => findFiles(dependencies.files, parsed.pattern, start, running),
      };
    },
  };
}

async function findFiles(
  files: Files,
  pattern: string,
  start: string,
  context: ToolContext,
): Promise<ToolResult> {
  const status = await files.status(start).catch(() => undefined);
  if (status?.kind !== 'directory')
    return failedResult(`${shownPath(context.root, start)} is not a directory.`);
  const wanted = pattern.includes('/') ? pattern.replace(/^\.?\//, '') : `**/${pattern}`;
  const expression = await readPathPattern(wanted);
  if (!expression.ok) return failedResult(expression.error.message);
  const found: string[] = [];
  let total = 0;
  const walk = walkFiles(files, context.root, start, context.signal);
  let step = await walk.next();
  for (; step.done !== true; step = await walk.next()) {
    const fromStart = relative(start, step.value.path).split(sep).join('/');
    if (!expression.value.test(fromStart)) continue;
    total += 1;
    if (found.length < maxFiles) found.push(shownPath(context.root, step.value.path));
  }
  return goodResult(report(found, total, pattern, step.value.complete));
}

function report(found: readonly string[], total: number, pattern: string, complete: boolean): string {
  const notes: string[] = [];
  if (total > found.length) notes.push(`[${total - found.length} more files; narrow the pattern]`);
  if (!complete) notes.push('[The search ended early: too many files. Start from a subdirectory.]');
  if (found.length === 0) return [`No file matches ${pattern}.`, ...notes].join('\n');
  return [...found, ...notes].join('\n');
}
