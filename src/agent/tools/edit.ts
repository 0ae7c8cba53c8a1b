import * as z from 'zod/mini';
import { planChange, staleness, type WriteDependencies } from './file-change.ts';
import type { Tool, ToolContext, ToolPlan, ToolResult } from './tool.ts';
import { failedResult, isResult, parseInput, toolDefinition } from './tool-input.ts';
import { absolutePath, decodeText, loadFile, shownPath } from './tool-paths.ts';

const shape = z.strictObject({
  path: z.string().check(z.minLength(1), z.describe('File, absolute or from the workspace root')),
  old_string: z
    .string()
    .check(
      z.minLength(1),
      z.describe('Exact text to replace, with its indentation; must stand in the file once'),
    ),
  new_string: z.string().check(z.describe('Text to put in its place')),
  replace_all: z.optional(z.boolean().check(z.describe('Replace every place instead'))),
});

type EditInput = z.infer<typeof shape>;

interface Edited {
  readonly after: string;
  readonly places: number;
}

/** Replaces exact text in a file that was read before. Line ends of the file are kept. */
export function createEditTool(dependencies: WriteDependencies): Tool {
  return {
    definition: toolDefinition('edit', 'Replace exact text in a file you have read.', shape),
    effect: 'write',
    plan: async (input, context) => {
      const parsed = parseInput('edit', shape, input);
      return isResult(parsed) ? parsed : planEdit(dependencies, parsed, context);
    },
  };
}

async function planEdit(
  dependencies: WriteDependencies,
  input: EditInput,
  context: ToolContext,
): Promise<ToolPlan | ToolResult> {
  const asked = absolutePath(context.root, input.path);
  const shown = shownPath(context.root, asked);
  const loaded = await loadFile(dependencies.files, asked, shown);
  if (isResult(loaded)) return loaded;
  const stale = staleness(dependencies.readState, loaded.path, loaded.bytes, shown);
  if (stale !== undefined) return stale;
  const text = decodeText(loaded.bytes);
  if (text === undefined) return failedResult(`${shown} is not UTF-8 text and cannot be edited.`);
  const edited = applyEdit(text, input, shown);
  if (isResult(edited)) return edited;
  return planChange(dependencies, {
    tool: 'edit',
    asked,
    path: loaded.path,
    shown,
    before: { bytes: loaded.bytes, text },
    after: edited.after,
    done: edited.places === 1 ? `Edited ${shown}.` : `Edited ${shown} in ${edited.places} places.`,
  });
}

function applyEdit(text: string, input: EditInput, shown: string): Edited | ToolResult {
  const { from, to } = inLineEndsOf(text, input);
  if (from === to) return failedResult('old_string and new_string are equal: there is nothing to change.');
  const places = positions(text, from);
  if (places.length === 0) {
    return failedResult(
      `old_string does not stand in ${shown}. Read the file again and copy the text exactly, with its indentation and without line numbers.`,
    );
  }
  if (places.length > 1 && input.replace_all !== true) {
    const lines = places.slice(0, 10).map((at) => lineAt(text, at));
    return failedResult(
      `old_string stands in ${shown} ${places.length} times (lines ${lines.join(', ')}). Give more of the lines around the one you mean, or set replace_all.`,
    );
  }
  // split and join: a replacement text with `$&` must stay what it is.
  return { after: text.split(from).join(to), places: places.length };
}

/** Models write "\n"; in a file with CRLF that means the file's own line end. */
function inLineEndsOf(text: string, input: EditInput): { readonly from: string; readonly to: string } {
  const { old_string: from, new_string: to } = input;
  const isWindows = text.includes('\r\n') && !/(^|[^\r])\n/.test(text);
  if (!isWindows) return { from, to };
  return { from: from.replace(/\r?\n/g, '\r\n'), to: to.replace(/\r?\n/g, '\r\n') };
}

function positions(text: string, part: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
