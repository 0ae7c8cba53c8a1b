import * as z from 'zod/mini';
import { createRecordTool, type RecordToolOptions, recordShape, recordText } from './proposed-record.ts';
import type { Tool } from './tool.ts';

const shape = z.strictObject({
  ...recordShape,
  how_to_apply: z.optional(recordText),
  considered: z.optional(z.string().check(z.maxLength(10_000), z.describe('Other ways, and why not'))),
});

/** Proposes a decision made in this run. */
export function createRecordDecisionTool(options: RecordToolOptions): Tool {
  return createRecordTool(
    options,
    'decision',
    'Propose a decision for project memory: one that later work has to know and the code alone does not show.',
    shape,
  );
}
