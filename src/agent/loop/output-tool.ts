import type { Message } from '../model/model.ts';
import type { Tool, ToolResult } from '../tools/tool.ts';
import { toolCalls } from './history.ts';
import type { OutputSchema } from './output-schema.ts';

export const outputToolName = 'structured_output';

/** Answers that do not fit, or that were not handed in, before the run ends without one. */
export const outputAttempts = 5;

/** Said to a model that ends without handing in its answer. */
export const handInText = `Hand in the answer now: call ${outputToolName}. A text alone does not count.`;

/** Where the model hands in its answer. */
export interface OutputDesk {
  readonly tool: Tool;
  /** The last that fitted. */
  readonly handedIn: () => { readonly value: unknown } | undefined;
  /** Why the last did not fit. */
  readonly lastMisfit: () => string | undefined;
}

/**
 * The call that takes the run's answer, as StructuredOutput of Claude Code 2.1.330: what fits ends the run, what does
 * not comes back with each place named. It has no effect, so it is answered without permission and without an intent.
 */
export function openOutputDesk(schema: OutputSchema): OutputDesk {
  let handedIn: { readonly value: unknown } | undefined;
  let misfit: string | undefined;
  const take = async (value: unknown): Promise<ToolResult> => {
    misfit = schema.whyUnfit(value);
    if (misfit !== undefined) return { ok: false, text: `The answer does not fit the schema: ${misfit}` };
    handedIn = { value };
    return { ok: true, text: 'The answer was taken.' };
  };
  return {
    tool: {
      definition: {
        name: outputToolName,
        description:
          'Hands in your final answer in the form asked for. Call it exactly once, when the work is done; the run ends with it.',
        input_schema: schema.schema,
      },
      effect: 'read',
      plan: take,
    },
    handedIn: () => handedIn,
    lastMisfit: () => misfit,
  };
}

/** An answer that an earlier process took, but did not live to end the run with; undefined where more was said since. */
export function takenBefore(
  schema: OutputSchema,
  history: readonly Message[],
): { readonly value: unknown } | undefined {
  const results = history.at(-1)?.content ?? [];
  const taken = results.flatMap((block) =>
    block.type === 'tool_result' && block.is_error !== true ? [block.tool_use_id] : [],
  );
  if (results.some((block) => block.type === 'text')) return undefined;
  const call = toolCalls(history.at(-2)?.content ?? []).findLast(
    ({ id, name }) => name === outputToolName && taken.includes(id),
  );
  return call === undefined || schema.whyUnfit(call.input) !== undefined ? undefined : { value: call.input };
}

/** How many answers were handed in by these blocks, fitting or not. */
export function handInCalls(content: Message['content']): number {
  return toolCalls(content).filter(({ name }) => name === outputToolName).length;
}
