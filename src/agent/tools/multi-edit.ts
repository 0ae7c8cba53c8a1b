import * as z from 'zod/mini';
import type { WriteDependencies } from './file-change.ts';
import { planEdit } from './plan-edit.ts';
import { replaceText } from './replace-text.ts';
import type { Tool, ToolResult } from './tool.ts';
import { failedResult, isResult, parseInput, toolDefinition } from './tool-input.ts';

const maxEdits = 200;

const shape = z.strictObject({
  path: z.string().check(z.minLength(1)),
  edits: z
    .array(
      z.strictObject({
        old_string: z.string().check(z.minLength(1)),
        new_string: z.string(),
        replace_all: z.optional(z.boolean()),
      }),
    )
    .check(
      z.minLength(1),
      z.maxLength(maxEdits),
      z.describe('In order; each works on what the ones before left'),
    ),
});

type MultiEditInput = z.infer<typeof shape>;

/** Several replacements in one file that was read before: all of them or none, one diff, one approval. */
export function createMultiEditTool(dependencies: WriteDependencies): Tool {
  return {
    definition: toolDefinition(
      'multi_edit',
      'Several edits of one file at once, as with edit: all are made or none.',
      shape,
    ),
    effect: 'write',
    plan: async (input, context) => {
      const parsed = parseInput('multi_edit', shape, input);
      if (isResult(parsed)) return parsed;
      const change = (text: string, shown: string) => afterEdits(text, parsed, shown);
      return planEdit(dependencies, { tool: 'multi_edit', path: parsed.path, change }, context);
    },
  };
}

/** The text after all of them, or why one of them cannot be made. */
function afterEdits(
  text: string,
  { edits }: MultiEditInput,
  shown: string,
): { readonly after: string; readonly done: string } | ToolResult {
  let after = text;
  for (const [index, edit] of edits.entries()) {
    const replaced = replaceText(after, edit, shown);
    if (isResult(replaced))
      return failedResult(
        `Edit ${index + 1} of ${edits.length} cannot be made, so none was: ${replaced.text}`,
      );
    after = replaced.after;
  }
  if (after === text)
    return failedResult(`Together these edits leave ${shown} as it is: nothing was changed.`);
  return { after, done: `Edited ${shown} (${edits.length} ${edits.length === 1 ? 'edit' : 'edits'}).` };
}
