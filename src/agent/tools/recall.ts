import * as z from 'zod/mini';
import type { SearchHit } from '../../memory/search/search.ts';
import type { MemoryRecall } from './memory-recall.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';
import { goodResult, isResult, parseInput, toolDefinition } from './tool-input.ts';
import { shownPath } from './tool-paths.ts';

const usualHits = 8;
const maxHits = 20;
/** Asked for of search: what is not for agents is taken out afterwards. */
const searchedHits = 200;

const shape = z.strictObject({
  query: z.string().check(z.minLength(1), z.describe('Words, no pattern')),
  limit: z.optional(z.int().check(z.gte(1), z.lte(maxHits))),
});

/** Asks memory: accepted records, and memory files that load or load on demand. What awaits review is left out. */
export function createRecallTool({ memory }: { readonly memory: MemoryRecall }): Tool {
  return {
    definition: toolDefinition(
      'recall',
      'Search project memory: accepted decisions and other records, and memory files, also those not in this prompt. Answers "path:line" with an excerpt; read the path for more.',
      shape,
    ),
    effect: 'read',
    plan: async (input, context) => {
      const parsed = parseInput('recall', shape, input);
      if (isResult(parsed)) return parsed;
      return {
        summary: `Recall ${parsed.query}`,
        effect: 'read',
        permission: { tool: 'recall', effect: 'read', path: context.root },
        detail: parsed.query,
        run: (running) => recall(memory, parsed.query, parsed.limit ?? usualHits, running),
      };
    },
  };
}

async function recall(
  memory: MemoryRecall,
  query: string,
  limit: number,
  context: ToolContext,
): Promise<ToolResult> {
  const hits = await memory.search(query, { limit: searchedHits, signal: context.signal });
  const shown: SearchHit[] = [];
  for (const hit of hits) {
    if (shown.length === limit) break;
    if (await isForAgents(hit, context)) shown.push(hit);
  }
  if (shown.length === 0) return goodResult(`Memory holds nothing about ${query.slice(0, 200)}.`);
  return goodResult(shown.map((hit) => hitText(context.root, hit)).join('\n'));
}

/** Records a person accepted and files that load are the run's in any case; of the rest what it may read. */
async function isForAgents({ kind, state, path }: SearchHit, context: ToolContext): Promise<boolean> {
  if (kind === 'record') return state === 'accepted';
  if (kind === 'proposal') return false;
  if (state === 'loaded') return true;
  return state === 'on-demand' && (await context.mayRead?.(path)) !== false;
}

function hitText(root: string, { path, line, place, section, title, excerpt, kind }: SearchHit): string {
  const at = line === undefined ? shownPath(root, path) : `${shownPath(root, path)}:${line + 1}`;
  // Written by an agent for itself: nobody accepted it.
  const mark = place === 'auto' ? ', untrusted: written by an agent, not reviewed' : '';
  const about = kind === 'record' ? `${place}: ${title}` : [place, section].filter(Boolean).join(', ');
  return `${at} (${about}${mark})\n  ${excerpt}`;
}
