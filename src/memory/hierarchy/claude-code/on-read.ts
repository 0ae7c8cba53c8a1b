import { dirname, join } from 'node:path';
import { directoriesDown, isInside, resolvePlace } from '../places.ts';
import type { Resolution } from '../resolution.ts';
import { type AgentsReading, visitAgentsOnRead } from './agents.ts';
import { type InstructionDirectory, visitInstructions } from './instructions.ts';
import { visitMatching, type WaitingRule } from './rules.ts';
import type { AllSkips } from './skips.ts';

/** A file in use: the active one, or one that the agent has read. */
export interface Target {
  readonly path: string;
  readonly isRead: boolean;
}

export interface ReadPhase {
  readonly targets: readonly Target[];
  readonly skips: AllSkips;
  readonly agents: AgentsReading;
  /** Managed and user rules with `paths:` that some target calls for. */
  readonly broad: readonly WaitingRule[];
  /** The same of the directories from the root down to `cwd`. */
  readonly walked: readonly WaitingRule[];
}

/**
 * What the files in use bring in, one after the other, each in the order of Claude Code 2.1.330: managed and user rules,
 * the directories below `cwd` down to the file with their rules, the rules from the root down to `cwd`, then AGENTS.md.
 * A file in a directory given with `--add-dir` brings in rules only, any other outside `cwd` nothing.
 */
export async function visitTargets(resolution: Resolution, phase: ReadPhase): Promise<void> {
  const { cwd, addedDirectories = [], homeDirectory } = resolution.input;
  const working = [cwd, ...addedDirectories.map((named) => resolvePlace(named, cwd, homeDirectory))];
  const waitingBelow = new Map<string, readonly WaitingRule[]>();
  let { broad, walked } = phase;
  for (const { path, isRead } of phase.targets) {
    if (isRead) resolution.noteRead(path);
    if (path === cwd || !working.some((directory) => isInside(path, directory))) continue;
    broad = await visitMatching(resolution, broad, path);
    const places = placesBelow(resolution, path, phase);
    for (const place of places) await visitBelow(resolution, place, { path, phase, waitingBelow });
    walked = await visitMatching(resolution, walked, path);
    for (const place of places) await visitAgentsOnRead(resolution, phase.agents, place);
  }
}

function placesBelow(
  resolution: Resolution,
  path: string,
  { skips }: ReadPhase,
): readonly InstructionDirectory[] {
  return directoriesDown(resolution.input.cwd, dirname(path))
    .slice(1)
    .map((directory) => ({
      directory,
      trigger: 'read',
      scope: 'folder',
      reason: `loads with ${resolution.short(path)}`,
      ruleReason: `a rule that loads with ${resolution.short(path)}`,
      skips: skips.onRead,
      skipOnRead: skips.onRead.project,
    }));
}

interface Below {
  readonly path: string;
  readonly phase: ReadPhase;
  readonly waitingBelow: Map<string, readonly WaitingRule[]>;
}

async function visitBelow(
  resolution: Resolution,
  place: InstructionDirectory,
  { path, phase, waitingBelow }: Below,
): Promise<void> {
  const { directory } = place;
  let waiting = waitingBelow.get(directory);
  if (waiting === undefined) {
    await resolution.watchDirectory(directory);
    await resolution.watchDirectory(join(directory, '.claude'));
    const targets = phase.targets.map((target) => target.path);
    waiting = await visitInstructions(resolution, place, targets);
  }
  waitingBelow.set(directory, await visitMatching(resolution, waiting, path));
}
