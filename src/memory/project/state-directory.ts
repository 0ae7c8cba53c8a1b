import { join } from 'node:path';
import { readIfThere, replaceFile } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { type IoProblem, ioProblem } from '../../base/io-problem.ts';
import { acquireLock, type LockOwner, type LockProblem } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { compareAll } from './compare-projects.ts';
import { matchProject } from './match-project.ts';
import type { Project, ProjectSurroundings } from './project.ts';
import {
  type FoundState,
  joinEvidence,
  NO_EVIDENCE,
  type ProjectEvidence,
  type ProjectState,
  projectsDirectory,
  readState,
  readStates,
  renderState,
} from './project-state.ts';
import { normalisedRemotes, rootCommits } from './repository-facts.ts';

export type StateProblem =
  | { readonly kind: 'read-only'; readonly message: string }
  | { readonly kind: 'busy'; readonly message: string }
  | IoProblem;

type StateSurroundings = ProjectSurroundings & { readonly owner: LockOwner };

const LOCK_TIMEOUT_MS = 10_000;

/**
 * Makes the state directory (mode 0700) with its `project.json` and remembers what was seen of the project. Answers
 * the project to go on with: another process may have given this folder its place first.
 */
export async function ensureStateDirectory(
  surroundings: StateSurroundings,
  project: Project,
): Promise<Result<Project, StateProblem>> {
  if (project.readOnly !== undefined) return failure({ kind: 'read-only', message: project.readOnly });
  const { files, home, clock, owner } = surroundings;
  try {
    const standing = await readState(files, project.stateDirectory);
    if (standing?.state.id === project.id && isRemembered(standing, project)) return success(project);
    await files.makeDirectory(home, 0o700);
    await files.makeDirectory(projectsDirectory(home), 0o700);
    const path = join(home, 'lock');
    const lock = await acquireLock({ files, path, clock, owner, timeoutMs: LOCK_TIMEOUT_MS });
    if (!lock.ok) return failure(fromLockProblem(lock.error));
    try {
      return await remember(surroundings, await adopt(surroundings, project));
    } finally {
      await lock.value.release();
    }
  } catch (error) {
    return failure(ioProblem(error, `make ${project.stateDirectory}`));
  }
}

function fromLockProblem(problem: LockProblem): StateProblem {
  return problem.kind === 'io' ? problem : { kind: 'busy', message: problem.message };
}

/** Under the lock: the project as another process wrote it meanwhile, where it did. */
async function adopt(surroundings: StateSurroundings, project: Project): Promise<Project> {
  const states = await readStates(surroundings.files, surroundings.home);
  const isCertain = project.isChosenNew || project.isSetUp === 'repository';
  if (isCertain || states.some(({ state }) => state.id === project.id)) return project;
  const git = project.commonDirectory === undefined ? undefined : surroundings.git(project.root);
  const match = matchProject(
    await compareAll(surroundings.files, { place: project, git }, states),
    undefined,
  );
  if (match.kind !== 'known') return project;
  return { ...project, id: match.found.state.id, stateDirectory: match.found.directory };
}

async function remember(
  { files, git }: StateSurroundings,
  project: Project,
): Promise<Result<Project, StateProblem>> {
  await files.makeDirectory(project.stateDirectory, 0o700);
  const path = join(project.stateDirectory, 'project.json');
  const existing = await readIfThere(files, path);
  const known = await readState(files, project.stateDirectory);
  if (existing !== null && known === undefined) await keepAside(files, path, existing);
  const seen: ProjectEvidence = {
    roots: project.commonDirectory === undefined ? [] : await rootCommits(git(project.root)),
    remotes: project.commonDirectory === undefined ? [] : await normalisedRemotes(git(project.root)),
    commonDirectories: project.commonDirectory === undefined ? [] : [project.commonDirectory],
    paths: [project.root],
  };
  const state: ProjectState = {
    version: 1,
    id: project.id,
    name: project.name,
    ...(project.insteadOf === undefined ? {} : { insteadOf: project.insteadOf }),
    evidence: joinEvidence(known?.state.evidence ?? NO_EVIDENCE, seen),
  };
  const text = renderState(state, existing === null ? undefined : Buffer.from(existing).toString('utf8'));
  const expected = existing === null ? null : sha256(existing);
  const written = await replaceFile(files, { path, expected, bytes: Buffer.from(text), mode: 0o600 });
  if (written.ok) return success(project);
  if (written.error.kind === 'io') return failure(written.error);
  return failure({ kind: 'busy', message: `${path} was changed meanwhile. Try again.` });
}

function isRemembered({ state }: FoundState, project: Project): boolean {
  const { paths, commonDirectories } = state.evidence;
  const isCommonKnown =
    project.commonDirectory === undefined || commonDirectories.includes(project.commonDirectory);
  return isCommonKnown && paths.includes(project.root);
}

/** A damaged file is not thrown away: approvals may still be read from it by eye. */
async function keepAside(files: Files, path: string, content: Uint8Array): Promise<void> {
  await files.writeNew(`${path}.damaged-${sha256(content).slice(0, 12)}`, content, 0o600).catch(() => {});
}
