import * as z from 'zod/mini';
import { failure, type Result, success } from '../../base/result.ts';
import { type Evidence, standings } from './record.ts';

export interface EvidenceProblem {
  /** `newer-version`: open it read-only. */
  readonly kind: 'invalid' | 'newer-version';
  readonly message: string;
}

const currentVersion = 1;

/** From version n (index n - 1) to n + 1. Version 1 is the first, so there is nothing to migrate yet. */
const migrations: readonly ((
  value: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>)[] = [];

const item = z.union([
  z.object({ patch: z.string(), subject: z.optional(z.string()) }),
  z.object({ tag: z.string(), object: z.optional(z.string()) }),
  z.object({ path: z.string(), line: z.optional(z.int()), text: z.string() }),
  z.object({ check: z.string(), tree: z.string(), exit: z.int(), at: z.string() }),
  z.object({
    session: z.string(),
    turn: z.int(),
    tool: z.optional(z.string()),
    entry: z.optional(z.string()),
  }),
]);

const schema = z.object({
  version: z.literal(1),
  id: z.string(),
  source: z.string(),
  rule: z.optional(z.string()),
  reason: z.optional(z.string()),
  confidence: z.optional(z.number()),
  subject: z.optional(z.string()),
  standing: z.optional(z.enum(standings)),
  supersedes: z._default(z.array(z.string()), []),
  requirements: z._default(z.array(z.string()), []),
  anchors: z._default(
    z.array(z.object({ path: z.string(), symbol: z.optional(z.string()), hash: z.optional(z.string()) })),
    [],
  ),
  evidence: z._default(z.array(item), []),
});

/** Reads `<id>.json`. Older versions are migrated in memory; a newer one is named, never guessed at. */
export function parseEvidence(text: string): Result<Evidence, EvidenceProblem> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return failure({ kind: 'invalid', message: 'The evidence file is not JSON; restore it from git.' });
  }
  const migrated = migrate(value);
  if (!migrated.ok) return migrated;
  const parsed = schema.safeParse(migrated.value);
  if (parsed.success) return success(withoutUndefined(parsed.data));
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  return failure({
    kind: 'invalid',
    message: `The evidence file does not have the expected form at “${where}”; restore it from git.`,
  });
}

function migrate(value: unknown): Result<unknown, EvidenceProblem> {
  if (typeof value !== 'object' || value === null || !('version' in value)) return success(value);
  const version = value.version;
  if (typeof version !== 'number' || version < 1 || !Number.isInteger(version)) return success(value);
  if (version > currentVersion) {
    const message = `The evidence was written by a newer Varve (version ${version}); update Varve to change it.`;
    return failure({ kind: 'newer-version', message });
  }
  const start: Readonly<Record<string, unknown>> = { ...value };
  return success(migrations.slice(version - 1).reduce((old, step) => step(old), start));
}

// Zod types an absent key as `undefined`; ours (exactOptionalPropertyTypes) leave it out, as zod does when it parses.
function withoutUndefined(value: unknown): Evidence {
  return JSON.parse(JSON.stringify(value)) as Evidence;
}

/** Pretty JSON, keys in the order of the format's page, a final line end: equal evidence gives equal bytes. */
export function renderEvidence(evidence: Evidence): string {
  const { version, id, source, rule, reason, confidence, subject, standing } = evidence;
  const { supersedes, requirements, anchors, evidence: items } = evidence;
  const ordered = {
    version,
    id,
    source,
    rule,
    reason,
    confidence,
    subject,
    standing,
    supersedes,
    requirements,
    anchors,
    evidence: items,
  };
  return `${JSON.stringify(ordered, undefined, 2)}\n`;
}

/** The text of an evidence file with other anchors; every other key, also one that is not known, stays as it is. */
export function withAnchors(text: string, anchors: Evidence['anchors']): string {
  const value = JSON.parse(text.replace(/^\uFEFF/, '')) as Readonly<Record<string, unknown>>;
  return `${JSON.stringify({ ...value, anchors }, undefined, 2)}\n`;
}
