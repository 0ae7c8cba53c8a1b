import { join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import type { Files } from '../../../base/files.ts';
import type { Git } from '../../../base/git.ts';
import { sha256 } from '../../../base/hash.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { storeObject } from '../object-store.ts';
import { type ConvertedFiles, findConverted } from './converted-files.ts';
import {
  type DescribeSurroundings,
  type Description,
  describePath,
  type PathRequest,
} from './describe-path.ts';
import { KnownFiles, readCache } from './known-files.ts';
import {
  type LeftOut,
  MANIFEST_VERSION,
  type Manifest,
  type ManifestEntry,
  manifestBytes,
} from './manifest.ts';
import { walkPlain } from './plain-walk.ts';
import { type GitTree, listChanges, openGitTree, type TreeChanges } from './tree-changes.ts';

/** Paths of one checkpoint at most. */
const MAX_PATHS = 20_000;
/** Bytes of untracked files in one checkpoint, a little more at most; the ones behind in order of path are left out. */
const MAX_UNTRACKED_TOTAL = 256 * 1024 * 1024;
/** Files that git converts are kept up to this many; beyond, its own conversion makes them again. */
const MAX_CONVERTED = 1_000;
const SIDE_BY_SIDE = 8;

/** A working tree and where what it held is kept. */
export interface CheckpointPlace {
  readonly files: Files;
  readonly clock: Clock;
  /** Git in `root`. */
  readonly git: Git;
  /** Root of the working tree, else the folder. */
  readonly root: string;
  /** `objects/` and `cache/` of the project's local state. */
  readonly objectsDirectory: string;
  readonly cacheDirectory: string;
  /** Whether files that git ignores are kept, too: the setting `checkpoints.ignored`. */
  readonly keepIgnored: boolean;
  readonly platform: NodeJS.Platform;
}

/** Compares a working tree, again and again: what it learned of one comparison makes the next one cheap. */
export interface TreeCapture {
  /** The tree now; bytes are in `objects/`, the manifest is not. `also`: paths that are kept whatever git says. */
  capture(also?: readonly string[]): Promise<Result<Manifest, { readonly message: string }>>;
}

export function createTreeCapture(place: CheckpointPlace): TreeCapture {
  return new Capture(place);
}

/** Keeps a manifest and answers its hash. Rejects with the file system's error. */
export async function storeManifest(place: CheckpointPlace, manifest: Manifest): Promise<string> {
  const bytes = manifestBytes(manifest);
  await storeObject(place.files, place.objectsDirectory, bytes);
  return sha256(bytes);
}

/** What is ignored and where the tree stood before do not make another tree. */
export function isSameTree(one: Manifest, other: Manifest): boolean {
  const essence = ({ head, entries, left }: Manifest): string => JSON.stringify([head, entries, left]);
  return one.root === other.root && essence(one) === essence(other);
}

class Capture implements TreeCapture {
  readonly #place: CheckpointPlace;
  readonly #known = new KnownFiles();
  readonly #cachePath: string;
  #converted: ConvertedFiles | undefined;
  #isLoaded = false;
  #isStale = false;

  constructor(place: CheckpointPlace) {
    this.#place = place;
    this.#cachePath = join(place.cacheDirectory, `checkpoint-${sha256(place.root).slice(0, 16)}.json`);
  }

  async capture(also: readonly string[] = []): Promise<Result<Manifest, { readonly message: string }>> {
    try {
      await this.#load();
      const { files, git, root } = this.#place;
      const tree = await openGitTree(git, files, root);
      const changes = await this.#changes(tree);
      if (!changes.ok) return changes;
      const converted = tree === undefined ? [] : await this.#convertedIn(tree, changes.value);
      const manifest = await this.#describe(changes.value, converted, also);
      await this.#save();
      return success(manifest);
    } catch (error) {
      return failure({ message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #changes(tree: GitTree | undefined): Promise<Result<TreeChanges, { readonly message: string }>> {
    const { git, files, root, keepIgnored } = this.#place;
    return tree === undefined
      ? success(await walkPlain(files, root))
      : listChanges(git, tree.head, keepIgnored);
  }

  async #convertedIn(tree: GitTree, changes: TreeChanges): Promise<readonly string[]> {
    const { git, files } = this.#place;
    const found = await findConverted(git, files, tree, changes, this.#converted);
    this.#isStale ||= found !== this.#converted;
    this.#converted = found;
    return found.paths;
  }

  async #describe(
    changes: TreeChanges,
    converted: readonly string[],
    also: readonly string[],
  ): Promise<Manifest> {
    const left: LeftOut[] = [...changes.left];
    const requests = requestsOf(changes, [...converted.slice(0, MAX_CONVERTED), ...also]);
    for (const { path } of requests.slice(MAX_PATHS)) left.push({ path, why: 'too-many' });
    const kept = requests.slice(0, MAX_PATHS);
    const entries: ManifestEntry[] = [];
    for (const description of await this.#describeAll(kept)) {
      if (description === 'as-commit') continue;
      if ('why' in description) left.push(description);
      else entries.push(description);
    }
    this.#known.retain(new Set(kept.map(({ path }) => path)));
    return {
      version: MANIFEST_VERSION,
      root: this.#place.root,
      head: changes.head,
      entries,
      left: left.sort(byPath),
      ignored: [...changes.ignored].sort(),
      converted: converted.length > MAX_CONVERTED,
    };
  }

  async #describeAll(requests: readonly PathRequest[]): Promise<readonly Description[]> {
    const { files, root, objectsDirectory, clock, platform } = this.#place;
    const around: DescribeSurroundings = {
      files,
      root,
      objectsDirectory,
      known: this.#known,
      readAt: clock.now(),
      hasModes: platform !== 'win32',
    };
    const untracked = new Set(requests.flatMap(({ path, tracked }) => (tracked ? [] : [path])));
    const described: Description[] = [];
    let untrackedBytes = 0;
    for (let at = 0; at < requests.length; at += SIDE_BY_SIDE) {
      const isFull = untrackedBytes > MAX_UNTRACKED_TOTAL;
      const some = requests.slice(at, at + SIDE_BY_SIDE).map((request) => {
        const { path, tracked } = request;
        return isFull && !tracked ? leftOut(path) : describePath(around, request);
      });
      for (const description of await Promise.all(some)) {
        described.push(description);
        const isUntracked = description !== 'as-commit' && untracked.has(description.path);
        if (isUntracked && 'size' in description) untrackedBytes += description.size;
      }
    }
    return described;
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const cache = await readCache(this.#place.files, this.#cachePath);
    this.#known.load(cache['files']);
    const { key, paths } = (cache['converted'] ?? {}) as Record<string, unknown>;
    if (typeof key !== 'string' || !Array.isArray(paths)) return;
    this.#converted = { key, paths: paths.filter((path) => typeof path === 'string') };
  }

  /** A cache that cannot be written costs time and nothing else. */
  async #save(): Promise<void> {
    if (!this.#known.takeChanged() && !this.#isStale) return;
    this.#isStale = false;
    const { files, cacheDirectory } = this.#place;
    const bytes = Buffer.from(
      JSON.stringify({ version: 1, files: this.#known.entries(), converted: this.#converted }),
    );
    const scratch = `${this.#cachePath}.${process.pid}.tmp`;
    try {
      await files.makeDirectory(cacheDirectory, 0o700);
      await files.removeFile(scratch).catch(() => {});
      await files.writeNew(scratch, bytes, 0o600);
      await files.rename(scratch, this.#cachePath);
    } catch {
      await files.removeFile(scratch).catch(() => {});
    }
  }
}

function requestsOf(changes: TreeChanges, always: readonly string[]): readonly PathRequest[] {
  const requests = new Map<string, PathRequest>();
  for (const path of changes.untracked.filter(isNoDraft))
    requests.set(path, { path, commit: null, tracked: false, always: false });
  for (const [path, commit] of changes.tracked)
    requests.set(path, { path, commit, tracked: true, always: false });
  for (const path of always) {
    const known = requests.get(path);
    requests.set(
      path,
      known ? { ...known, always: true } : { path, commit: null, tracked: true, always: true },
    );
  }
  return [...requests.values()].sort(byPath);
}

/** Of Varve's own: a write that was cut off leaves its draft beside the file for a while. */
function isNoDraft(path: string): boolean {
  return !/(?:^|\/)\.varve-[0-9a-z-]+-[0-9a-f]{8}\.(?:new|old)$/.test(path);
}

function leftOut(path: string): Promise<Description> {
  return Promise.resolve({ path, why: 'too-many' });
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}
