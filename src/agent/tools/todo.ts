import * as z from 'zod/mini';
import type { TodoItem, Tool, ToolContext, ToolResult } from './tool.ts';
import { goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';

const maxItems = 50;
const maxCharacters = 200;

const shape = z.strictObject({
  items: z
    .array(
      z.strictObject({
        text: z.string().check(z.minLength(1), z.maxLength(maxCharacters)),
        state: z.enum(['pending', 'active', 'done']),
      }),
    )
    .check(z.maxLength(maxItems), z.describe('The whole list, each time')),
});

const marks: Readonly<Record<TodoItem['state'], string>> = { pending: '[ ]', active: '[>]', done: '[x]' };

/** Keeps the list of steps of this run, for the person who watches. The whole list comes each time: there is no state. */
export function createTodoTool(): Tool {
  return {
    definition: toolDefinition(
      'todo',
      'Show your list of steps to the person. Use it for work of three steps or more, and keep it true.',
      shape,
    ),
    effect: 'write',
    plan: async (input, context) => {
      const parsed = parseInput('todo', shape, input);
      if (isResult(parsed)) return parsed;
      const done = parsed.items.filter(({ state }) => state === 'done').length;
      return {
        summary: `List of steps: ${done} of ${parsed.items.length} done`,
        // Nothing outside of the run changes.
        effect: 'read',
        permission: { tool: 'todo', effect: 'read', path: context.root },
        detail: listText(parsed.items),
        run: (running) => show(parsed.items, running),
      };
    },
  };
}

async function show(items: readonly TodoItem[], context: ToolContext): Promise<ToolResult> {
  await context.tell?.({ type: 'todo-update', items });
  return goodResult(listText(items));
}

function listText(items: readonly TodoItem[]): string {
  if (items.length === 0) return 'The list is empty.';
  return items.map(({ text, state }) => `${marks[state]} ${text.replace(/\s+/g, ' ')}`).join('\n');
}
