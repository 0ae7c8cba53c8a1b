import * as z from 'zod/mini';
import type { WriteDependencies } from './file-change.ts';
import { planEdit } from './plan-edit.ts';
import { replaceText } from './replace-text.ts';
import type { Tool } from './tool.ts';
import { isResult, parseInput, toolDefinition } from './tool-input.ts';

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

/** Replaces exact text in a file that was read before. Line ends of the file are kept. */
export function createEditTool(dependencies: WriteDependencies): Tool {
  return {
    definition: toolDefinition('edit', 'Replace exact text in a file you have read.', shape),
    effect: 'write',
    plan: async (input, context) => {
      const parsed = parseInput('edit', shape, input);
      if (isResult(parsed)) return parsed;
      const change = (text: string, shown: string) => {
        const replaced = replaceText(text, parsed, shown);
        if (isResult(replaced)) return replaced;
        const { after, places } = replaced;
        return { after, done: places === 1 ? `Edited ${shown}.` : `Edited ${shown} in ${places} places.` };
      };
      return planEdit(dependencies, { tool: 'edit', path: parsed.path, change }, context);
    },
  };
}
