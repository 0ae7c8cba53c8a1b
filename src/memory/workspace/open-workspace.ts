import { type Result, success } from '../../base/result.ts';
import type { MemoryProblem, MemoryWorkspace } from './memory-workspace.ts';
import { OpenProject } from './open-project.ts';
import { ProjectWorkspace } from './project-workspace.ts';
import type { WorkspaceSurroundings } from './surroundings.ts';

/**
 * Opens the memory of a folder. Reads what identifies the project and nothing else; nothing is written and nothing is
 * watched until asked for.
 */
export async function openMemoryWorkspace(
  surroundings: WorkspaceSurroundings,
): Promise<Result<MemoryWorkspace, MemoryProblem>> {
  const opened = await OpenProject.open(surroundings);
  return opened.ok ? success(new ProjectWorkspace(opened.value)) : opened;
}
