import type { Dialect } from '../hierarchy/hierarchy.ts';
import { programNames } from '../hierarchy/program-names.ts';

/** By path: the programs that would read it, as a survey of the readers hands them out. */
export type Readers = ReadonlyMap<string, readonly Dialect[]>;

/** The programs in plain words; the standard, which is no program of its own, comes last. */
export function readerNames(dialects: readonly Dialect[]): readonly string[] {
  const programs = dialects
    .filter((dialect) => dialect !== 'agents-md')
    .map((dialect) => programNames[dialect]);
  return dialects.includes('agents-md') ? [...programs, 'agents that follow AGENTS.md'] : programs;
}

/** "Read by Claude Code, Cursor and Codex." Says so where Claude Code or nobody reads it. */
export function readByWords(names: readonly string[]): string {
  if (names.length === 0) return 'Read by no program that Varve knows.';
  const list =
    names.length === 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  const own = programNames['claude-code'];
  return `Read by ${list}${names.includes(own) ? '' : `, not by ${own}`}.`;
}
