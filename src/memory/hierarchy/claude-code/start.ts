import { join } from 'node:path';
import type { Candidate } from '../candidate.ts';
import type { ResolveInput } from '../hierarchy.ts';
import { visitWithImports } from '../imports.ts';
import { directoriesFromRoot, isInside, resolvePlace } from '../places.ts';
import type { Resolution } from '../resolution.ts';
import { type InstructionDirectory, plainRuleReason, visitInstructions } from './instructions.ts';
import { visitRules, type WaitingRule } from './rules.ts';
import { type AllSkips, isOn } from './skips.ts';
import { canonicalRoot } from './worktree.ts';

export interface StartPhase {
  /** Paths of the files in use. */
  readonly targets: readonly string[];
  readonly skips: AllSkips;
}

export async function visitManaged(
  resolution: Resolution,
  { targets, skips }: StartPhase,
): Promise<readonly WaitingRule[]> {
  const { input, settings } = resolution;
  const candidate = {
    path: join(input.managedDirectory, 'CLAUDE.md'),
    scope: 'managed',
    state: 'loaded',
    reason: 'set by your organisation',
    skip: skips.all,
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
  return visitRules(resolution, {
    directory: join(input.managedDirectory, '.claude', 'rules'),
    base: input.cwd,
    scope: 'managed',
    state: 'loaded',
    targets,
    skip: skips.all,
    skipOnRead: skips.all,
    reason: plainRuleReason,
  });
}

export async function visitUser(
  resolution: Resolution,
  { targets, skips }: StartPhase,
): Promise<readonly WaitingRule[]> {
  const { input } = resolution;
  const candidate = {
    path: join(input.configDirectory, 'CLAUDE.md'),
    scope: 'user',
    state: 'loaded',
    reason: 'yours, in every project',
    skip: skips.atStart.user,
  } as const;
  if (!input.trusted) return notLookedAt(resolution, candidate);
  await visitWithImports(resolution, candidate);
  return visitRules(resolution, {
    directory: join(input.configDirectory, 'rules'),
    base: input.cwd,
    scope: 'user',
    state: 'loaded',
    targets,
    skip: skips.atStart.user,
    skipOnRead: skips.onRead.user,
    reason: plainRuleReason,
  });
}

function notLookedAt(resolution: Resolution, candidate: Candidate): readonly WaitingRule[] {
  resolution.skipUnseen(candidate, 'outside the workspace: not looked at in Restricted Mode');
  return [];
}

export interface Walked {
  /** Root first. */
  readonly places: readonly InstructionDirectory[];
  /** How many files were found before these. */
  readonly start: number;
  readonly waiting: readonly WaitingRule[];
}

/** Every directory from the root of the file system down to `cwd`, then those given with `--add-dir`. */
export async function visitWalk(resolution: Resolution, phase: StartPhase): Promise<Walked> {
  const { input } = resolution;
  const mainCheckout = await mainCheckoutAround(input);
  const places = directoriesFromRoot(input.cwd)
    .filter((directory) => resolution.mayRead(directory))
    .map((directory) => walkPlace(input, { directory, mainCheckout, ...phase }));
  const start = resolution.files.length;
  const waiting: WaitingRule[] = [];
  for (const place of [...places, ...addedPlaces(input, phase)])
    waiting.push(...(await visitInstructions(resolution, place, phase.targets)));
  return { places, start, waiting };
}

interface WalkStep extends StartPhase {
  readonly directory: string;
  readonly mainCheckout: string | undefined;
}

function walkPlace(
  { repositoryRoot, cwd }: ResolveInput,
  { directory, mainCheckout, skips }: WalkStep,
): InstructionDirectory {
  const isInRepository = repositoryRoot !== undefined && isInside(directory, repositoryRoot);
  const isForeign = mainCheckout !== undefined && isInside(directory, mainCheckout) && !isInRepository;
  const foreign = isForeign ? 'belongs to the main checkout; this worktree reads its own' : undefined;
  return {
    directory,
    trigger: 'start',
    scope: isInRepository && directory !== repositoryRoot ? 'folder' : 'project',
    reason:
      directory === cwd
        ? 'in the folder where the session starts'
        : 'in a folder above the one where the session starts',
    ruleReason: plainRuleReason,
    skips: { project: skips.atStart.project ?? foreign, local: skips.atStart.local },
    skipOnRead: skips.onRead.project ?? foreign,
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

// Only what the command line adds: directories that the settings add bring no instructions (Claude Code 2.1.330).
function addedPlaces(input: ResolveInput, { skips }: StartPhase): readonly InstructionDirectory[] {
  const { addedDirectories = [], environment, cwd, homeDirectory } = input;
  if (!isOn(environment['CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD'])) return [];
  // They load without project settings too.
  const isOnlyManaged = skips.atStart.user !== undefined && skips.onRead.user === undefined;
  const project = skips.all ?? (isOnlyManaged ? skips.atStart.user : undefined);
  return addedDirectories.map((named) => {
    const directory = resolvePlace(named, cwd, homeDirectory);
    return {
      directory,
      trigger: 'start',
      scope: 'project',
      reason: 'in a directory given with --add-dir',
      ruleReason: 'a rule of a directory given with --add-dir',
      skips: { project, local: skips.atStart.local },
      skipOnRead: isInside(directory, cwd)
        ? skips.onRead.project
        : 'no file outside the folder where the session starts brings in a rule with paths',
    };
  });
}
