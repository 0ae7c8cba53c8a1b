import * as z from 'zod/mini';
import type { JournalEvent, JournalHeader } from './journal-event.ts';

const usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  basis: z.optional(z.enum(['counted', 'unknown'])),
});

const totals = z.object({ turns: z.number(), usage, costUsd: z.nullable(z.number()), files: z.number() });

const pictureType = z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const textBlock = z.object({ type: z.literal('text'), text: z.string() });
const imageBlock = z.object({
  type: z.literal('image'),
  source: z.object({
    type: z.literal('base64'),
    media_type: pictureType,
    data: z.string(),
  }),
});

const contentBlock = z.discriminatedUnion('type', [
  textBlock,
  imageBlock,
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
  z.object({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, imageBlock]))]),
    is_error: z.optional(z.boolean()),
  }),
]);

const place = { seq: z.number(), time: z.number() };
const home = z.object({ cwd: z.string(), worktree: z.string() });
const sha256OrNone = z.nullable(z.string());

const event = z.discriminatedUnion('type', [
  z.object({
    ...place,
    type: z.literal('run-start'),
    model: z.string(),
    permissionMode: z.string(),
    branch: z.optional(z.string()),
    memory: z.object({ files: z.array(z.string()), tokens: z.number() }),
    systemHash: z.string(),
    pid: z.number(),
  }),
  z.object({ ...place, type: z.literal('message-user'), text: z.string(), steer: z.optional(z.boolean()) }),
  z.object({ ...place, type: z.literal('request-start'), turn: z.number(), totals }),
  z.object({ ...place, type: z.literal('text-delta'), text: z.string() }),
  z.object({
    ...place,
    type: z.literal('message-assistant'),
    content: z.array(contentBlock),
    stopReason: z.string(),
    model: z.string(),
    usage,
    costUsd: z.nullable(z.number()),
    masked: z.optional(z.array(z.string())),
  }),
  z.looseObject({
    ...place,
    type: z.literal('approval-ask'),
    request: z.looseObject({ id: z.string(), tool: z.string(), summary: z.string() }),
  }),
  z.object({
    ...place,
    type: z.literal('approval-answer'),
    id: z.string(),
    decision: z.enum(['once', 'session', 'always', 'deny']),
    message: z.optional(z.string()),
  }),
  z.object({
    ...place,
    type: z.literal('tool-intent'),
    id: z.string(),
    key: z.string(),
    name: z.string(),
    summary: z.string(),
    effect: z.enum(['read', 'write', 'execute', 'external']),
    write: z.optional(z.object({ path: z.string(), before: sha256OrNone, after: sha256OrNone })),
  }),
  z.object({
    ...place,
    type: z.literal('process-start'),
    id: z.string(),
    pid: z.number(),
    startTime: z.optional(z.string()),
    background: z.optional(z.boolean()),
  }),
  z.object({
    ...place,
    type: z.literal('tool-result'),
    id: z.string(),
    name: z.string(),
    ok: z.boolean(),
    text: z.string(),
    recovered: z.optional(z.enum(['completed', 'changed-since', 'unknown'])),
    seen: z.optional(z.array(z.object({ path: z.string(), hash: z.string() }))),
    change: z.optional(
      z.object({ path: z.string(), diff: z.string(), beforeObject: z.optional(z.string()) }),
    ),
    images: z.optional(z.array(z.object({ media_type: pictureType, object: z.string() }))),
  }),
  z.object({
    ...place,
    type: z.literal('retry-wait'),
    attempt: z.number(),
    delayMs: z.number(),
    message: z.string(),
  }),
  z.object({ ...place, type: z.literal('notice'), text: z.string() }),
  z.object({
    ...place,
    type: z.literal('checkpoint-create'),
    checkpoint: z.number(),
    manifest: z.string(),
    reason: z.enum(['prompt', 'turn', 'end', 'rewind']),
    rewindTo: z.optional(
      z.object({ checkpoint: z.number(), restored: z.enum(['files', 'conversation', 'both']) }),
    ),
  }),
  z.object({ ...place, type: z.literal('session-move'), from: home, to: home }),
  z.object({
    ...place,
    type: z.literal('rewind'),
    checkpoint: z.number(),
    restored: z.enum(['files', 'conversation', 'both']),
    beforeSeq: z.optional(z.number()),
  }),
  z.object({ ...place, type: z.literal('compaction-start'), tokensBefore: z.number() }),
  z.object({
    ...place,
    type: z.literal('compaction-end'),
    summary: z.string(),
    kept: z.number(),
    tokensBefore: z.number(),
    model: z.string(),
    usage,
    costUsd: z.nullable(z.number()),
  }),
  z.object({ ...place, type: z.literal('capture-end') }),
  z.object({
    ...place,
    type: z.literal('todo-update'),
    items: z.array(z.object({ text: z.string(), state: z.enum(['pending', 'active', 'done']) })),
  }),
  z.object({
    ...place,
    type: z.literal('subagent-start'),
    id: z.string(),
    agent: z.string(),
    session: z.string(),
  }),
  z.object({
    ...place,
    type: z.literal('run-end'),
    outcome: z.enum([
      'success',
      'stopped',
      'interrupted',
      'max-turns',
      'max-budget',
      'no-structured-output',
      'failed',
    ]),
    message: z.string(),
    totals,
  }),
]);

const knownTypes = new Set<unknown>(event.def.options.flatMap((option) => option.def.shape.type.def.values));

const header = z.looseObject({
  version: z.number(),
  session: z.string(),
  project: z.string(),
  cwd: z.string(),
  worktree: z.string(),
  created: z.number(),
  parent: z.optional(z.string()),
  agent: z.optional(z.string()),
  from: z.optional(z.object({ tool: z.string(), id: z.string() })),
});

/** The header, or undefined where the value is none. A newer version's header is one too. */
export function readHeader(value: unknown): JournalHeader | undefined {
  const read = header.safeParse(value);
  // The schema says `string | undefined` where the type says "absent or string"; JSON has no undefined.
  return read.success ? (read.data as JournalHeader) : undefined;
}

/** The event; `unknown-type` for one of a later minor change (passed over), `invalid` for anything else. */
export function readEvent(value: unknown): JournalEvent | 'unknown-type' | 'invalid' {
  const read = event.safeParse(value);
  if (read.success) return read.data as JournalEvent;
  if (typeof value !== 'object' || value === null || !('type' in value)) return 'invalid';
  return typeof value.type === 'string' && !knownTypes.has(value.type) ? 'unknown-type' : 'invalid';
}
