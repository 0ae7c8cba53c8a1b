import { basename, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { createUlid } from '../../base/ids.ts';
import { errorCode, type IoProblem, ioProblem } from '../../base/io-problem.ts';
import { canWrite } from '../../base/node-files.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { compareAll } from './compare-projects.ts';
import { type Doubt, matchProject } from './match-project.ts';
import { isProjectId, type ParsedConfig, parseProjectConfig } from './project-config.ts';
import { type FoundState, readStates, stateDirectoryFor } from './project-state.ts';
import {
  askForRepository,
  findRepository,
  type RepositoryPlace,
  readRepository,
} from './repository-place.ts';

export interface Project {
  /** ULID, minted once. */
  readonly id: string;
  readonly name: string;
  /** Real path of the git top level; without git, of the folder. */
  readonly root: string;
  /** Real path of the folder that was opened. */
  readonly folder: string;
  readonly gitDirectory?: string;
  /** Shared by all worktrees of a repository. */
  readonly commonDirectory?: string;
  /** Names the worktree in ledger and journals: its root path. */
  readonly worktree: string;
  /** Absolute; may not exist until `ensureStateDirectory`. */
  readonly stateDirectory: string;
  readonly isSetUp: 'no' | 'repository' | 'private';
  /** Record kinds that `.varve/config.json` keeps; undefined where it does not say. */
  readonly kinds?: readonly string[];
  /** A sentence; set when nothing may be written. */
  readonly readOnly?: string;
  /** The id in `.varve/config.json` where a person said that this is another project. */
  readonly insteadOf?: string;
  /** A person said that it is none of those that came into question. */
  readonly isChosenNew?: boolean;
}

export interface ProjectCandidate {
  readonly id: string;
  readonly name: string;
  /** Where it was seen last. */
  readonly path: string | undefined;
  /** Why it may be the one, and what speaks against it: a sentence. */
  readonly why: string;
}

export type ProjectProblem =
  | { readonly kind: 'no-folder'; readonly message: string }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly ProjectCandidate[]; readonly message: string }
  | IoProblem;

export interface ProjectSurroundings {
  readonly files: Files;
  readonly git: (directory: string) => Git;
  readonly clock: Clock;
  /** `$VARVE_HOME`, absolute. */
  readonly home: string;
  readonly random: (count: number) => Uint8Array;
  /** Whether an existing file or directory may be written; asks the system unless told. */
  readonly canWrite?: (path: string) => Promise<boolean>;
}

export interface OpenOptions {
  /** Settles an ambiguity: the id of a candidate, or `new`. */
  readonly choose?: string | undefined;
  /** The id that an earlier look minted and nothing was written with yet: kept where the project is still new. */
  readonly provisionalId?: string | undefined;
  /** Restricted Mode: no process is started; the repository is found by reading files. */
  readonly restricted?: boolean;
}

/**
 * Finds out which project a folder belongs to: by the id in `.varve/config.json`, else by what this machine saw of
 * its projects (git directories, root commits, remotes, paths), else a new one. Reads only: nothing is written for
 * just looking, so a new project has another id at every look (see `provisionalId`) until `ensureStateDirectory`.
 * A doubt is a problem of kind `ambiguous`: ask, open again with `choose`, and make the answer last by
 * `ensureStateDirectory`.
 */
export async function openProject(
  surroundings: ProjectSurroundings,
  folder: string,
  options: OpenOptions = {},
): Promise<Result<Project, ProjectProblem>> {
  const { files } = surroundings;
  // Before anything else: it takes longest, and who opens a project has other things to load.
  const asking = options.restricted ? undefined : askForRepository(surroundings.git(folder));
  try {
    const realFolder = await files.realPath(folder);
    if ((await files.status(realFolder))?.kind !== 'directory') return failure(noFolder(folder));
    const place =
      asking === undefined
        ? await readRepository(files, realFolder)
        : await findRepository(files, await asking, realFolder);
    return await identify(surroundings, realFolder, place, options);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return failure(noFolder(folder));
    return failure(ioProblem(error, `open ${folder}`));
  }
}

/** `.varve` of the repository, or the state directory in private mode: what stands in both has the same layout. */
export function memoryDirectory(project: Project): string {
  return project.isSetUp === 'private' ? project.stateDirectory : join(project.root, '.varve');
}

