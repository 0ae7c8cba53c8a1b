import { readClaudeCode } from './claude-code/read-claude-code.ts';
import type { HierarchyReading, ResolveInput } from './hierarchy.ts';

/**
 * What the program of `input.dialect` would put into context for a session started in `cwd`: every candidate with
 * its state and the reason in words, in load order, and the parsed files. Reads candidates only, never searches the
 * repository, never throws; what does not exist is not listed.
 */
export function readHierarchy(input: ResolveInput): Promise<HierarchyReading> {
  return readClaudeCode(input);
}
