import { basename, dirname, join } from 'node:path';
import type { ResolvedFile } from '../hierarchy.ts';
import { visitWithImports } from '../imports.ts';
import { isInside } from '../places.ts';
import type { Resolution } from '../resolution.ts';
import { agentsFiles, claudeFiles, type InstructionDirectory, localFile } from './instructions.ts';

/** How AGENTS.md is to be read in this project. */
export interface AgentsReading {
  /** Why none of them loads. */
  readonly against: string | undefined;
  /** Whether a CLAUDE.md beside an AGENTS.md below `cwd` claims its folder. */
  readonly standsDown: boolean;
}

/**
 * Why AGENTS.md does not load in this project, judged once the files of the start are known. In the usual mode of
 * Claude Code 2.1.330 it stands down for the whole project where a CLAUDE.md or CLAUDE.local.md from the root down to
 * `cwd` *loads*: one that is empty, too large, excluded or another checkout's does not count, but a local file that
 * `--setting-sources` leaves out does.
 */
export function judgeAgents(resolution: Resolution, directories: readonly string[]): AgentsReading {
  const { instructionMode } = resolution.settings;
  const standsDown = instructionMode === 'claude-md-or-agents-md';
  if (instructionMode === 'claude-md') {
    const reason = 'Claude Code is set to read CLAUDE.md only (Project instructions in /config)';
    return { against: reason, standsDown };
  }
  if (instructionMode === 'managed-only') {
    const reason = 'Claude Code is set to read managed files only (Project instructions in /config)';
    return { against: reason, standsDown };
  }
  const claimer = standsDown ? claimerIn(resolution, directories) : undefined;
  if (claimer === undefined) return { against: undefined, standsDown };
  const name = resolution.short(claimer);
  return {
    against: `${name} is there: Claude Code reads AGENTS.md only in a project without CLAUDE.md`,
    standsDown,
  };
}

/**
 * AGENTS.md of every directory of the walk: behind all else of its directory, before the first file that stands
 * further down (what is imported not counted). It is left out where a project file that loads holds the same text. A
 * directory given with `--add-dir` is asked for none.
 */
export async function visitAgentsAtStart(
  resolution: Resolution,
  { against }: AgentsReading,
  { places, start }: { readonly places: readonly InstructionDirectory[]; readonly start: number },
): Promise<void> {
  const before = [...resolution.files];
  const known = new Set(before);
  let shift = 0;
  for (const { directory, scope, reason, skips } of places) {
    const from = resolution.files.length;
    for (const path of agentsFiles(directory)) {
      await visitWithImports(resolution, {
        path,
        scope,
        state: 'loaded',
        reason,
        skip: skips.project ?? against,
        notAgain: (file) => file.state === 'loaded' && known.has(file) && isProjectFile(file),
      });
    }
    const place = before.findIndex((file, index) => index >= start && standsBelow(file, directory));
    if (place < 0) continue;
    const count = resolution.files.length - from;
    resolution.moveTo(place + shift, from);
    shift += count;
  }
}

function standsBelow({ path, state, parent }: ResolvedFile, directory: string): boolean {
  if (state !== 'loaded' || parent !== undefined) return false;
  const owner = dirname(path).replace(/[/\\]\.claude(?:[/\\]rules(?:[/\\].*)?)?$/, '');
  return owner !== directory && isInside(owner, directory);
}

/** AGENTS.md of a directory below `cwd` that a read brings in. */
export async function visitAgentsOnRead(
  resolution: Resolution,
  reading: AgentsReading,
  place: InstructionDirectory,
): Promise<void> {
  const { directory, scope, reason, skips } = place;
  const against = skips.project ?? (await reasonAgainstNested(resolution, reading, directory));
  for (const path of agentsFiles(directory)) {
    await visitWithImports(resolution, {
      path,
      scope,
      state: 'loaded',
      trigger: 'read',
      reason,
      skip: against,
      notAgain: (file) => file.state === 'loaded' && isProjectFile(file),
    });
  }
}

/** Why AGENTS.md of a directory below `cwd` would not load with a file there. */
export async function reasonAgainstNested(
  resolution: Resolution,
  { against, standsDown }: AgentsReading,
  directory: string,
): Promise<string | undefined> {
  if (against !== undefined || !standsDown) return against;
  for (const path of [...claudeFiles(directory), localFile(directory)]) {
    const row = resolution.files.find((file) => file.path === path);
    const claims = row === undefined ? await resolution.exists(path) : isClaim(resolution, row);
    if (claims) return `a CLAUDE.md stands beside it (${resolution.short(path)})`;
  }
  return undefined;
}

function claimerIn(resolution: Resolution, directories: readonly string[]): string | undefined {
  return resolution.files.findLast(
    (file) => directories.some((directory) => isOf(file, directory)) && isClaim(resolution, file),
  )?.path;
}

function isOf({ path }: ResolvedFile, directory: string): boolean {
  const own = [...claudeFiles(directory), localFile(directory)];
  return own.includes(path) || isInside(path, join(directory, '.claude', 'rules'));
}

function isClaim(resolution: Resolution, file: ResolvedFile): boolean {
  if (!/^CLAUDE(?:\.local)?\.md$/.test(basename(file.path)) || !isProjectFile(file)) return false;
  if (file.state !== 'skipped') return true;
  const { settingSources } = resolution.input;
  return file.scope === 'local' && settingSources !== undefined && !settingSources.includes('local');
}

function isProjectFile({ scope }: ResolvedFile): boolean {
  return scope === 'project' || scope === 'folder' || scope === 'local' || scope === 'rules';
}
