import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import { errorCode } from '../../base/io-problem.ts';
import {
  isJsonObject,
  type JsonObject,
  type Migration,
  readVersionedJson,
  renderJson,
  textList,
} from './json-format.ts';
import { isProjectId } from './project-config.ts';

/** What was seen of a project on this machine: hints for finding it again, none of them proof. */
export interface ProjectEvidence {
  /** Commits without parents. */
  readonly roots: readonly string[];
  /** Normalised: `host/path`. */
  readonly remotes: readonly string[];
  readonly commonDirectories: readonly string[];
  /** Roots of working trees, or folders without git; the last is the newest. */
  readonly paths: readonly string[];
}

/** `project.json` in a state directory. */
export interface ProjectState {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  /** The id in the repository's `.varve/config.json` that this project answers to without being that project. */
  readonly insteadOf?: string;
  readonly evidence: ProjectEvidence;
}

export interface FoundState {
  readonly directory: string;
  readonly state: ProjectState;
  /** Set when a newer Varve wrote it. */
  readonly newerVersion?: number;
}

export const NO_EVIDENCE: ProjectEvidence = { roots: [], remotes: [], commonDirectories: [], paths: [] };

/** None yet: version 1 is the first. */
const MIGRATIONS: readonly Migration[] = [];
const MOST_KEPT = 50;

export function projectsDirectory(home: string): string {
  return join(home, 'projects');
}

/** `projects/<slug>-<id8>`: the last eight characters of an id are all chance. */
export function stateDirectoryFor(home: string, name: string, id: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return join(projectsDirectory(home), `${slug === '' ? 'project' : slug}-${id.slice(-8).toLowerCase()}`);
}

/** Every project this machine knows. What cannot be read is passed over. Rejects with Node's errors. */
export async function readStates(files: Files, home: string): Promise<readonly FoundState[]> {
  const directory = projectsDirectory(home);
  if ((await files.status(directory)) === undefined) return [];
  const found: FoundState[] = [];
  for (const entry of await files.readDirectory(directory)) {
    if (entry.kind !== 'directory') continue;
    const state = await readState(files, join(directory, entry.name));
    if (state !== undefined) found.push(state);
  }
  return found;
}

export async function readState(files: Files, directory: string): Promise<FoundState | undefined> {
  try {
    const text = Buffer.from(await files.readFile(join(directory, 'project.json'))).toString('utf8');
    return parseState(directory, text);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Unknown keys of `existing` survive: policies and approvals stand beside the identity. */
export function renderState(state: ProjectState, existing?: string): string {
  const read = existing === undefined ? undefined : readVersionedJson(existing, MIGRATIONS);
  const old = read?.kind === 'current' ? read.value : {};
  const oldEvidence = isJsonObject(old['evidence']) ? old['evidence'] : {};
  return renderJson({ ...state, evidence: { ...oldEvidence, ...state.evidence } }, old);
}

/** Newest last, each once, the oldest dropped beyond 50. */
export function joinEvidence(old: ProjectEvidence, seen: ProjectEvidence): ProjectEvidence {
  const join = (before: readonly string[], now: readonly string[]) =>
    [...before.filter((item) => !now.includes(item)), ...new Set(now)].slice(-MOST_KEPT);
  return {
    roots: join(old.roots, seen.roots),
    remotes: join(old.remotes, seen.remotes),
    commonDirectories: join(old.commonDirectories, seen.commonDirectories),
    paths: join(old.paths, seen.paths),
  };
}

function parseState(directory: string, text: string): FoundState | undefined {
  const read = readVersionedJson(text, MIGRATIONS);
  if (read.kind === 'unreadable') return undefined;
  const { id, name, insteadOf } = read.value as { id?: unknown; name?: unknown; insteadOf?: unknown };
  if (!isProjectId(id)) return undefined;
  const state: ProjectState = {
    version: 1,
    id,
    name: typeof name === 'string' ? name : 'project',
    ...(isProjectId(insteadOf) ? { insteadOf } : {}),
    evidence: parseEvidence(read.value['evidence']),
  };
  return { directory, state, ...(read.kind === 'newer' ? { newerVersion: read.version } : {}) };
}

function parseEvidence(value: unknown): ProjectEvidence {
  const evidence: JsonObject = isJsonObject(value) ? value : {};
  return {
    roots: textList(evidence['roots']).filter((root) => /^[0-9a-f]{40,64}$/.test(root)),
    remotes: textList(evidence['remotes']),
    commonDirectories: textList(evidence['commonDirectories']),
    paths: textList(evidence['paths']),
  };
}
