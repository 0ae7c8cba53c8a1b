import { basename, dirname, join } from 'node:path';
import { visitWithImports } from '../imports.ts';
import { directoriesDown, isInside } from '../places.ts';
import type { Resolution } from '../resolution.ts';
import {
  agentsFiles,
  claudeFiles,
  type TriggeredRule,
  visitInstructions,
  visitRules,
} from './instructions.ts';

const MAX_KNOWN_NESTED = 500;

export interface NestedOptions {
  /** Active file and files read, absolute. */
  readonly targets: readonly string[];
  readonly skipAll: string | undefined;
  readonly skipAgents: string | undefined;
}

/** Files below `cwd` that the files in use call for: those of every directory between `cwd` and the file. */
export async function visitNested(
  resolution: Resolution,
  options: NestedOptions,
): Promise<readonly TriggeredRule[]> {
  const { cwd } = resolution.input;
  const triggered: TriggeredRule[] = [];
  for (const target of options.targets.filter((path) => isInside(path, cwd) && path !== cwd)) {
    for (const directory of directoriesDown(cwd, dirname(target)).slice(1)) {
      await resolution.watchDirectory(directory);
      await resolution.watchDirectory(join(directory, '.claude'));
      const place = {
        directory,
        scope: 'folder' as const,
        state: 'loaded' as const,
        trigger: 'read' as const,
        reason: `loads with ${resolution.short(target)}`,
        ruleReason: `a rule that loads with ${resolution.short(target)}`,
        skipProject: options.skipAll,
        skipLocal: options.skipAll,
        skipAgents: await reasonAgainstNestedAgents(resolution, directory, options.skipAgents),
      };
      triggered.push(...(await visitInstructions(resolution, place, options.targets)));
    }
  }
  return triggered;
}

/** Nested memory files that somebody else found: they load once a file beside or below them is read. */
export async function visitKnownNested(
  resolution: Resolution,
  { skipAll, skipAgents }: NestedOptions,
): Promise<void> {
  const { cwd, knownNested = [] } = resolution.input;
  const inside = [...new Set(knownNested)].filter((path) => isInside(path, cwd)).sort();
  if (inside.length > MAX_KNOWN_NESTED) {
    resolution.addProblem(
      cwd,
      `Only the first ${MAX_KNOWN_NESTED} of ${inside.length} nested memory files are shown.`,
    );
  }
  for (const path of inside.slice(0, MAX_KNOWN_NESTED)) {
    const directory = ownerOf(path);
    if (directory === undefined || directory === cwd) continue;
    if (isRule(path)) {
      await visitRules(resolution, {
        directory: dirname(path),
        base: directory,
        scope: 'rules',
        state: 'on-demand',
        targets: [],
        reason: `a rule that loads when a file in ${resolution.short(directory)} is read`,
        skip: skipAll,
      });
      continue;
    }
    const isAgents = basename(path) === 'AGENTS.md';
    const against = isAgents ? await reasonAgainstNestedAgents(resolution, directory, skipAgents) : undefined;
    await visitWithImports(resolution, {
      path,
      scope: basename(path) === 'CLAUDE.local.md' ? 'local' : 'folder',
      state: 'on-demand',
      reason: `loads when a file in ${resolution.short(directory)} is read`,
      skip: skipAll ?? against,
    });
  }
}

// The directory a nested memory file speaks for, or undefined for any other file.
function ownerOf(path: string): string | undefined {
  const parts = path.split(/[/\\]/);
  const claude = parts.indexOf('.claude');
  if (claude > 0 && isRule(path)) return path.slice(0, parts.slice(0, claude).join('/').length) || undefined;
  const directory = dirname(path);
  const owner = basename(directory) === '.claude' ? dirname(directory) : directory;
  const known = [...claudeFiles(owner), ...agentsFiles(owner), join(owner, 'CLAUDE.local.md')];
  return known.includes(path) ? owner : undefined;
}

function isRule(path: string): boolean {
  return /[/\\]\.claude[/\\]rules[/\\].*\.md$/.test(path);
}

async function reasonAgainstNestedAgents(
  resolution: Resolution,
  directory: string,
  skipAgents: string | undefined,
): Promise<string | undefined> {
  if (skipAgents !== undefined) return skipAgents;
  for (const path of claudeFiles(directory)) {
    if (await resolution.exists(path)) return `a CLAUDE.md stands beside it (${resolution.short(path)})`;
  }
  return undefined;
}
