import { join, sep } from 'node:path';
import type { ResolvedFile, ResolvedHierarchy } from '../hierarchy/hierarchy.ts';
import type { Places } from '../inbox/places.ts';
import type { Project } from '../project/project.ts';
import type { WorkspaceChange } from './memory-workspace.ts';

// A watch costs about a millisecond and 30 KB for each directory.
const MAX_NESTED_WATCHES = 256;

/**
 * What to watch for a hierarchy. Of files that wait in folders of their own the first 256 only: the others are
 * compared with the disk whenever something is read, and an editor that watches the whole folder tells of them.
 */
export function hierarchyPaths({
  files,
  watch,
}: Pick<ResolvedHierarchy, 'files' | 'watch'>): readonly string[] {
  const waiting = files.filter(isNested).map(({ path }) => path);
  const unwatched = new Set(waiting.slice(MAX_NESTED_WATCHES));
  return unwatched.size === 0 ? watch : watch.filter((path) => !unwatched.has(path));
}

function isNested({ scope, state }: ResolvedFile): boolean {
  return state !== 'loaded' && (scope === 'folder' || scope === 'local');
}

/** What to watch beyond the hierarchy: records, proposals, and where git says that HEAD or a tag moved. */
export function projectPaths(project: Project, places: Places): readonly string[] {
  const seen = join(project.stateDirectory, 'seen.json');
  const records = [places.base, places.memory, places.proposed, places.machineInbox, seen];
  if (project.gitDirectory === undefined) return records;
  const common = project.commonDirectory ?? project.gitDirectory;
  return [
    ...records,
    join(project.gitDirectory, 'HEAD'),
    join(project.gitDirectory, 'logs', 'HEAD'),
    join(common, 'packed-refs'),
    join(common, 'refs', 'tags'),
  ];
}

/** What a change of these paths means, most far-reaching first. */
export function changesOf(
  paths: readonly string[],
  project: Project,
  places: Places,
): readonly WorkspaceChange[] {
  const kinds = new Set<WorkspaceChange>();
  for (const path of paths) kinds.add(changeOf(path, project, places));
  return (['project', 'records', 'inbox', 'hierarchy'] as const).filter((kind) => kinds.has(kind));
}

function changeOf(path: string, project: Project, places: Places): WorkspaceChange {
  if (path === join(places.base, 'config.json')) return 'project';
  if (within(path, places.proposed) || within(path, places.machineInbox)) return 'inbox';
  if (path === join(project.stateDirectory, 'seen.json')) return 'inbox';
  if (within(path, places.memory)) return 'records';
  const gitDirectories = [project.gitDirectory, project.commonDirectory].filter(
    (directory) => directory !== undefined,
  );
  return gitDirectories.some((directory) => within(path, directory)) ? 'project' : 'hierarchy';
}

function within(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory + sep);
}
