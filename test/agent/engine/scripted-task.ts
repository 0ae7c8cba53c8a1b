import type { AnswerBlock, Decide, MessagesBody } from '../../model-server/answer.ts';

export interface TaskStep {
  /** Also the id of its call, so that the same step has the same call in every run. */
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
  /** A line that the step leaves in log.txt: looked for when its outcome is unknown. */
  readonly leaves?: string;
}

/** A model that works through steps and judges by the results in the conversation, never by its own memory. */
export function task(steps: readonly TaskStep[]): Decide {
  return ({ body }) => {
    const results = toolResults(body);
    for (const step of steps) {
      const next = nextCall(step, results);
      if (next) return { content: [next] };
    }
    return { content: [{ type: 'text', text: 'All steps are done.' }] };
  };
}

function nextCall(step: TaskStep, results: ReadonlyMap<string, string>): AnswerBlock | undefined {
  const result = results.get(step.id);
  if (result === undefined) return { type: 'tool_use', id: step.id, name: step.tool, input: step.input };
  if (step.leaves === undefined || !isUnclear(result)) return undefined;
  const check = results.get(`${step.id}-check`);
  if (check === undefined)
    return {
      type: 'tool_use',
      id: `${step.id}-check`,
      name: 'grep',
      input: { pattern: step.leaves, path: '.' },
    };
  if (check.includes('log.txt') || results.has(`${step.id}-again`)) return undefined;
  return { type: 'tool_use', id: `${step.id}-again`, name: step.tool, input: step.input };
}

function isUnclear(result: string): boolean {
  return result.includes('outcome is unknown') || /stopped|interrupted/i.test(result);
}

/** Text of every tool result in a request, by the id of its call. */
export function toolResults(body: MessagesBody | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { content } of body?.messages ?? []) {
    if (typeof content === 'string') continue;
    for (const block of content) {
      if (block.type === 'tool_result') found.set(block.tool_use_id ?? '', JSON.stringify(block.content));
    }
  }
  return found;
}
