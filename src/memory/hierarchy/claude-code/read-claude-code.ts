import { join } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import { visitWithImports } from '../imports.ts';
import { isInside, resolvePlace } from '../places.ts';
import { Resolution } from '../resolution.ts';
import { visitAutoMemory } from './auto-memory.ts';
import {
  type InstructionDirectory,
  managedOnlyReason,
  plainRuleReason,
  reasonAgainstAgents,
  type TriggeredRule,
  visitInstructions,
  visitRules,
  walkDirectories,
} from './instructions.ts';
import { type NestedOptions, visitKnownNested, visitNested } from './nested.ts';
import { defaultSettings, readSettings } from './settings.ts';
import { canonicalRoot } from './worktree.ts';

/**
 * What Claude Code (2.1.330) would put into context for a session started in `cwd`: every candidate with its
 * state and the reason in words, in load order, and the parsed files. Reads candidates only, never searches the
 * repository, never throws; what does not exist is not listed.
 */
export async function readClaudeCode(input: ResolveInput): Promise<HierarchyReading> {
  const resolution = new Resolution(input, input.trusted ? await readSettings(input) : defaultSettings);
  const walk = await walkDirectories(resolution);
  const skipAll = reasonNothingLoads(input);
  const options = {
    targets: await realTargets(input),
    skipAll:
      skipAll ?? (resolution.settings.instructionMode === 'managed-only' ? managedOnlyReason : undefined),
    skipAgents: reasonAgainstAgents(resolution, walk.claudeFile),
  };
  const triggered = [
    ...(await visitManaged(resolution, options, skipAll)),
    ...(await visitUser(resolution, options)),
    ...(await visitWalk(resolution, walk.directories, options)),
    ...(await visitAdditional(resolution, options)),
  ];
  await visitAutoMemory(resolution, skipAll);
  for (const rule of triggered) await visitWithImports(resolution, rule);
  for (const rule of await visitNested(resolution, options)) await visitWithImports(resolution, rule);
  await visitKnownNested(resolution, options);
  await watchPlaces(resolution);
  return resolution.finish();
}

async function visitManaged(
  resolution: Resolution,
  { targets }: NestedOptions,
  skip: string | undefined,
): Promise<readonly TriggeredRule[]> {
  const { input, settings } = resolution;
  const candidate = {
    path: join(input.managedDirectory, 'CLAUDE.md'),
    scope: 'managed',
    state: 'loaded',
    reason: 'set by your organisation',
    skip,
  } as const;
  if (!input.trusted) return notLookedAt(resolution, candidate);
  await visitWithImports(resolution, candidate);
  if (settings.managedText !== undefined) {
    const { path, text } = settings.managedText;
    resolution.addText(
      { ...candidate, path, reason: 'set by your organisation in its settings (claudeMd)' },
      text,
    );
  }
  const directory = join(input.managedDirectory, '.claude', 'rules');
  return visitRules(resolution, {
    directory,
    base: input.cwd,
    scope: 'managed',
    state: 'loaded',
    targets,
    skip,
    reason: plainRuleReason,
  });
}

async function visitUser(
  resolution: Resolution,
  { targets, skipAll: skip }: NestedOptions,
): Promise<readonly TriggeredRule[]> {
  const { input } = resolution;
  const candidate = {
    path: join(input.configDirectory, 'CLAUDE.md'),
    scope: 'user',
    state: 'loaded',
    reason: 'yours, in every project',
    skip,
  } as const;
  if (!input.trusted) return notLookedAt(resolution, candidate);
  await visitWithImports(resolution, candidate);
  const directory = join(input.configDirectory, 'rules');
  return visitRules(resolution, {
    directory,
    base: input.cwd,
    scope: 'user',
    state: 'loaded',
    targets,
    skip,
    reason: plainRuleReason,
  });
}

