import * as z from 'zod/mini';
import type { ToolDefinition } from '../model/model.ts';
import type { ToolResult } from './tool.ts';

/** The tool's face for the model, its schema taken from what the input is checked with. */
export function toolDefinition(name: string, description: string, shape: z.ZodMiniType): ToolDefinition {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input' });
  return { name, description, input_schema: schema };
}

/** The input, or a sentence for the model that says which part is wrong. */
export function parseInput<T>(name: string, shape: z.ZodMiniType<T>, input: unknown): T | ToolResult {
  if (typeof input === 'string')
    return failedResult(`The input of ${name} is not valid JSON. Call it again.`);
  const parsed = z.safeParse(shape, input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(issueText).join('; ');
  return failedResult(`The input of ${name} is not valid: ${issues}. Call it again with these corrected.`);
}

export function isResult(value: object): value is ToolResult {
  return 'ok' in value && 'text' in value;
}

export function failedResult(text: string): ToolResult {
  return { ok: false, text };
}

export function goodResult(text: string): ToolResult {
  return { ok: true, text };
}

function issueText(issue: z.core.$ZodIssue): string {
  const at = issue.path.length === 0 ? 'the input' : `"${issue.path.join('.')}"`;
  switch (issue.code) {
    case 'invalid_type':
      return `${at} must be of type ${issue.expected}`;
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => `"${key}"`).join(', ')} is not known`;
    case 'too_small':
      return `${at} must be at least ${issue.minimum}`;
    case 'too_big':
      return `${at} must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `${at} must be one of ${issue.values.map((value) => `"${String(value)}"`).join(', ')}`;
    default:
      return `${at} is not allowed`;
  }
}
