import { dirname, sep } from 'node:path';
import type { FileStatus, Files } from '../../base/files.ts';
import type { MemoryFile } from '../file/memory-file.ts';
import { parseMemoryFile } from '../file/parse-memory-file.ts';
import {
  type Listing,
  realPathOf,
  type Seen,
  seeList,
  seeText,
  statusOf,
  type TextReading,
} from '../hierarchy/disk-reader.ts';
import type { HierarchyReader } from '../hierarchy/hierarchy.ts';

// What changes within the grain of a file system's clock (2 s on FAT) may keep its time and its size.
const GRAIN_MS = 2000;
// A state file of an agent may have any size: longer texts are read again each time.
const MAX_KEPT_BYTES = 4 * 1024 * 1024;
// What no reading asked for during so many is let go.
const KEPT_READINGS = 8;
const COMPARED_AT_ONCE = 32;

interface KnownText {
  readonly maxBytes: number;
  readonly at: number;
  readonly seen: Promise<Seen<TextReading>>;
}

interface KnownList {
  readonly at: number;
  readonly seen: ReturnType<typeof seeList>;
}

interface Known {
  text?: KnownText;
  list?: KnownList;
  real?: Promise<string | undefined>;
  /** The watch had begun before it was read: a change since then, however quick, is told of. */
  readonly isUnderWatch: boolean;
  /** A watcher would have told of a change: it was compared with the disk after the watch began. */
  isFresh: boolean;
  lastUsed: number;
}

/**
 * Reads the disk for the resolver and keeps what it read, so that a changed file costs one reading. What it keeps is
 * used without asking only where a watcher covers the path; everything else, and whatever a link leads to, is compared
 * by size, time and inode in {@link refresh}. That something is missing is kept like anything else.
 */
export class CachingReader implements HierarchyReader {
  readonly #files: Files;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  readonly #parsed = new Map<string, MemoryFile>();
  #covered: ReadonlySet<string> = new Set();
  #readings = 0;

  /** `now` in milliseconds since the epoch, by the clock that stamps the files. */
  constructor(files: Files, now: () => number = Date.now) {
    this.#files = files;
    this.#now = now;
  }

