import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FileStatus, Files } from '../../../base/files.ts';
import { sha256 } from '../../../base/hash.ts';
import { objectPath, storeObject } from '../object-store.ts';
import type { KnownContent, KnownFiles } from './known-files.ts';
import type { LeftReason, ManifestEntry } from './manifest.ts';
import type { CommitEntry } from './tree-changes.ts';

/** A file that git does not track is kept up to this size. */
export const MAX_UNTRACKED_BYTES = 5 * 1024 * 1024;
/** A tracked one up to this: it is read into memory. */
export const MAX_TRACKED_BYTES = 64 * 1024 * 1024;

export interface PathRequest {
  readonly path: string;
  /** What the commit has there; null for nothing. */
  readonly commit: CommitEntry | null;
  readonly tracked: boolean;
  /** Kept even where it is the commit's: git's own idea of its bytes is not to be relied on. */
  readonly always: boolean;
}

export interface DescribeSurroundings {
  readonly files: Files;
  readonly root: string;
  readonly objectsDirectory: string;
  readonly known: KnownFiles;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  /** False where the system has no executable bit. */
  readonly hasModes: boolean;
}

/** How a path stands: an entry, nothing to say because it is the commit's, or why it cannot be kept. */
export type Description = ManifestEntry | 'as-commit' | { readonly path: string; readonly why: LeftReason };

/** Looks at one path and keeps its bytes in `objects/` where they count. Rejects where the object cannot be written. */
export async function describePath(around: DescribeSurroundings, request: PathRequest): Promise<Description> {
  const { path } = request;
  const absolute = join(around.root, path);
  let status: FileStatus | undefined;
  try {
    status = await around.files.linkStatus(absolute);
    if (status?.kind === 'link') return await describeLink(around, request);
  } catch {
    return { path, why: 'unreadable' };
  }
  // A directory stands where a file was: what is in it has paths of its own.
  if (status === undefined || status.kind === 'directory') {
    return request.commit === null ? 'as-commit' : { path, kind: 'absent' };
  }
  if (status.kind !== 'file') return { path, why: 'no-file' };
  const limit = request.tracked ? MAX_TRACKED_BYTES : MAX_UNTRACKED_BYTES;
  if (status.size > limit) return { path, why: 'too-large' };
  return describeFile(around, request, status);
}

async function describeLink(around: DescribeSurroundings, request: PathRequest): Promise<Description> {
  const { path, commit, always } = request;
  const target = await around.files.readLink(join(around.root, path));
  if (target.includes('\uFFFD')) return { path, why: 'unreadable' };
  const isSame = commit?.mode === '120000' && oidOf(Buffer.from(target), commit.oid) === commit.oid;
  return isSame && !always ? 'as-commit' : { path, kind: 'link', target };
}

async function describeFile(
  around: DescribeSurroundings,
  { path, commit, always }: PathRequest,
  status: FileStatus,
): Promise<Description> {
  const content = await contentOf(around, path, commit, status);
  if (content === undefined) return { path, why: 'unreadable' };
  if (!always && commit !== null && content.oid === commit.oid && isSameMode(around, commit, status))
    return 'as-commit';
  const { object } = content;
  if (!(await hasObject(around, object, status.size))) {
    const bytes = content.bytes ?? (await readWhole(around, path));
    // Changed since it was looked at: as it is now, it is another content.
    if (bytes === undefined || sha256(bytes) !== object) return { path, why: 'unreadable' };
    await storeObject(around.files, around.objectsDirectory, bytes);
  }
  return { path, kind: 'file', mode: status.mode & 0o777, object, size: status.size };
}

async function contentOf(
  around: DescribeSurroundings,
  path: string,
  commit: CommitEntry | null,
  status: FileStatus,
): Promise<(KnownContent & { readonly bytes?: Uint8Array }) | undefined> {
  const known = around.known.find(path, status);
  if (known !== undefined && (commit === null || known.oid !== undefined)) return known;
  const bytes = await readWhole(around, path);
  if (bytes === undefined) return undefined;
  const content = { object: sha256(bytes), oid: commit === null ? undefined : oidOf(bytes, commit.oid) };
  if (bytes.length === status.size) around.known.remember(path, status, content, around.readAt);
  return { ...content, bytes };
}

function isSameMode({ hasModes }: DescribeSurroundings, commit: CommitEntry, { mode }: FileStatus): boolean {
  if (!commit.mode.startsWith('100')) return false;
  return !hasModes || (commit.mode === '100755') === ((mode & 0o100) !== 0);
}

/** The name git gives to these bytes, by the same hash as another name of it. */
export function oidOf(bytes: Uint8Array, like: string): string {
  const hash = createHash(like.length === 40 ? 'sha1' : 'sha256');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

async function hasObject(around: DescribeSurroundings, object: string, size: number): Promise<boolean> {
  return (await around.files.status(objectPath(around.objectsDirectory, object)))?.size === size;
}

function readWhole({ files, root }: DescribeSurroundings, path: string): Promise<Uint8Array | undefined> {
  return files.readFile(join(root, path)).catch(() => undefined);
}
