import * as z from 'zod/mini';
import { planChange, staleness, type WriteDependencies } from './file-change.ts';
import type { Tool, ToolContext, ToolPlan, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';
import { absolutePath, decodeText, loadFile, shownPath, writeTarget } from './tool-paths.ts';

const shape = z.strictObject({
  path: z.string().check(z.minLength(1), z.describe('File, absolute or from the workspace root')),
  content: z.string().check(z.describe('The whole new content')),
});

type WriteInput = z.infer<typeof shape>;

/** Creates a file with its directories, or replaces the whole of one that was read before. */
export function createWriteTool(dependencies: WriteDependencies): Tool {
  return {
    definition: toolDefinition(
      'write',
      'Create a file, or replace the whole content of one you have read. To change a part use edit.',
      shape,
    ),
    effect: 'write',
    plan: async (input, context) => {
      const parsed = parseInput('write', shape, input);
      return isResult(parsed) ? parsed : planWrite(dependencies, parsed, context);
    },
  };
}

async function planWrite(
  dependencies: WriteDependencies,
  input: WriteInput,
  context: ToolContext,
): Promise<ToolPlan | ToolResult> {
  const asked = absolutePath(context.root, input.path);
  const shown = shownPath(context.root, asked);
  const path = await writeTarget(dependencies.files, asked, shown);
  if (typeof path !== 'string') return path;
  const isThere = (await dependencies.files.linkStatus(path).catch(() => undefined)) !== undefined;
  const common = { tool: 'write', asked, path, shown, after: input.content } as const;
  if (!isThere) return planChange(dependencies, { ...common, before: undefined, done: `Created ${shown}.` });
  const loaded = await loadFile(dependencies.files, path, shown);
  if (isResult(loaded)) return loaded;
  const text = decodeText(loaded.bytes);
  if (text === undefined) return failedResult(`${shown} is not UTF-8 text and is not replaced.`);
  if (text === input.content) return goodResult(`${shown} already has this content; nothing was written.`);
  const stale = staleness(dependencies.readState, path, loaded.bytes, shown);
  if (stale !== undefined) return stale;
  const before = { bytes: loaded.bytes, text };
  return planChange(dependencies, { ...common, before, done: `Replaced ${shown}.` });
}
