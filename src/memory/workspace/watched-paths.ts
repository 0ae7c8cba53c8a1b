import { join, sep } from 'node:path';
import type { Places } from '../inbox/places.ts';
import type { Project } from '../project/project.ts';
import type { WorkspaceChange } from './memory-workspace.ts';

/** What to watch beyond the hierarchy: records, proposals, and where git says that HEAD or a tag moved. */
export function projectPaths(project: Project, places: Places): readonly string[] {
  const records = [places.base, places.memory, places.proposed, places.machineInbox];
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
  if (within(path, places.memory)) return 'records';
  const gitDirectories = [project.gitDirectory, project.commonDirectory].filter(
    (directory) => directory !== undefined,
  );
  return gitDirectories.some((directory) => within(path, directory)) ? 'project' : 'hierarchy';
}

function within(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory + sep);
}
