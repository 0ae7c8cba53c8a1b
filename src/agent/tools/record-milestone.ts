import * as z from 'zod/mini';
import { createRecordTool, type RecordToolOptions, recordShape, recordText } from './proposed-record.ts';
import type { Tool } from './tool.ts';

const shape = z.strictObject({ ...recordShape, how_to_apply: z.optional(recordText) });

/** Proposes a milestone that this run reached. */
export function createRecordMilestoneTool(options: RecordToolOptions): Tool {
  return createRecordTool(
    options,
    'milestone',
    'Propose a milestone for project memory: something larger that works now and was checked.',
    shape,
  );
}
