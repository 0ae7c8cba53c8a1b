import * as z from 'zod/mini';
import type { DirectoryEntry, Files } from '../../base/files.ts';
import { errorCode } from '../../base/io-problem.ts';
import type { Tool, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';
import { absolutePath, shownPath } from './tool-paths.ts';

const maxEntries = 500;

const shape = z.strictObject({
  path: z.optional(z.string().check(z.describe('Directory; the workspace root unless told'))),
});

/** Names in one directory. */
export function createListTool(dependencies: { readonly files: Files }): Tool {
  return {
    definition: toolDefinition(
      'list',
      'List one directory. Directories end with "/", links with "@".',
      shape,
    ),
    effect: 'read',
    plan: async (input, context) => {
      const parsed = parseInput('list', shape, input);
      if (isResult(parsed)) return parsed;
      const path = absolutePath(context.root, parsed.path ?? '.');
      const shown = shownPath(context.root, path);
      return {
        summary: `List ${shown}`,
        effect: 'read',
        permission: { tool: 'list', effect: 'read', path },
        detail: shown,
        run: () => listDirectory(dependencies.files, path, shown),
      };
    },
  };
}

async function listDirectory(files: Files, path: string, shown: string): Promise<ToolResult> {
  try {
    const entries = [...(await files.readDirectory(path))].sort((a, b) => compare(a.name, b.name));
    if (entries.length === 0) return goodResult(`${shown} is empty.`);
    const lines = entries.slice(0, maxEntries).map(entryLine);
    if (entries.length > maxEntries) lines.push(`[${entries.length - maxEntries} more entries; use glob]`);
    return goodResult(lines.join('\n'));
  } catch (error) {
    return failedResult(listProblem(errorCode(error), shown));
  }
}

function listProblem(code: string | undefined, shown: string): string {
  if (code === 'ENOENT') return `${shown} does not exist. Use glob to find the right path.`;
  if (code === 'ENOTDIR') return `${shown} is a file. Use read to see it.`;
  return `${shown} cannot be listed (${code ?? 'unknown reason'}).`;
}

function entryLine(entry: DirectoryEntry): string {
  if (entry.kind === 'directory') return `${entry.name}/`;
  return entry.kind === 'link' ? `${entry.name}@` : entry.name;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
