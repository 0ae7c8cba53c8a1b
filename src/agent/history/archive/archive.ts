import { join } from 'node:path';
import { readIfThere, replaceFile } from '../../../base/atomic-write.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Files } from '../../../base/files.ts';
import { sha256 } from '../../../base/hash.ts';
import { errorCode, ioProblem } from '../../../base/io-problem.ts';
import { acquireLock, type LockOwner } from '../../../base/lock.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { SessionFile } from '../history-reader.ts';
import { type Manifest, manifestName, parseManifest, renderManifest } from './manifest.ts';
import { PieceStore } from './piece-store.ts';

/** Where sessions of other programs are kept, and who writes there. */
export interface ArchiveSurroundings {
  readonly files: Files;
  readonly clock: Clock;
  readonly owner: LockOwner;
  /** Absolute, see {@link archiveDirectory}; made at the first write, mode 0700. */
  readonly directory: string;
}

export interface ArchiveProblem {
  /** Node's code where the disk said no. */
  readonly code?: string;
  readonly message: string;
}

/** A session that the archive holds. */
export interface KeptSession {
  readonly manifest: Manifest;
  /** From the archive's directory, `/` between the parts. */
  readonly name: string;
  /** SHA-256 of the manifest as it stands. */
  readonly hash: string;
  /** Set when a newer Varve wrote it: it is read and never written. */
  readonly newerVersion?: number;
}

export interface ArchiveListing {
  readonly sessions: readonly KeptSession[];
  /** Manifests that cannot be read, in sentences; what they name stays. */
  readonly problems: readonly string[];
}

/** Directories of the archive that hold no manifests. */
const NOT_TOOLS: ReadonlySet<string> = new Set(['objects', 'lock']);
const LOCK_WAIT_MS = 10_000;

/** One archive a person: a session may belong to no project, or turn out to belong to another one. */
export function archiveDirectory(varveHome: string): string {
  return join(varveHome, 'archive');
}

export function pieceStore({
  files,
  directory,
}: Pick<ArchiveSurroundings, 'files' | 'directory'>): PieceStore {
  return new PieceStore(files, join(directory, 'objects'));
}

/** What is kept of a session; undefined where nothing is. Fails where that cannot be read. */
export async function findKept(
  { files, directory }: Pick<ArchiveSurroundings, 'files' | 'directory'>,
  session: Pick<SessionFile, 'tool' | 'path'>,
): Promise<Result<KeptSession | undefined, ArchiveProblem>> {
  return readKept(files, directory, manifestName(session));
}

/** Everything that is kept, or what of it has one of these names; the last changed first. Never rejects. */
export async function listKept(
  { files, directory }: Pick<ArchiveSurroundings, 'files' | 'directory'>,
  asked?: ReadonlySet<string>,
): Promise<ArchiveListing> {
  const sessions: KeptSession[] = [];
  const { names, problems } = await manifestNames(files, directory);
  for (const name of names) {
    if (asked && !asked.has(name)) continue;
    const read = await readKept(files, directory, name);
    if (!read.ok) problems.push(read.error.message);
    else if (read.value !== undefined) sessions.push(read.value);
  }
  sessions.sort((one, other) => other.manifest.modified - one.manifest.modified);
  return { sessions, problems };
}

interface ManifestNames {
  /** `<tool>/<file>` */
  readonly names: readonly string[];
  /** Directories that hold manifests. */
  readonly tools: readonly string[];
  readonly problems: string[];
}

/** Names of all manifests, also of what cannot be read as one, and of tools that only a newer Varve knows. */
export async function manifestNames(files: Files, directory: string): Promise<ManifestNames> {
  const names: string[] = [];
  const tools: string[] = [];
  const problems: string[] = [];
  const entriesOf = async (path: string) => {
    try {
      return (await files.status(path)) === undefined ? [] : await files.readDirectory(path);
    } catch (error) {
      problems.push(ioProblem(error, `read ${path}`).message);
      return [];
    }
  };
  for (const tool of await entriesOf(directory)) {
    if (tool.kind !== 'directory' || NOT_TOOLS.has(tool.name)) continue;
    tools.push(tool.name);
    const entries = await entriesOf(join(directory, tool.name));
    const found = entries.filter(({ name, kind }) => kind === 'file' && isManifest(name));
    names.push(...found.map(({ name }) => `${tool.name}/${name}`));
  }
  return { names, tools, problems };
}

/** Drafts of a write that was killed begin with a dot. */
function isManifest(name: string): boolean {
  return name.endsWith('.json') && !name.startsWith('.');
}

async function readKept(
  files: Files,
  directory: string,
  name: string,
): Promise<Result<KeptSession | undefined, ArchiveProblem>> {
  const path = join(directory, name);
  try {
    const bytes = await readIfThere(files, path);
    if (bytes === null) return success(undefined);
    const parsed = parseManifest(Buffer.from(bytes).toString('utf8'));
    if (parsed.kind === 'unreadable')
      return failure({
        message: `${path} cannot be used: ${parsed.message}. What it names stays in the archive.`,
      });
    return success({ ...parsed, name, hash: sha256(bytes) });
  } catch (error) {
    return failure(ioProblem(error, `read ${path}`));
  }
}

/** Does something as the only writer. What it throws becomes a sentence. */
export async function underArchiveLock<T>(
  { files, clock, owner, directory }: ArchiveSurroundings,
  doing: string,
  act: () => Promise<Result<T, ArchiveProblem>>,
): Promise<Result<T, ArchiveProblem>> {
  try {
    await files.makeDirectory(directory, 0o700);
  } catch (error) {
    return failure(ioProblem(error, `make ${directory}`));
  }
  const path = join(directory, 'lock');
  const lock = await acquireLock({ files, clock, owner, path, timeoutMs: LOCK_WAIT_MS });
  if (!lock.ok) return failure({ message: lock.error.message });
  try {
    return await act();
  } catch (error) {
    // What has no code is a sentence of our own.
    const isOurs = error instanceof Error && errorCode(error) === undefined;
    return failure(isOurs ? { message: error.message } : ioProblem(error, doing));
  } finally {
    await lock.value.release();
  }
}

/** Under the lock. `before`: what was read of it; undefined for a session that is new. */
export async function writeManifest(
  { files, directory }: ArchiveSurroundings,
  manifest: Manifest,
  before: KeptSession | undefined,
): Promise<Result<void, ArchiveProblem>> {
  if (before?.newerVersion !== undefined)
    return failure({
      message: `${before.name} was written by a newer Varve (format ${before.newerVersion}). Update Varve to change it.`,
    });
  const path = join(directory, before?.name ?? manifestName(manifest));
  const existing = before === undefined ? undefined : await readIfThere(files, path);
  const text = existing ? Buffer.from(existing).toString('utf8') : undefined;
  await files.makeDirectory(join(directory, manifest.tool), 0o700);
  const bytes = Buffer.from(renderManifest(manifest, text));
  const expected = before?.hash ?? null;
  const written = await replaceFile(files, { path, expected, bytes, mode: 0o600 });
  return written.ok ? success(undefined) : failure({ message: written.error.message });
}
