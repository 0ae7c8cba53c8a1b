import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { FileStatus, Files } from '../../base/files.ts';

/** A protected path as it stood at one time. */
type Standing =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number; readonly stamp: string }
  | { readonly kind: 'link'; readonly target: string; readonly stamp: string }
  | { readonly kind: 'directory'; readonly stamp: string }
  /** Too large to be kept, or of another kind: its change is seen and cannot be taken back. */
  | { readonly kind: 'unkept'; readonly stamp: string };

/** What became of one protected path. Content is null where nothing, or no regular file, stood there. */
export interface ProtectedChange {
  /** Absolute. */
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** Set where what stands there now is a link: what it holds. */
  readonly link?: string;
}

/** What protected paths hold, from one look to the next. */
export interface ProtectedFiles {
  /** Takes what stands there now as what is to stand there. */
  accept(): Promise<void>;
  /** What is different from what was last accepted. Reads only what the system says was touched. */
  changes(): Promise<readonly ProtectedChange[]>;
  /** Puts one path back: bytes, mode and links as they were. Answers why not, as a sentence. */
  restore(change: ProtectedChange): Promise<string | undefined>;
}

const directoriesOfRoot = ['.claude', '.varve', '.vscode'];
const filesOfRoot = ['CLAUDE.md', 'CLAUDE.local.md', 'AGENTS.md', '.mcp.json'];
const filesOfFolders = ['CLAUDE.md', 'CLAUDE.local.md', 'AGENTS.md'];
const gitFiles = ['config', 'config.worktree', 'commondir', 'gitdir'];
const maxFolders = 200;
const maxEntries = 20_000;
const maxFileBytes = 4_000_000;
const maxBytes = 64_000_000;

/**
 * Watches the paths that steer agents and tools: those of the root, of git's configuration and hooks, and of `folders`
 * (absolute; at most 200). Compared by what the system notes of each path (size, times that no program can set, mode,
 * identity), then by bytes.
 */
export function createProtectedFiles(
  files: Files,
  root: string,
  folders: () => Promise<readonly string[]> = async () => [],
): ProtectedFiles {
  let known = new Map<string, Standing>();
  let below: readonly string[] = [];
  const look = async () => readStanding(files, await protectedPlaces(files, root, below), known);
  return {
    accept: async () => {
      below = (await folders()).slice(0, maxFolders);
      known = await look();
    },
    changes: async () => {
      const now = await look();
      const changed = [...new Set([...known.keys(), ...now.keys()])]
        .filter((path) => differs(known.get(path), now.get(path)))
        .sort();
      // Equal again, or not told apart by what it holds: nothing to compare next time.
      for (const [path, standing] of now) if (!changed.includes(path)) known.set(path, standing);
      return changed.map((path) => changeOf(path, known.get(path), now.get(path)));
    },
    restore: (change) => restore(files, change.path, known.get(change.path)),
  };
}

async function protectedPlaces(
  files: Files,
  root: string,
  folders: readonly string[],
): Promise<readonly string[]> {
  const git = await gitDirectories(files, root);
  return [
    ...filesOfRoot.map((name) => join(root, name)),
    ...directoriesOfRoot.map((name) => join(root, name)),
    ...git,
    ...folders.flatMap((folder) => [...filesOfFolders, '.claude'].map((name) => join(folder, name))),
  ];
}

/** Configuration and hooks, also where `.git` is a file that leads to them (a work tree, a submodule). */
async function gitDirectories(files: Files, root: string): Promise<readonly string[]> {
  const inside = (directory: string) => [
    ...gitFiles.map((name) => join(directory, name)),
    join(directory, 'hooks'),
  ];
  const dotGit = join(root, '.git');
  const status = await files.status(dotGit).catch(() => undefined);
  if (status?.kind !== 'file') return inside(dotGit);
  const read = async (path: string) =>
    Buffer.from(await files.readFile(path).catch(() => new Uint8Array()))
      .toString('utf8')
      .trim();
  const leads = /^gitdir: (.+)$/.exec(await read(dotGit))?.[1];
  if (leads === undefined) return [dotGit];
  const own = resolve(root, leads);
  const common = resolve(own, (await read(join(own, 'commondir'))) || '.');
  return [dotGit, ...inside(own), ...(common === own ? [] : inside(common))];
}

