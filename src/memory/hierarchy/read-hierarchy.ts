import { readClaudeCode } from './claude-code/read-claude-code.ts';
import { readAgentsMd } from './dialects/agents-md.ts';
import { readCline } from './dialects/cline.ts';
import { readCodex } from './dialects/codex.ts';
import { readCopilot } from './dialects/copilot.ts';
import { readCursor } from './dialects/cursor.ts';
import { readGemini } from './dialects/gemini.ts';
import { readWindsurf } from './dialects/windsurf.ts';
import type { Dialect, HierarchyReading, ResolveInput } from './hierarchy.ts';

const readings: Readonly<Record<Dialect, (input: ResolveInput) => Promise<HierarchyReading>>> = {
  'claude-code': readClaudeCode,
  'agents-md': readAgentsMd,
  copilot: readCopilot,
  cursor: readCursor,
  windsurf: readWindsurf,
  cline: readCline,
  gemini: readGemini,
  codex: readCodex,
};

/**
 * What the program of `input.dialect` would put into context for a session started in `cwd`: every candidate with
 * its state and the reason in words, in load order, and the parsed files. Reads candidates only, never searches the
 * repository, never throws; what does not exist is not listed.
 */
export function readHierarchy(input: ResolveInput): Promise<HierarchyReading> {
  return readings[input.dialect](input);
}
