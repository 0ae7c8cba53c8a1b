import { basename, dirname } from 'node:path';
import type { MemoryFile } from '../../file/memory-file.ts';
import { matchesExclude } from '../claude-code/excludes.ts';
import { findMatch } from '../claude-code/rules.ts';
import { defaultSettings, type InstructionMode, readSettings } from '../claude-code/settings.ts';
import type { ResolvedFile, ResolveInput } from '../hierarchy.ts';
import { MAX_FILE_BYTES } from '../limits.ts';
import { lostText } from '../lost-text.ts';
import type { ExplainedPattern } from './explanation.ts';

/** What Claude Code's settings and environment say about every file of a project. */
export interface ClaudeFacts {
  readonly instructionMode: InstructionMode;
  /** Patterns of `claudeMdExcludes` that a path matches. */
  readonly excludesOf: (path: string) => readonly string[];
  /** Environment variables that switch all memory off. */
  readonly switches: readonly string[];
  readonly maxBytes: number;
}

const modes: Record<InstructionMode, string> = {
  'claude-md': 'CLAUDE.md only',
  'claude-md-or-agents-md': 'CLAUDE.md, and AGENTS.md in a project without CLAUDE.md',
  'claude-md-and-agents-md': 'CLAUDE.md and AGENTS.md',
  'managed-only': 'managed files only',
};

/** Undefined for other programs, whose settings are read with their files. */
export async function claudeFacts(input: ResolveInput): Promise<ClaudeFacts | undefined> {
  if (input.dialect !== 'claude-code') return undefined;
  const { instructionMode, excludes } = input.trusted ? await readSettings(input) : defaultSettings;
  const names = ['CLAUDE_CODE_DISABLE_CLAUDE_MDS', 'CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'];
  return {
    instructionMode,
    excludesOf: (path) => excludes.filter((pattern) => matchesExclude(pattern, path)),
    switches: names.filter((name) => /^(?:1|true|yes|on)$/i.test(input.environment[name] ?? '')),
    maxBytes: MAX_FILE_BYTES,
  };
}

/** Sentences about a candidate. */
export function factsOf(
  file: ResolvedFile,
  parsed: MemoryFile | undefined,
  facts: ClaudeFacts | undefined,
): readonly string[] {
  const lost = lostText(file, parsed);
  const excluded = facts === undefined || file.scope === 'managed' ? [] : facts.excludesOf(file.path);
  return [
    ...sizeOf(file),
    ...(file.cutOff === undefined ? [] : [`Over its limit: ${file.cutOff}.`]),
    ...(lost === undefined ? [] : [`What is cut off begins at line ${lost.line + 1}.`]),
    ...excluded.map((pattern) => `The pattern ${pattern} of claudeMdExcludes matches it.`),
    ...(facts !== undefined && basename(file.path) === 'AGENTS.md'
      ? [`Claude Code is set to read ${modes[facts.instructionMode]}.`]
      : []),
    ...(facts !== undefined && file.trigger === 'read' && file.state !== 'skipped' && file.scope !== 'auto'
      ? ['After a compaction it is lost until the next read of a file that calls for it.']
      : []),
  ];
}

/**
 * Each pattern of a rule against the active file. Other programs read patterns in ways of their own: of those only the
 * patterns are told.
 */
export function patternsOf(input: ResolveInput, file: ResolvedFile): readonly ExplainedPattern[] {
  const { activeFile, dialect } = input;
  const base = file.scope === 'user' || file.scope === 'managed' ? input.cwd : holderOf(file.path);
  return (file.globs ?? []).map((pattern) =>
    activeFile === undefined || base === undefined || dialect !== 'claude-code'
      ? { pattern }
      : { pattern, matches: findMatch([pattern], base, [activeFile]) !== undefined },
  );
}

function sizeOf(file: ResolvedFile): readonly string[] {
  if (file.bytes === 0) return [];
  const size = `${file.bytes.toLocaleString('en')} bytes`;
  if (file.state === 'skipped') return [`It has ${size}.`];
  const tokens = file.tokens === 1 ? '1 token' : `${file.tokens.toLocaleString('en')} tokens`;
  return file.state === 'on-demand'
    ? [`It has ${size}; about ${tokens} of it would load.`]
    : [`It has ${size}; about ${tokens} of it load. Without this file: −${tokens}.`];
}

// Patterns of a project's rule start at the directory that holds `.claude`.
function holderOf(rule: string): string | undefined {
  for (let directory = dirname(rule); directory !== dirname(directory); directory = dirname(directory)) {
    if (basename(directory) === '.claude') return dirname(directory);
  }
  return undefined;
}
