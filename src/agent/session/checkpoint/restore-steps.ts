import type { Files } from '../../../base/files.ts';
import type { Git } from '../../../base/git.ts';
import { sha256 } from '../../../base/hash.ts';
import { objectPath } from '../object-store.ts';
import type { Manifest, ManifestEntry } from './manifest.ts';
import type { PathState } from './tree-states.ts';

/** Where the bytes of a file come from that is put back. */
export type ContentSource =
  | { readonly kind: 'object'; readonly object: string }
  | {
      readonly kind: 'commit';
      readonly commit: string;
      readonly path: string;
      readonly oid: string;
      readonly convert: boolean;
    };

/** How a path shall stand. */
export type Wanted =
  | { readonly kind: 'file'; readonly source: ContentSource; readonly hash: string; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'nothing' };

/** One path to be changed. `now` is what must still stand there; absent for nothing. */
export interface RestoreStep {
  readonly path: string;
  readonly now?: Exclude<ManifestEntry, { readonly kind: 'absent' }>;
  readonly wanted: Wanted;
}

export interface ContentSurroundings {
  readonly files: Files;
  readonly git: Git;
  readonly objectsDirectory: string;
}

/** A path that stands otherwise than it did and is left alone all the same. */
export interface LeftAlone {
  readonly path: string;
  readonly reason: string;
}

const MAX_BLOB_BYTES = 128 * 1024 * 1024;

/** What is to be done at one path; undefined where nothing is. */
export async function stepFor(
  around: ContentSurroundings,
  target: Manifest,
  wanted: PathState,
  now: PathState,
): Promise<RestoreStep | LeftAlone | undefined> {
  const { path } = wanted;
  if (isSameState(wanted, now)) return undefined;
  // Of the commit and without an entry: not checked out here (sparse).
  if (now.kind === 'commit') return undefined;
  if (now.kind === 'unknown') return { path, reason: now.why };
  if (wanted.kind === 'unknown') return { path, reason: wanted.why };
  // Kept whatever git says, so a file that is not among the entries is not there.
  const standing = now.kind === 'file' || now.kind === 'link' ? now : undefined;
  const step = standing === undefined ? { path } : { path, now: standing };
  if (wanted.kind === 'nothing' || wanted.kind === 'absent') {
    return standing && { ...step, wanted: { kind: 'nothing' } };
  }
  const found = await wantedOf(around, target, wanted, standing);
  if (typeof found === 'string') return { path, reason: found };
  return isAlready(found, standing) ? undefined : { ...step, wanted: found };
}

/** The bytes; undefined where they are gone or not what they were. */
export async function readContent(
  { files, git, objectsDirectory }: ContentSurroundings,
  source: ContentSource,
): Promise<Uint8Array | undefined> {
  if (source.kind === 'object') {
    const bytes = await files.readFile(objectPath(objectsDirectory, source.object)).catch(() => undefined);
    return bytes !== undefined && sha256(bytes) === source.object ? bytes : undefined;
  }
  // Filters are off: what git converts here are line ends and encodings.
  const args = source.convert
    ? ['cat-file', '--filters', `${source.commit}:${source.path}`]
    : ['cat-file', 'blob', source.oid];
  const read = await git.bytes(args, { maxBytes: MAX_BLOB_BYTES });
  return read.ok ? read.value : undefined;
}

async function wantedOf(
  around: ContentSurroundings,
  target: Manifest,
  state: Exclude<PathState, { readonly kind: 'nothing' | 'absent' | 'unknown' }>,
  now: RestoreStep['now'],
): Promise<Wanted | string> {
  if (state.kind === 'link') return { kind: 'link', target: state.target };
  if (state.kind === 'file') {
    const source: ContentSource = { kind: 'object', object: state.object };
    const { object: hash, mode } = state;
    return (await readContent(around, source))
      ? { kind: 'file', source, hash, mode }
      : 'its content is no longer kept';
  }
  const { path, commit, convert } = state;
  const { oid } = commit;
  const isLink = commit.mode === '120000';
  const source: ContentSource = {
    kind: 'commit',
    commit: target.head ?? '',
    path,
    oid,
    convert: convert && !isLink,
  };
  const bytes = await readContent(around, source);
  if (bytes === undefined) return 'its content could not be read from git';
  if (isLink) return { kind: 'link', target: Buffer.from(bytes).toString('utf8') };
  return { kind: 'file', source, hash: sha256(bytes), mode: commitMode(commit.mode, now) };
}

/** A commit knows of a file only whether it can be executed; the rest stays as it is. */
function commitMode(mode: string, now: RestoreStep['now']): number {
  const isExecutable = mode === '100755';
  if (now?.kind !== 'file') return isExecutable ? 0o755 : 0o644;
  return isExecutable ? now.mode | ((now.mode & 0o444) >> 2) : now.mode & ~0o111;
}

function isAlready(wanted: Wanted, now: RestoreStep['now']): boolean {
  if (wanted.kind === 'link') return now?.kind === 'link' && now.target === wanted.target;
  return (
    wanted.kind === 'file' && now?.kind === 'file' && now.object === wanted.hash && now.mode === wanted.mode
  );
}

function isSameState(one: PathState, other: PathState): boolean {
  if (one.kind === 'file') {
    return other.kind === 'file' && other.object === one.object && other.mode === one.mode;
  }
  if (one.kind === 'link') return other.kind === 'link' && other.target === one.target;
  if (one.kind === 'unknown') return other.kind === 'unknown';
  const isGone = ({ kind }: PathState): boolean => kind === 'nothing' || kind === 'absent';
  return isGone(one) && isGone(other);
}
