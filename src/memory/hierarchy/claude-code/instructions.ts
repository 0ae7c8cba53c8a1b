import { join } from 'node:path';
import type { Candidate } from '../candidate.ts';
import type { Scope } from '../hierarchy.ts';
import { visitWithImports } from '../imports.ts';
import type { Resolution } from '../resolution.ts';
import { visitRules, type WaitingRule } from './rules.ts';
import type { Skips } from './skips.ts';

/** One directory of the walk, and how its files are spoken of. */
export interface InstructionDirectory {
  readonly directory: string;
  /** What brings its files in. */
  readonly trigger: 'start' | 'read';
  readonly scope: Scope;
  readonly reason: string;
  /** The same for its rules without `paths:`. */
  readonly ruleReason: string;
  readonly skips: Omit<Skips, 'user'>;
  /** Why its rules with `paths:` do not load. */
  readonly skipOnRead: string | undefined;
}

export const plainRuleReason = 'a rule without paths: it always loads';

/**
 * The files of one directory in the order of Claude Code 2.1.330: CLAUDE.md, rules and then the local file at the
 * start, the local file before the rules on a read. Answers the rules that a file in use calls for.
 */
export async function visitInstructions(
  resolution: Resolution,
  place: InstructionDirectory,
  targets: readonly string[],
): Promise<readonly WaitingRule[]> {
  const { directory, trigger, scope, reason, skips } = place;
  const visit = (path: string, changes: Partial<Candidate> = {}) =>
    visitWithImports(resolution, {
      path,
      scope,
      state: 'loaded',
      trigger,
      reason,
      skip: skips.project,
      ...changes,
    });
  const visitLocal = () =>
    visit(localFile(directory), {
      scope: 'local',
      skip: skips.local,
      reason: `${reason}, yours alone`,
    });
  for (const path of claudeFiles(directory)) await visit(path);
  if (trigger === 'read') await visitLocal();
  const waiting = await visitRules(resolution, {
    directory: join(directory, '.claude', 'rules'),
    base: directory,
    scope: 'rules',
    state: 'loaded',
    trigger,
    targets,
    reason: place.ruleReason,
    skip: skips.project,
    skipOnRead: place.skipOnRead,
  });
  if (trigger === 'start') await visitLocal();
  return waiting;
}

export function claudeFiles(directory: string): string[] {
  return [join(directory, 'CLAUDE.md'), join(directory, '.claude', 'CLAUDE.md')];
}

export function localFile(directory: string): string {
  return join(directory, 'CLAUDE.local.md');
}

export function agentsFiles(directory: string): string[] {
  return [join(directory, 'AGENTS.md'), join(directory, '.claude', 'AGENTS.md')];
}