async function identify(
  surroundings: ProjectSurroundings,
  folder: string,
  place: RepositoryPlace,
  options: OpenOptions,
): Promise<Result<Project, ProjectProblem>> {
  const config = await readConfig(surroundings.files, place.root);
  const configId =
    config?.kind === 'config' ? config.config.id : config?.kind === 'newer' ? config.id : undefined;
  const states = await readStates(surroundings.files, surroundings.home);
  const chosen = await choose(surroundings, place, states, configId, options);
  if (!chosen.ok) return chosen;
  const name = basename(place.root) || place.root;
  const id = chosen.value?.state.id ?? idForNew(surroundings, states, configId, options);
  const stateDirectory = chosen.value?.directory ?? stateDirectoryFor(surroundings.home, name, id);
  const readOnly = await whyReadOnly(surroundings, place.root, config, chosen.value, options);
  return success({
    id,
    name,
    ...place,
    folder,
    worktree: place.root,
    stateDirectory,
    isSetUp: config === undefined ? await isPrivate(surroundings.files, stateDirectory) : 'repository',
    ...(config?.kind === 'config' && config.config.kinds.length > 0 ? { kinds: config.config.kinds } : {}),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(configId === undefined || configId === id ? {} : { insteadOf: configId }),
    ...(options.choose === 'new' ? { isChosenNew: true } : {}),
  });
}

/** The known project this is; undefined for a new one. */
async function choose(
  { files, git: gitFor }: ProjectSurroundings,
  place: RepositoryPlace,
  states: readonly FoundState[],
  configId: string | undefined,
  options: OpenOptions,
): Promise<Result<FoundState | undefined, ProjectProblem>> {
  if (options.choose === 'new') return success(undefined);
  const named = states.find(({ state }) => state.id === options.choose);
  if (named !== undefined) return success(named);
  const git = options.restricted || place.commonDirectory === undefined ? undefined : gitFor(place.root);
  const match = matchProject(await compareAll(files, { place, git, configId }, states), configId);
  if (match.kind === 'known') return success(match.found);
  return match.kind === 'new' ? success(undefined) : failure(ambiguous(match.doubts));
}

function idForNew(
  { clock, random }: ProjectSurroundings,
  states: readonly FoundState[],
  configId: string | undefined,
  options: OpenOptions,
): string {
  // Said to be new although its id is another project's here: it needs one of its own.
  const isTaken = options.choose === 'new' && states.some(({ state }) => state.id === configId);
  if (configId !== undefined && !isTaken) return configId;
  return isProjectId(options.provisionalId) ? options.provisionalId : createUlid(clock.now(), random(10));
}

async function readConfig(files: Files, root: string): Promise<ParsedConfig | undefined> {
  const path = join(root, '.varve', 'config.json');
  const status = await files.status(path);
  if (status === undefined) return undefined;
  if (status.kind !== 'file') return { kind: 'unreadable', message: 'it is not a file' };
  return parseProjectConfig(Buffer.from(await files.readFile(path)).toString('utf8'));
}

async function isPrivate(files: Files, stateDirectory: string): Promise<'no' | 'private'> {
  const status = await files.status(join(stateDirectory, 'config.json'));
  return status?.kind === 'file' ? 'private' : 'no';
}

async function whyReadOnly(
  { files, home, canWrite: mayWrite = canWrite }: ProjectSurroundings,
  root: string,
  config: ParsedConfig | undefined,
  found: FoundState | undefined,
  options: OpenOptions,
): Promise<string | undefined> {
  if (options.restricted)
    return 'This folder is not trusted yet, so Varve only reads it. Trust it to change memory.';
  const newer = config?.kind === 'newer' ? config.version : found?.newerVersion;
  if (newer !== undefined) {
    return `This project was written by a newer Varve (format ${newer}). Update Varve to change its memory.`;
  }
  if (config?.kind === 'unreadable') {
    return `${join(root, '.varve', 'config.json')} cannot be used: ${config.message}. Correct it to change memory.`;
  }
  for (const path of [root, await nearestExisting(files, home)]) {
    if (!(await mayWrite(path))) return `${path} is read-only, so memory can be seen but not changed.`;
  }
  return undefined;
}

async function nearestExisting(files: Files, path: string): Promise<string> {
  const parent = join(path, '..');
  return parent === path || (await files.status(path)) !== undefined ? path : nearestExisting(files, parent);
}

function ambiguous(doubts: readonly Doubt[]): ProjectProblem {
  const candidates = doubts.map(({ found: { state }, why }) => ({
    id: state.id,
    name: state.name,
    path: state.evidence.paths.at(-1),
    why,
  }));
  const names = candidates
    .map(({ name, path }) => (path === undefined ? name : `${name} (${path})`))
    .join(', ');
  const message = `This folder may belong to a project that Varve knows: ${names}. Choose that one, or a new project.`;
  return { kind: 'ambiguous', candidates, message };
}

function noFolder(folder: string): ProjectProblem {
  return { kind: 'no-folder', message: `The folder ${folder} is not there. Open a folder that exists.` };
}