function notLookedAt(
  resolution: Resolution,
  candidate: Parameters<Resolution['skipUnseen']>[0],
): readonly TriggeredRule[] {
  resolution.skipUnseen(candidate, 'outside the workspace: not looked at in Restricted Mode');
  return [];
}

async function visitWalk(
  resolution: Resolution,
  directories: readonly string[],
  options: NestedOptions,
): Promise<readonly TriggeredRule[]> {
  const { input } = resolution;
  const mainCheckout = await mainCheckoutAround(input);
  const triggered: TriggeredRule[] = [];
  for (const directory of directories) {
    const isForeign =
      mainCheckout !== undefined &&
      isInside(directory, mainCheckout) &&
      !isInside(directory, input.repositoryRoot ?? '');
    const place = walkPlace(input, directory, options);
    const skipProject = isForeign
      ? 'belongs to the main checkout; this worktree reads its own'
      : place.skipProject;
    triggered.push(...(await visitInstructions(resolution, { ...place, skipProject }, options.targets)));
  }
  return triggered;
}

function walkPlace(
  input: ResolveInput,
  directory: string,
  { skipAll, skipAgents }: NestedOptions,
): InstructionDirectory {
  const isBelowRoot =
    input.repositoryRoot !== undefined &&
    directory !== input.repositoryRoot &&
    isInside(directory, input.repositoryRoot);
  return {
    directory,
    scope: isBelowRoot ? 'folder' : 'project',
    state: 'loaded',
    reason:
      directory === input.cwd
        ? 'in the folder where the session starts'
        : 'in a folder above the one where the session starts',
    ruleReason: plainRuleReason,
    skipProject: skipAll,
    skipLocal: skipAll,
    skipAgents,
  };
}

// A worktree made inside its main checkout: Claude Code then leaves the outer project's files out.
async function mainCheckoutAround({
  reader,
  repositoryRoot,
  trusted,
}: ResolveInput): Promise<string | undefined> {
  if (repositoryRoot === undefined || !trusted) return undefined;
  const main = await canonicalRoot(reader, repositoryRoot);
  return main !== repositoryRoot && isInside(repositoryRoot, main) ? main : undefined;
}

async function visitAdditional(
  resolution: Resolution,
  options: NestedOptions,
): Promise<readonly TriggeredRule[]> {
  const { input, settings } = resolution;
  if (!isOn(input.environment['CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD'])) return [];
  const triggered: TriggeredRule[] = [];
  for (const named of settings.additionalDirectories) {
    const place = {
      directory: resolvePlace(named, input.cwd, input.homeDirectory),
      scope: 'project' as const,
      state: 'loaded' as const,
      reason: 'in an additional directory of the settings',
      ruleReason: 'a rule of an additional directory',
      skipProject: options.skipAll,
      skipLocal: options.skipAll,
      skipAgents: 'Claude Code does not read AGENTS.md of additional directories',
    };
    triggered.push(...(await visitInstructions(resolution, place, options.targets)));
  }
  return triggered;
}

function reasonNothingLoads({ environment }: ResolveInput): string | undefined {
  const switches = ['CLAUDE_CODE_DISABLE_CLAUDE_MDS', 'CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'];
  const on = switches.find((name) => isOn(environment[name]));
  return on === undefined ? undefined : `${on} is set: Claude Code loads no memory`;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on)$/i.test(value);
}

async function realTargets({ reader, activeFile, filesRead = [] }: ResolveInput): Promise<readonly string[]> {
  const all = activeFile === undefined ? filesRead : [activeFile, ...filesRead];
  return Promise.all(all.map(async (path) => (await reader.realPath(path)) ?? path));
}

async function watchPlaces(resolution: Resolution): Promise<void> {
  const { input } = resolution;
  const root = input.repositoryRoot ?? input.cwd;
  const own = [root, input.cwd].flatMap((directory) => [directory, join(directory, '.claude')]);
  for (const directory of [...own, input.configDirectory]) await resolution.watchDirectory(directory);
}