  async readText(path: string, maxBytes: number): Promise<TextReading> {
    const known = this.#use(path);
    if (known.text?.maxBytes !== maxBytes) {
      known.text = { maxBytes, at: this.#now(), seen: seeText(this.#files, path, maxBytes) };
    }
    return (await known.text.seen).value;
  }

  async list(path: string): Promise<Listing> {
    const known = this.#use(path);
    known.list ??= { at: this.#now(), seen: seeList(this.#files, path) };
    return (await known.list.seen).value;
  }

  realPath(path: string): Promise<string | undefined> {
    const known = this.#use(path);
    known.real ??= realPathOf(this.#files, path);
    return known.real;
  }

  /** The text taken apart, as long as it is the one that was taken apart last for this path. */
  parse(path: string, text: string): MemoryFile {
    const parsed = this.#parsed.get(path);
    if (parsed?.text === text) return parsed;
    const file = parseMemoryFile(text);
    this.#parsed.set(path, file);
    return file;
  }

  /** From now on a watcher tells of changes of these and of no other paths: {@link drop} is called for them. */
  cover(paths: Iterable<string>): void {
    const covered = new Set(paths);
    for (const [path, known] of this.#known) if (!covered.has(path)) known.isFresh = false;
    this.#covered = covered;
  }

  /** These changed, came or went: nothing that was read of them or below them is kept. */
  drop(paths: readonly string[]): void {
    for (const path of paths) {
      this.#known.delete(path);
      this.#parsed.delete(path);
      const parent = this.#known.get(dirname(path));
      if (parent !== undefined) parent.isFresh = false;
    }
    const tops = paths.map((path) => path + sep);
    for (const [path, known] of this.#known) {
      if (tops.some((top) => path.startsWith(top))) known.isFresh = false;
    }
  }

  /** Whether a change of this path could change an answer: it, a list it stands in or something below it was read. */
  concerns(path: string): boolean {
    if (this.#known.has(path) || this.#known.get(dirname(path))?.list !== undefined) return true;
    const top = path + sep;
    return [...this.#known.keys()].some((known) => known.startsWith(top));
  }

  /** Something changed and nobody can say what: everything is compared at the next {@link refresh}. */
  doubt(): void {
    for (const known of this.#known.values()) known.isFresh = false;
  }

  /**
   * Before a reading: compares what no watcher vouches for, by status alone, and forgets what differs. True where
   * something differs. Opens no file.
   */
  async refresh(): Promise<boolean> {
    this.#readings += 1;
    const waiting = [...this.#known].filter(([path, known]) => this.#isWorthComparing(path, known));
    let differs = false;
    const compareAll = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (await this.#compare(...next)) differs = true;
      }
    };
    await Promise.all(Array.from({ length: COMPARED_AT_ONCE }, compareAll));
    return differs;
  }

  #use(path: string): Known {
    const known = this.#known.get(path) ?? {
      isUnderWatch: this.#covered.has(path),
      isFresh: false,
      lastUsed: 0,
    };
    known.lastUsed = this.#readings;
    this.#known.set(path, known);
    return known;
  }

  #isWorthComparing(path: string, known: Known): boolean {
    if (known.isFresh) return false;
    if (this.#readings - known.lastUsed <= KEPT_READINGS) return true;
    this.#known.delete(path);
    this.#parsed.delete(path);
    return false;
  }

  /** True where what is known of a path is no longer what stands there; then, and where that is unsure, it is forgotten. */
  async #compare(path: string, known: Known): Promise<boolean> {
    const { text, list, real } = known;
    const status = text || list ? await statusOf(this.#files, path) : undefined;
    const realNow = real && (await realPathOf(this.#files, path));
    const [textSeen, listSeen] = await Promise.all([text?.seen, list?.seen]);
    const differs =
      (await real) !== realNow ||
      (textSeen !== undefined && !isSameStatus(textSeen.status, status)) ||
      (listSeen !== undefined && !isSameStatus(listSeen.status, status)) ||
      (listSeen?.hasLinks === true &&
        !isSameListing(listSeen.value, (await seeList(this.#files, path)).value));
    const isSure =
      known.isUnderWatch ||
      ((textSeen === undefined || isTold(textSeen, text?.at)) &&
        (listSeen === undefined || isOld(listSeen.status, list?.at)));
    if (differs || !isSure) {
      if (this.#known.get(path) === known) this.#known.delete(path);
      return differs;
    }
    // What a link leads to may change where nobody looks.
    const isOwnPlace = realNow === path && listSeen?.hasLinks !== true;
    known.isFresh = isOwnPlace && this.#covered.has(path);
    return false;
  }
}

function isSameStatus(was: FileStatus | undefined, is: FileStatus | undefined): boolean {
  if (was === undefined || is === undefined) return was === is;
  return (
    was.kind === is.kind &&
    was.size === is.size &&
    was.mode === is.mode &&
    was.modified === is.modified &&
    was.identity === is.identity
  );
}

/** Whether an equal status means equal text: a file that could not be read may be readable next time. */
function isTold({ value, status }: Seen<TextReading>, at: number | undefined): boolean {
  if (value === undefined) return status?.kind !== 'file';
  return (value === 'too-large' || value.bytes <= MAX_KEPT_BYTES) && isOld(status, at);
}

function isOld(status: FileStatus | undefined, at = 0): boolean {
  return status === undefined || status.modified < at - GRAIN_MS;
}

function isSameListing(was: Listing, is: Listing): boolean {
  return (
    was.length === is.length &&
    was.every(({ name, kind }, index) => name === is[index]?.name && kind === is[index]?.kind)
  );
}
