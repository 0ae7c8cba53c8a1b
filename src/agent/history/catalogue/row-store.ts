import { dirname } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { LineSplitter } from '../../../base/line-splitter.ts';
import { InOrder } from './in-order.ts';
import { type CachedRow, goneLine, HEADER_LINE, parseRowLine, ROWS_VERSION, rowLine } from './row-line.ts';

const CHUNK_BYTES = 1024 * 1024;
/** The file is written anew when this many more of its lines count no longer than do. */
const SPARE_LINES = 1_000;
/** Written in pieces of about this many units. */
const PIECE_UNITS = 1024 * 1024;
const NEWLINE = 10;

/**
 * The rows of all sessions: a file of JSON lines that is appended to; the last line of a session counts. Any process
 * may read it; whoever writes holds the lock of the cache. What is torn or damaged is passed over, and a file of
 * another version holds nothing.
 */
export class RowStore {
  readonly #files: Files;
  readonly #path: string;
  readonly #rows = new Map<string, CachedRow>();
  #sorted: readonly CachedRow[] | undefined;
  #isKept = true;
  /** Two at once would read the same bytes, or what is being written. */
  readonly #inOrder = new InOrder();
  #lines = this.#newLines();
  /** What of the file was read: which one it was, how far, and how its first line went. */
  #identity = '';
  #read = 0;
  #lineCount = 0;
  #isOurs: boolean | undefined;
  #endsWhole = true;

  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  get rows(): ReadonlyMap<string, CachedRow> {
    return this.#rows;
  }

  /** The last changed first. */
  newest(): readonly CachedRow[] {
    this.#sorted ??= [...this.#rows.values()].sort((one, other) => other.row.modified - one.row.modified);
    return this.#sorted;
  }

  /** Reads what came since the last time, everything where the file is another one. Rejects with Node's errors. */
  load(): Promise<void> {
    return this.#inOrder.take(() => this.#load());
  }

  /** Under the lock, after {@link load}. Not flushed: what a crash of the system takes is read again. */
  append(rows: readonly CachedRow[], gone: readonly string[]): Promise<void> {
    return this.#inOrder.take(() => this.#append(rows, gone));
  }

  /** False where nothing can be written: what is read then lasts as long as this process, or until it is true again. */
  setKept(isKept: boolean): void {
    this.#isKept = isKept;
  }

  async #load(): Promise<void> {
    if (!this.#isKept) return;
    const status = await this.#files.status(this.#path);
    if (status?.identity !== this.#identity || status.size < this.#read) this.#clear();
    if (status === undefined) return;
    this.#identity = status.identity;
    while (this.#read < status.size) {
      const length = Math.min(CHUNK_BYTES, status.size - this.#read);
      const chunk = await this.#files.readPart(this.#path, this.#read, length);
      if (chunk.length === 0) return;
      this.#read += chunk.length;
      this.#endsWhole = chunk.at(-1) === NEWLINE;
      this.#lines.push(chunk);
    }
  }

  async #append(rows: readonly CachedRow[], gone: readonly string[]): Promise<void> {
    const lines = [...rows.map(rowLine), ...gone.map(goneLine)];
    // Through the text: a title that was cut from a prompt would hold all of it in memory.
    for (const line of lines) this.#apply(line);
    const isNew = this.#isOurs !== true;
    if (!this.#isKept || (lines.length === 0 && !isNew)) return;
    const isFull = this.#lineCount > 2 * this.#rows.size + SPARE_LINES;
    try {
      if (isNew || isFull) await this.#writeAnew();
      else await this.#write(this.#path, `${this.#endsWhole ? '' : '\n'}${lines.join('')}`);
    } catch (error) {
      // Nobody knows how far it came: the next load reads it all.
      this.#identity = '';
      throw error;
    }
    this.#lines = this.#newLines();
    this.#endsWhole = true;
  }

  async #writeAnew(): Promise<void> {
    const draft = `${this.#path}.new`;
    await this.#files.makeDirectory(dirname(this.#path), 0o700);
    await this.#files.removeFile(draft).catch(() => {});
    this.#read = 0;
    let piece = HEADER_LINE;
    for (const cached of this.#rows.values()) {
      piece += rowLine(cached);
      if (piece.length < PIECE_UNITS) continue;
      await this.#write(draft, piece);
      piece = '';
    }
    await this.#write(draft, piece);
    await this.#files.rename(draft, this.#path);
    this.#identity = (await this.#files.status(this.#path))?.identity ?? '';
    this.#lineCount = this.#rows.size;
    this.#isOurs = true;
  }

  async #write(path: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await this.#files.append(path, bytes, 0o600, 'unsynced');
    this.#read += bytes.length;
  }

  #clear(): void {
    this.#rows.clear();
    this.#sorted = undefined;
    this.#lines = this.#newLines();
    this.#identity = '';
    this.#read = 0;
    this.#lineCount = 0;
    this.#isOurs = undefined;
    this.#endsWhole = true;
  }

  #newLines(): LineSplitter {
    return new LineSplitter((text) => this.#take(text));
  }

  #take(text: string): void {
    if (this.#isOurs) this.#apply(text);
    else if (this.#isOurs === undefined) {
      const line = parseRowLine(text);
      this.#isOurs = line?.kind === 'header' && line.version === ROWS_VERSION;
    }
  }

  #apply(text: string): void {
    this.#lineCount += 1;
    this.#sorted = undefined;
    const line = parseRowLine(text);
    if (line?.kind === 'row') this.#rows.set(line.key, line.cached);
    else if (line?.kind === 'gone') this.#rows.delete(line.key);
  }
}
