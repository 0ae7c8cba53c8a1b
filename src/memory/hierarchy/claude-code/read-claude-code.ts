import { dirname, join } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import { directoriesFromRoot, isInside } from '../places.ts';
import { Resolution } from '../resolution.ts';
import { judgeAgents, visitAgentsAtStart } from './agents.ts';
import { visitAutoMemory } from './auto-memory.ts';
import { visitKnownNested } from './nested.ts';
import { type Target, visitTargets } from './on-read.ts';
import { defaultSettings, readSettings } from './settings.ts';
import { skipsOf } from './skips.ts';
import { visitManaged, visitUser, visitWalk } from './start.ts';

/**
 * What Claude Code (2.1.330) would put into context for a session started in `cwd`: every candidate with its
 * state and the reason in words, in load order, and the parsed files. Compared with the program itself by the tests in
 * `test/claude-code`. Reads candidates only, never searches the repository, never throws; what does not exist is not
 * listed.
 */
export async function readClaudeCode(input: ResolveInput): Promise<HierarchyReading> {
  const resolution = new Resolution(input, input.trusted ? await readSettings(input) : defaultSettings);
  const skips = skipsOf(input, resolution.settings);
  const targets = await targetsOf(input);
  const start = { targets: targets.map(({ path }) => path), skips };
  const broad = [...(await visitManaged(resolution, start)), ...(await visitUser(resolution, start))];
  const walk = await visitWalk(resolution, start);
  const agents = judgeAgents(
    resolution,
    walk.places.map(({ directory }) => directory),
  );
  await visitAgentsAtStart(resolution, agents, walk);
  await visitAutoMemory(resolution, skips.all);
  await visitTargets(resolution, { targets, skips, agents, broad, walked: walk.waiting });
  await visitKnownNested(resolution, { skips: skips.onRead, agents });
  await watchPlaces(resolution);
  return resolution.finish();
}

// Rules and nested files are found by the name a file was read by, and only where that name and the file itself stand
// in the folder (Claude Code 2.1.330). An editor may show the active file by another name.
async function targetsOf({
  reader,
  cwd,
  activeFile,
  filesRead = [],
}: ResolveInput): Promise<readonly Target[]> {
  const active = activeFile === undefined ? [] : [{ path: activeFile, isRead: false }];
  const all = [...active, ...filesRead.map((path) => ({ path, isRead: true }))];
  return Promise.all(
    all.map(async ({ path, isRead }) => {
      const real = (await reader.realPath(path)) ?? path;
      const isNameUsed = isRead ? !isInside(path, cwd) || isInside(real, cwd) : isInside(path, cwd);
      return { path: isNameUsed ? path : real, isRead };
    }),
  );
}

// Directories in which a file may appear: those of the walk, the repository's, a user's and an organisation's.
async function watchPlaces(resolution: Resolution): Promise<void> {
  const { cwd, repositoryRoot, configDirectory, managedDirectory } = resolution.input;
  const walked = directoriesFromRoot(cwd).filter((directory) => directory !== dirname(directory));
  const own = [...walked, repositoryRoot ?? cwd, managedDirectory];
  for (const directory of own.flatMap((each) => [each, join(each, '.claude')]))
    await resolution.watchDirectory(directory);
  await resolution.watchDirectory(join(managedDirectory, 'managed-settings.d'));
  await resolution.watchDirectory(configDirectory);
}
