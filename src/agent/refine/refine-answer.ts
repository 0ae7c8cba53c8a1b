import { failure, type Result, success } from '../../base/result.ts';
import type { Telling } from '../../memory/record/retell-record.ts';
import type { ContentBlock, ToolDefinition } from '../model/model.ts';

/** The one way a model may answer: words for the record and the words of the evidence they rest on. */
export const retellTool: ToolDefinition = {
  name: 'retell_record',
  description: 'Gives the record in better words. Call it exactly once.',
  input_schema: {
    type: 'object',
    properties: {
      title: { type: 'string', description: 'What was decided or reached, in at most 15 words.' },
      why: {
        type: 'string',
        description: 'The reason that the evidence gives. Leave out where it gives none.',
      },
      considered: { type: 'string', description: 'What was not chosen, where the evidence names it.' },
      quotes: {
        type: 'array',
        items: { type: 'string' },
        description: 'One to three passages of the evidence, letter for letter, that say so.',
      },
    },
    required: ['title', 'quotes'],
  },
};

/**
 * The answer, held against the evidence: every quote must stand there letter for letter (white space aside). An
 * answer that rests on nothing is not used.
 */
export function readAnswer(content: readonly ContentBlock[], evidence: string): Result<Telling, string> {
  const call = content.find((block) => block.type === 'tool_use' && block.name === retellTool.name);
  const input = call?.type === 'tool_use' ? call.input : undefined;
  if (!isObject(input)) return failure('The model did not answer in the form asked for.');
  const title = textOf(input['title']);
  if (title === undefined) return failure('The answer has no title.');
  const quotes = Array.isArray(input['quotes'])
    ? input['quotes'].flatMap((quote) => textOf(quote) ?? [])
    : [];
  if (quotes.length === 0) return failure('The answer quotes no evidence.');
  const plain = folded(evidence);
  const invented = quotes.find((quote) => folded(quote).length < 8 || !plain.includes(folded(quote)));
  if (invented !== undefined) return failure('The answer quotes what the evidence does not say.');
  const [why, considered] = [textOf(input['why']), textOf(input['considered'])];
  return success({
    title,
    quotes: quotes.slice(0, 3),
    ...(why === undefined ? {} : { why }),
    ...(considered === undefined ? {} : { considered }),
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
