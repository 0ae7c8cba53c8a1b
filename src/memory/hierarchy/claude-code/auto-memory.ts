import { dirname, join } from 'node:path';
import type { ResolveInput } from '../hierarchy.ts';
import { cutIndex, cutTopic, MAX_TOPIC_FILES } from '../limits.ts';
import { isInside, projectSlug, resolvePlace } from '../places.ts';
import type { Resolution } from '../resolution.ts';
import type { MemorySettings } from './settings.ts';
import { isOff, isOn } from './skips.ts';
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

/**
 * Where Claude Code 2.1.330 keeps auto memory: what a host says, the setting, else
 * `projects/<slug of the main checkout>/memory`.
 */
export async function autoMemoryDirectory(input: ResolveInput, settings: MemorySettings): Promise<string> {
  const override = input.environment['CLAUDE_COWORK_MEMORY_PATH_OVERRIDE'];
  if (override) return resolvePlace(override, input.cwd, input.homeDirectory);
  if (settings.autoMemoryDirectory !== undefined) {
    return resolvePlace(settings.autoMemoryDirectory, input.cwd, input.homeDirectory);
  }
  const { environment, repositoryRoot, cwd, reader, homeDirectory } = input;
  const root = repositoryRoot === undefined ? cwd : await canonicalRoot(reader, repositoryRoot);
  const remote = environment['CLAUDE_CODE_REMOTE_MEMORY_DIR'];
  const base = remote ? resolvePlace(remote, cwd, homeDirectory) : input.configDirectory;
  return join(base, 'projects', projectName(input) ?? projectSlug(root), 'memory');
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
  // `0` is stronger than the settings, but not than what switches all memory off, whatever the documentation says.
  if (skipAll !== undefined) return skipAll;
  const variable = environment['CLAUDE_CODE_DISABLE_AUTO_MEMORY'];
  if (isOff(variable)) return undefined;
  if (isOn(variable)) return 'auto memory is off (CLAUDE_CODE_DISABLE_AUTO_MEMORY)';
  if (isOn(environment['CLAUDE_CODE_REMOTE']) && !environment['CLAUDE_CODE_REMOTE_MEMORY_DIR'])
    return 'auto memory is off in a remote session (CLAUDE_CODE_REMOTE)';
  return settings.autoMemoryEnabled === false
    ? 'auto memory is off (autoMemoryEnabled in the settings)'
    : undefined;
}