async function readStanding(
  files: Files,
  places: readonly string[],
  known: ReadonlyMap<string, Standing>,
): Promise<Map<string, Standing>> {
  const found = new Map<string, Standing>();
  const queue = [...new Set(places)];
  let bytes = 0;
  for (let path = queue.shift(); path !== undefined && found.size < maxEntries; path = queue.shift()) {
    const status = await files.linkStatus(path).catch(() => undefined);
    if (status === undefined) continue;
    const standing = await stand(files, path, status, known.get(path), bytes);
    found.set(path, standing);
    if (standing.kind === 'file') bytes += standing.bytes.length;
    if (standing.kind !== 'directory') continue;
    const entries = await files.readDirectory(path).catch(() => []);
    queue.push(...entries.map(({ name }) => join(path, name)));
  }
  return found;
}

async function stand(
  files: Files,
  path: string,
  status: FileStatus,
  before: Standing | undefined,
  bytesKept: number,
): Promise<Standing> {
  const stamp = [
    status.kind,
    status.size,
    status.changed,
    status.modified,
    status.mode,
    status.identity,
  ].join(' ');
  if (status.kind === 'directory') return { kind: 'directory', stamp: status.kind };
  if (before?.stamp === stamp) return before;
  try {
    if (status.kind === 'link') return { kind: 'link', target: await files.readLink(path), stamp };
    if (status.kind === 'file' && status.size <= maxFileBytes && bytesKept + status.size <= maxBytes)
      return { kind: 'file', bytes: await files.readFile(path), mode: status.mode, stamp };
  } catch {
    // It cannot be read, so it cannot be kept.
  }
  return { kind: 'unkept', stamp };
}

function differs(before: Standing | undefined, now: Standing | undefined): boolean {
  if (before === undefined || now === undefined) {
    // A directory by itself steers nothing; what came in it, or went with it, counts.
    return (before ?? now)?.kind !== 'directory' && before !== now;
  }
  if (before.stamp === now.stamp) return false;
  if (before.kind === 'file' && now.kind === 'file')
    return before.mode !== now.mode || Buffer.compare(before.bytes, now.bytes) !== 0;
  if (before.kind === 'link' && now.kind === 'link') return before.target !== now.target;
  return true;
}

function changeOf(path: string, before: Standing | undefined, now: Standing | undefined): ProtectedChange {
  return {
    path,
    before: before?.kind === 'file' ? before.bytes : null,
    after: now?.kind === 'file' ? now.bytes : null,
    ...(now?.kind === 'link' && { link: now.target }),
  };
}

async function restore(
  files: Files,
  path: string,
  before: Standing | undefined,
): Promise<string | undefined> {
  if (before?.kind === 'unkept') return `${path} was changed and is too large, or of a kind, to be put back.`;
  try {
    await clear(files, path, before);
    if (before?.kind === 'link') await files.makeLink(before.target, path);
    if (before?.kind === 'file') await put(files, path, before.bytes, before.mode);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown reason';
    return `${path} was changed and could not be put back: ${why}`;
  }
}

/** Makes room. A directory in place of a file is kept beside it: it may hold what nobody has seen. */
async function clear(files: Files, path: string, before: Standing | undefined): Promise<void> {
  const status = await files.linkStatus(path);
  if (status === undefined || status.kind === 'file') {
    if (before?.kind !== 'file' && status !== undefined) await files.removeFile(path);
    return;
  }
  if (status.kind === 'directory') {
    if (before?.kind !== 'directory')
      await files.rename(path, `${path}.varve-kept-${randomBytes(4).toString('hex')}`);
    return;
  }
  await files.removeFile(path);
}

/** By a rename, so that no reader sees half of it, and never through a link that stands there now. */
async function put(files: Files, path: string, bytes: Uint8Array, mode: number): Promise<void> {
  await files.makeDirectory(dirname(path));
  const draft = join(dirname(path), `.varve-${randomBytes(6).toString('hex')}.new`);
  try {
    await files.writeNew(draft, bytes, mode);
    await files.rename(draft, path);
  } catch (error) {
    await files.removeFile(draft).catch(() => {});
    throw error;
  }
}
