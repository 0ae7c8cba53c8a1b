import type { Git } from '../../base/git.ts';
import { readState, readStates } from '../../memory/project/project-state.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { ProjectPlaces } from './catalogue/belongs-to.ts';
import type { MachinePlaces } from './history-reader.ts';
import { type RelinkedSessions, relinkedSessions } from './relink/relinked-sessions.ts';
import { readRelinks } from './relink/relinks-file.ts';

export interface PlacesSurroundings extends MachinePlaces {
  readonly gitFor: (directory: string) => Git;
}

/** Where sessions of this project were worked in: here, in its other working trees, where it was seen before. */
export async function projectPlaces(
  around: PlacesSurroundings,
  workspace: MemoryWorkspace,
): Promise<ProjectPlaces> {
  const { files, gitFor, platform } = around;
  const { root, folder, stateDirectory, sessionsDirectory } = workspace;
  const state = await readState(files, stateDirectory).catch(() => undefined);
  const worktrees = await worktreesOf(gitFor(root));
  const { directories: said, ...relinked } = await relinkedHere(around, stateDirectory);
  const seen = state?.state.evidence.paths ?? [];
  const directories = [...new Set([root, folder, ...worktrees, ...seen, ...said])];
  const ignoreCase = platform === 'win32' || platform === 'darwin';
  return { directories, sessionsDirectory, relinked, ignoreCase };
}

/** What a person answered when a session's folder was gone. */
async function relinkedHere(
  { files, environment, homeDirectory }: PlacesSurroundings,
  stateDirectory: string,
): Promise<RelinkedSessions> {
  const states = await readStates(files, varveHome(environment, homeDirectory)).catch(() => []);
  const others = states.filter(({ directory }) => directory !== stateDirectory);
  const elsewhere = await Promise.all(others.map(({ directory }) => readRelinks(files, directory)));
  return relinkedSessions(await readRelinks(files, stateDirectory), elsewhere.flat());
}

async function worktreesOf(git: Git): Promise<readonly string[]> {
  const answer = await git.text(['worktree', 'list', '--porcelain']);
  if (!answer.ok) return [];
  return answer.value.split('\n').flatMap((line) => (line.startsWith('worktree ') ? [line.slice(9)] : []));
}
