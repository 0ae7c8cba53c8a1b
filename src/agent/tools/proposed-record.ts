import { isAbsolute, relative, sep } from 'node:path';
import * as z from 'zod/mini';
import type { RecordKind } from '../../memory/project/record-kind.ts';
import type { MemoryStore } from './memory/memory-store.ts';
import type { Tool, ToolPlan, ToolResult } from './tool.ts';
import { failedResult, goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';
import { absolutePath } from './tool-paths.ts';

const longestTitle = 200;
const longestText = 10_000;

export interface RecordToolOptions {
  readonly store: Pick<MemoryStore, 'propose'>;
  /** Id of the session: who proposes. */
  readonly session: string;
}

/** What every record says; `considered` is a decision's alone. */
export const recordShape = {
  title: z.string().check(z.minLength(1), z.maxLength(longestTitle), z.describe('One specific line')),
  why: z.string().check(z.minLength(1), z.maxLength(longestText)),
  paths: z.optional(z.array(z.string()).check(z.maxLength(50), z.describe('Files it is about'))),
};

export const recordText = z.string().check(z.maxLength(longestText));

interface Said {
  readonly title: string;
  readonly why: string;
  readonly how_to_apply?: string | undefined;
  readonly considered?: string | undefined;
  readonly paths?: readonly string[] | undefined;
}

/** A tool that proposes a record of one kind. It is in the Inbox at once, and no agent is told of it before a person accepts it. */
export function createRecordTool<Input extends Said>(
  { store, session }: RecordToolOptions,
  kind: RecordKind,
  description: string,
  shape: z.ZodMiniType<Input>,
): Tool {
  const name = `record_${kind}`;
  const propose = async (said: Said, paths: readonly string[]): Promise<ToolResult> => {
    const done = await store.propose({
      kind,
      title: said.title.replace(/\s+/g, ' ').trim(),
      body: bodyOf(said),
      source: `run:${session}`,
      group: 'run',
      reason: 'The run recorded it.',
      paths,
    });
    if (!done.ok) return failedResult(`It was not recorded: ${done.error.message}`);
    return goodResult(`Proposed as ${done.value.record.name}; it awaits a person's review.`);
  };
  return {
    definition: toolDefinition(name, description, shape),
    effect: 'write',
    plan: async (input, context): Promise<ToolPlan | ToolResult> => {
      const parsed = parseInput(name, shape, input);
      if (isResult(parsed)) return parsed;
      const paths = (parsed.paths ?? []).map((path) => insidePath(context.root, path));
      const outside = paths.indexOf(undefined);
      if (outside !== -1) return failedResult(`${parsed.paths?.[outside]} is not inside the workspace.`);
      return {
        summary: `Propose a ${kind}: ${parsed.title}`,
        effect: 'external',
        // Nothing that an agent loads changes here: a person decides later.
        permission: { tool: name, effect: 'read', path: context.root },
        detail: bodyOf(parsed),
        run: () =>
          propose(
            parsed,
            paths.filter((path) => path !== undefined),
          ),
      };
    },
  };
}

/** Labels as records have them everywhere; see `memory/record/record-parts.ts`. */
function bodyOf({ title, why, how_to_apply: how, considered }: Said): string {
  const parts = [`${title.trim().replace(/\.$/, '')}.`, `**Why:** ${oneParagraph(why)}`];
  if (how !== undefined && how.trim() !== '') parts.push(`**How to apply:** ${oneParagraph(how)}`);
  if (considered !== undefined && considered.trim() !== '')
    parts.push(`**Considered:** ${oneParagraph(considered)}`);
  return parts.join('\n\n');
}

/** An empty line would end the part. */
function oneParagraph(text: string): string {
  return text.trim().replace(/\n\s*\n/g, '\n');
}

function insidePath(root: string, path: string): string | undefined {
  const inside = relative(root, absolutePath(root, path));
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    return undefined;
  return inside.split(sep).join('/');
}
