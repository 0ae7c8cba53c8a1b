import { join } from 'node:path';
import type { Scope } from '../hierarchy.ts';
import { visitWithImports } from '../imports.ts';
import { directoriesFromRoot, isInside } from '../places.ts';
import type { Candidate, Resolution } from '../resolution.ts';
import { findMatch, listRules, rulePatterns } from './rules.ts';

/** One directory of the walk, and how its files are spoken of. */
export interface InstructionDirectory {
  readonly directory: string;
  readonly state: 'loaded' | 'on-demand';
  readonly trigger?: 'start' | 'read';
  readonly scope: Scope;
  readonly reason: string;
  /** The same for its rules without `paths:`. */
  readonly ruleReason: string;
  /** Why its project files do not load. */
  readonly skipProject?: string | undefined;
  /** Why its local file does not load. */
  readonly skipLocal?: string | undefined;
  /** Why its AGENTS.md does not load. */
  readonly skipAgents: string | undefined;
}

/** A rule with `paths:` that waits for its turn behind what loads at the start. */
export type TriggeredRule = Candidate;

/** The files of one directory in Claude Code's order: CLAUDE.md, AGENTS.md in its place, rules, CLAUDE.local.md. */
export async function visitInstructions(
  resolution: Resolution,
  place: InstructionDirectory,
  targets: readonly string[],
): Promise<readonly TriggeredRule[]> {
  const { directory, state, scope, reason, skipProject } = place;
  const trigger = place.trigger === undefined ? {} : { trigger: place.trigger };
  const visit = (path: string, changes: Partial<Candidate> = {}) =>
    visitWithImports(resolution, { path, scope, state, ...trigger, reason, skip: skipProject, ...changes });
  for (const path of claudeFiles(directory)) await visit(path);
  for (const path of agentsFiles(directory)) await visit(path, { skip: skipProject ?? place.skipAgents });
  const rules = {
    directory: join(directory, '.claude', 'rules'),
    base: directory,
    scope: 'rules' as const,
    state,
    ...trigger,
    targets,
    reason: place.ruleReason,
    skip: skipProject,
  };
  const triggered = await visitRules(resolution, rules);
  await visit(join(directory, 'CLAUDE.local.md'), {
    scope: 'local',
    skip: place.skipLocal,
    reason: `${reason}, yours alone`,
  });
  return triggered;
}

export interface RulesPlace {
  readonly directory: string;
  /** Where the patterns of `paths:` start. */
  readonly base: string;
  readonly scope: Scope;
  readonly state: 'loaded' | 'on-demand';
  readonly trigger?: 'start' | 'read';
  readonly targets: readonly string[];
  /** Why a rule without `paths:` loads. */
  readonly reason: string;
  readonly skip?: string | undefined;
}

/** Rules of one directory. Those that an active file calls for are handed back, to be visited later. */
export async function visitRules(
  resolution: Resolution,
  place: RulesPlace,
): Promise<readonly TriggeredRule[]> {
  const listing = await listRules(resolution.input.reader, place.directory, (path) =>
    resolution.mayRead(path),
  );
  for (const directory of listing.directories) await resolution.watchDirectory(directory);
  const triggered: TriggeredRule[] = [];
  for (const path of listing.files) {
    if (resolution.hasVisited(path)) continue;
    const rule = await ruleCandidate(resolution, place, path);
    if (rule.isTriggered) triggered.push(rule.candidate);
    else await visitWithImports(resolution, rule.candidate);
  }
  return triggered;
}

async function ruleCandidate(
  resolution: Resolution,
  { base, scope, state, trigger, targets, reason: plainReason, skip }: RulesPlace,
  path: string,
): Promise<{ candidate: Candidate; isTriggered: boolean }> {
  const real = await resolution.input.reader.realPath(path);
  const parsed = real !== undefined && resolution.mayRead(real) ? await resolution.parse(path) : undefined;
  const globs = parsed === undefined ? undefined : rulePatterns(parsed);
  const common = { path, scope, skip, ...(trigger === undefined ? {} : { trigger }) };
  if (globs === undefined) {
    return { candidate: { ...common, state, reason: plainReason }, isTriggered: false };
  }
  const match = findMatch(globs, base, targets);
  if (match === undefined) {
    const reason = `loads when a file matching ${globs.join(', ')} is read`;
    return { candidate: { ...common, state: 'on-demand', reason, globs }, isTriggered: false };
  }
  const reason = `${resolution.short(match)} matches ${globs.join(', ')}`;
  return { candidate: { ...common, state: 'loaded', trigger: 'read', reason, globs }, isTriggered: true };
}

export function claudeFiles(directory: string): string[] {
  return [join(directory, 'CLAUDE.md'), join(directory, '.claude', 'CLAUDE.md')];
}

export function agentsFiles(directory: string): string[] {
  return [join(directory, 'AGENTS.md'), join(directory, '.claude', 'AGENTS.md')];
}

export const plainRuleReason = 'a rule without paths: it always loads';

/** The directories of the walk that may be looked at, and the first instruction file that keeps AGENTS.md from loading. */
export async function walkDirectories(
  resolution: Resolution,
): Promise<{ directories: string[]; claudeFile: string | undefined }> {
  const directories = directoriesFromRoot(resolution.input.cwd).filter((directory) =>
    resolution.mayRead(directory),
  );
  for (const directory of directories.toReversed()) {
    for (const path of [...claudeFiles(directory), join(directory, 'CLAUDE.local.md')]) {
      if (isUserFile(resolution, path)) continue;
      if (await resolution.exists(path)) return { directories, claudeFile: path };
    }
  }
  return { directories, claudeFile: undefined };
}

/** Why AGENTS.md does not load in this project, whatever directory it stands in. */
export function reasonAgainstAgents(
  resolution: Resolution,
  claudeFile: string | undefined,
): string | undefined {
  switch (resolution.settings.instructionMode) {
    case 'claude-md':
      return 'Claude Code is set to read CLAUDE.md only (Project instructions in /config)';
    case 'managed-only':
      return managedOnlyReason;
    case 'claude-md-and-agents-md':
      return undefined;
    case 'claude-md-or-agents-md':
      if (claudeFile === undefined) return undefined;
      return `${resolution.short(claudeFile)} is there: Claude Code reads AGENTS.md only in a project without CLAUDE.md`;
  }
}

export const managedOnlyReason =
  'Claude Code is set to read managed files only (Project instructions in /config)';

// With a session below the home directory the walk passes ~/.claude/CLAUDE.md: that is a user file.
function isUserFile({ input }: Resolution, path: string): boolean {
  return isInside(path, input.configDirectory);
}
