import { basename, dirname } from 'node:path';
import { visitWithImports } from '../imports.ts';
import { isInside } from '../places.ts';
import type { Resolution } from '../resolution.ts';
import { type AgentsReading, reasonAgainstNested } from './agents.ts';
import { agentsFiles, claudeFiles, localFile } from './instructions.ts';
import { visitRules } from './rules.ts';
import type { Skips } from './skips.ts';

const MAX_KNOWN_NESTED = 20_000;

/** Nested memory files that somebody else found: they load once a file beside or below them is read. */
export async function visitKnownNested(
  resolution: Resolution,
  { skips, agents }: { readonly skips: Skips; readonly agents: AgentsReading },
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
    const reason = `loads when a file in ${resolution.short(directory)} is read`;
    if (isRule(path)) {
      await visitRules(resolution, {
        directory: dirname(path),
        base: directory,
        scope: 'rules',
        state: 'on-demand',
        trigger: 'read',
        targets: [],
        reason: `a rule that ${reason}`,
        skip: skips.project,
        skipOnRead: skips.project,
      });
      continue;
    }
    const isLocal = basename(path) === 'CLAUDE.local.md';
    const isAgents = basename(path) === 'AGENTS.md';
    const against = isAgents ? await reasonAgainstNested(resolution, agents, directory) : undefined;
    await visitWithImports(resolution, {
      path,
      scope: isLocal ? 'local' : 'folder',
      state: 'on-demand',
      trigger: 'read',
      reason,
      skip: (isLocal ? skips.local : skips.project) ?? against,
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
  const known = [...claudeFiles(owner), ...agentsFiles(owner), localFile(owner)];
  return known.includes(path) ? owner : undefined;
}

function isRule(path: string): boolean {
  return /[/\\]\.claude[/\\]rules[/\\].*\.md$/.test(path);
}
