import { dirname, join } from 'node:path';
import type { ResolveInput } from '../hierarchy.ts';
import { cutIndex, cutTopic, MAX_TOPIC_FILES } from '../limits.ts';
import { isInside, projectSlug, resolvePlace } from '../places.ts';
import type { Resolution } from '../resolution.ts';
import type { MemorySettings } from './settings.ts';
import { canonicalRoot } from './worktree.ts';

/**
 * Claude Code's own memory of the project: the index loads last, the topic files are recalled when a prompt
 * fits. `skipAll` is why no memory loads at all.
 */
export async function visitAutoMemory(resolution: Resolution, skipAll: string | undefined): Promise<void> {
  const { input, settings } = resolution;
  if (!input.trusted) return;
  const directory = await autoMemoryDirectory(input, settings);
  await watchNearest(resolution, directory);
  const skip = reasonOff(input, settings, skipAll);
  const index = join(directory, 'MEMORY.md');
  await resolution.visit({
    path: index,
    scope: 'auto',
    state: 'loaded',
    reason: "index of Claude Code's own memory of this project",
    skip,
    cut: cutIndex,
    isAutoMemory: true,
  });
  const names = (await input.reader.list(directory)).filter(
    ({ name, kind }) => kind === 'file' && name.endsWith('.md'),
  );
  for (const { name } of names.filter((entry) => entry.name !== 'MEMORY.md').slice(0, MAX_TOPIC_FILES)) {
    await resolution.visit({
      path: join(directory, name),
      scope: 'auto',
      state: 'on-demand',
      reason: 'recalled when its description fits a prompt',
      skip,
      cut: cutTopic,
      isAutoMemory: true,
    });
  }
}

/** Where Claude Code 2.1.330 keeps auto memory: the setting, else `projects/<slug of the main checkout>/memory`. */
export async function autoMemoryDirectory(input: ResolveInput, settings: MemorySettings): Promise<string> {
  if (settings.autoMemoryDirectory !== undefined) {
    return resolvePlace(settings.autoMemoryDirectory, input.cwd, input.homeDirectory);
  }
  const root =
    input.repositoryRoot === undefined ? input.cwd : await canonicalRoot(input.reader, input.repositoryRoot);
  return join(input.configDirectory, 'projects', projectName(input) ?? projectSlug(root), 'memory');
}

// It may not be there yet: then its first existing parent is where it would appear.
async function watchNearest(resolution: Resolution, directory: string): Promise<void> {
  let nearest = directory;
  while (!(await resolution.exists(nearest)) && nearest !== dirname(nearest)) nearest = dirname(nearest);
  const isNear = isInside(nearest, resolution.input.configDirectory) || nearest === directory;
  if (isNear) await resolution.watchDirectory(nearest);
}

function projectName({ environment }: ResolveInput): string | undefined {
  const name = environment['CLAUDE_CODE_PROJECT_DIR_NAME'];
  if (name === undefined || !environment['CLAUDE_CONFIG_DIR'] || !/^[A-Za-z0-9_-]{1,64}$/.test(name))
    return undefined;
  return /^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(name) ? undefined : name;
}

function reasonOff(
  { environment }: ResolveInput,
  settings: MemorySettings,
  skipAll: string | undefined,
): string | undefined {
  const variable = environment['CLAUDE_CODE_DISABLE_AUTO_MEMORY'];
  // `0` forces it on, even where everything else is off.
  if (variable === '0' || variable === 'false') return undefined;
  if (variable) return 'auto memory is off (CLAUDE_CODE_DISABLE_AUTO_MEMORY)';
  if (skipAll !== undefined) return skipAll;
  return settings.autoMemoryEnabled === false
    ? 'auto memory is off (autoMemoryEnabled in the settings)'
    : undefined;
}
