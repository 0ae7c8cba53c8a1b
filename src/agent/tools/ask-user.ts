import * as z from 'zod/mini';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';

const maxOptions = 6;
const maxQuestionCharacters = 2_000;
const maxOptionCharacters = 200;

/** Port: puts a question to the person who watches the run. */
export interface Asker {
  /** The answer, an option's text or the person's own words; undefined where nobody answers. Never rejects. */
  ask(question: string, options: readonly string[], signal: AbortSignal): Promise<string | undefined>;
}

const shape = z.strictObject({
  question: z.string().check(z.minLength(1), z.maxLength(maxQuestionCharacters)),
  options: z.optional(
    z
      .array(z.string().check(z.minLength(1), z.maxLength(maxOptionCharacters)))
      .check(z.maxLength(maxOptions), z.describe('Answers to choose from; other words can be given too')),
  ),
});

/** Asks the person and waits for the answer. */
export function createAskUserTool({ asker }: { readonly asker: Asker }): Tool {
  return {
    definition: toolDefinition(
      'ask_user',
      'Ask the person one question and wait. Only for what you cannot find out and should not decide alone.',
      shape,
    ),
    // One question at a time.
    effect: 'external',
    plan: async (input, context) => {
      const parsed = parseInput('ask_user', shape, input);
      if (isResult(parsed)) return parsed;
      const options = parsed.options ?? [];
      return {
        summary: `Ask: ${parsed.question.replace(/\s+/g, ' ').slice(0, 120)}`,
        // A question that was lost may be asked again.
        effect: 'read',
        permission: { tool: 'ask_user', effect: 'read', path: context.root },
        detail: [parsed.question, ...options.map((option) => `- ${option}`)].join('\n'),
        run: (running) => ask(asker, parsed.question, options, running),
      };
    },
  };
}

async function ask(
  asker: Asker,
  question: string,
  options: readonly string[],
  context: ToolContext,
): Promise<ToolResult> {
  if (context.signal.aborted) return failedResult('Stopped before the question was asked.');
  const answer = await asker.ask(question, options, context.signal);
  if (answer !== undefined && answer.trim() !== '') return goodResult(`The person answered: ${answer}`);
  return failedResult('Nobody answered. Go on as far as you can without it, and say what you assumed.');
}
