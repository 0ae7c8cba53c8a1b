import { join, sep } from 'node:path';
import type { FileStatus, Files } from '../../base/files.ts';
import type { Code, CodeReader, Wanted } from './code-reader.ts';
import type { FileNow } from './compare-anchor.ts';
import { maxSourceBytes, sourceText, textHash } from './source-text.ts';

type TextNow = Extract<FileNow, { readonly kind: 'text' }>;

interface Known {
  readonly status: FileStatus;
  readonly at: number;
  readonly now: FileNow;
  readonly wanted: Wanted;
}

// What changes within the grain of a file system's clock (2 s on FAT) may keep its time and its size.
const grainMs = 2000;

/** Reads files of the working tree and takes them apart; a file that did not change is not read again. */
export class WorkingFiles {
  readonly #root: string;
  readonly #files: Files;
  readonly #reader: CodeReader;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  #realRoot: Promise<string> | undefined;

  /** `now` in milliseconds since the epoch, by the clock that stamps the files. */
  constructor(root: string, files: Files, reader: CodeReader, now: () => number = Date.now) {
    this.#root = root;
    this.#files = files;
    this.#reader = reader;
    this.#now = now;
  }

  /** Whether something stands at the path, relative to the root. */
  async isThere(path: string): Promise<boolean> {
    return (await this.#files.status(join(this.#root, path)).catch(() => undefined)) !== undefined;
  }

  /** The file with the hashes that are wanted. Never rejects. */
  async read(path: string, wanted: Wanted): Promise<FileNow> {
    const place = join(this.#root, path);
    try {
      const status = await this.#files.status(place);
      if (status === undefined) return { kind: 'missing' };
      const known = this.#known.get(path);
      if (known !== undefined && isSame(known.status, status) && holds(known.wanted, wanted))
        return known.now;
      const at = this.#now();
      const together =
        known !== undefined && isSame(known.status, status) ? both(known.wanted, wanted) : wanted;
      const now = await this.#read(path, place, status, together);
      if (status.modified < at - grainMs) this.#known.set(path, { status, at, now, wanted: together });
      return now;
    } catch {
      return { kind: 'unreadable', why: 'cannot be read' };
    }
  }

  /** Forgets what is kept of other paths than these. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#known.keys()) if (!paths.has(path)) this.#known.delete(path);
  }

  async #read(path: string, place: string, status: FileStatus, wanted: Wanted): Promise<FileNow> {
    if (status.kind !== 'file') return { kind: 'unreadable', why: 'is not a file' };
    if (!(await this.#isInside(place)))
      return { kind: 'unreadable', why: 'is a link that leads out of the project' };
    if (status.size > maxSourceBytes) return { kind: 'unreadable', why: 'is too large to compare' };
    const text = sourceText(await this.#files.readFile(place));
    if (text === undefined) return { kind: 'unreadable', why: 'is not text' };
    const code = await this.#reader.read(path, text, wanted);
    return withCode({ kind: 'text', textHash: textHash(text), lines: text.split('\n').length }, code);
  }

  async #isInside(place: string): Promise<boolean> {
    this.#realRoot ??= this.#files.realPath(this.#root);
    return (await this.#files.realPath(place)).startsWith((await this.#realRoot) + sep);
  }
}

function withCode(now: TextNow, code: Code | undefined): TextNow {
  return code === undefined ? now : { ...now, code };
}

function isSame(was: FileStatus, is: FileStatus): boolean {
  return (
    was.kind === is.kind &&
    was.size === is.size &&
    was.modified === is.modified &&
    was.identity === is.identity
  );
}

function holds(have: Wanted, want: Wanted): boolean {
  if (want.whole === true && have.whole !== true) return false;
  if (have.symbols === 'all') return true;
  if (want.symbols === 'all') return false;
  const [symbols, names] = [have.symbols ?? new Set(), have.names ?? new Set()];
  return (
    [...(want.symbols ?? [])].every((one) => symbols.has(one)) &&
    [...(want.names ?? [])].every((one) => names.has(one))
  );
}

function both(one: Wanted, other: Wanted): Wanted {
  const symbols =
    one.symbols === 'all' || other.symbols === 'all'
      ? 'all'
      : new Set([...(one.symbols ?? []), ...(other.symbols ?? [])]);
  const names = new Set([...(one.names ?? []), ...(other.names ?? [])]);
  return { symbols, names, whole: one.whole === true || other.whole === true };
}
