import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Files } from '../../base/files.ts';

/** One file of output at most; what comes after is not kept in it. */
const maxLogBytes = 100 * 1024 * 1024;
/** Up to here a command's output needs no file. */
const memoryBytes = 64 * 1024;
/** Output that waits to be written, at most: the command is held back while there is more. */
const maxWaitingBytes = 4 * 1024 * 1024;

export interface LogPage {
  /** Control sequences of terminals removed. */
  readonly text: string;
  /** Bytes of the whole output before and after this page. */
  readonly from: number;
  readonly next: number;
  /** Bytes kept so far. */
  readonly kept: number;
}

/** All that a command wrote, by byte offset: in memory while it is little, else in a file of its own. */
export interface CommandLog {
  /** Never throws; what cannot be kept is counted. */
  add(text: string): void;
  /** True while more should not come. */
  readonly isFull: boolean;
  /** Resolves when what was added so far is written. */
  settled(): Promise<void>;
  /** At most so many bytes from there on, cut between characters. Rejects where the file cannot be read. */
  page(offset: number, bytes: number): Promise<LogPage>;
  /** The file, where there is one. */
  readonly path: string | undefined;
  /** Why bytes are missing at its end, in a sentence; undefined where none are. */
  readonly loss: string | undefined;
}

/** `path` is made when it is needed (mode 0600); without one only the beginning is kept. */
export function createCommandLog(files: Files, path: string | undefined): CommandLog {
  return new Log(files, path);
}

class Log implements CommandLog {
  readonly #files: Files;
  readonly #file: string | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #written = 0;
  #lost = 0;
  #why = '';
  #isFile = false;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;

  constructor(files: Files, path: string | undefined) {
    this.#files = files;
    this.#file = path;
  }

  get isFull(): boolean {
    return this.#isWriting && this.#waitingBytes > maxWaitingBytes;
  }

  get path(): string | undefined {
    return this.#isFile ? this.#file : undefined;
  }

  get loss(): string | undefined {
    return this.#lost === 0 ? undefined : `${this.#lost} bytes at its end were not kept: ${this.#why}`;
  }

  add(text: string): void {
    const bytes = Buffer.from(text);
    const room = this.#room() - this.#written - this.#waitingBytes;
    const fits = this.#why === '' ? wholeCharacters(bytes.subarray(0, Math.max(0, room))) : 0;
    if (fits < bytes.length) this.#lose(bytes.length - fits, roomProblem(this.#file));
    if (fits === 0) return;
    this.#waiting.push(bytes.subarray(0, fits));
    this.#waitingBytes += fits;
    if (this.#isFile || this.#waitingBytes > memoryBytes) this.#write();
  }

  settled(): Promise<void> {
    return this.#writing;
  }

  async page(offset: number, bytes: number): Promise<LogPage> {
    if (this.#isFile && this.#file !== undefined)
      return pageOf(await this.#files.readPart(this.#file, offset, bytes), offset, this.#written);
    const all = Buffer.concat(this.#waiting);
    return pageOf(all.subarray(offset, offset + bytes), offset, all.length);
  }

  /** Bytes kept at most. */
  #room(): number {
    return this.#file === undefined ? memoryBytes : maxLogBytes;
  }

  #lose(bytes: number, why: string): void {
    this.#lost += bytes;
    this.#why ||= why;
  }

  #write(): void {
    if (this.#isWriting || this.#file === undefined) return;
    this.#isWriting = true;
    this.#writing = this.#writeAll(this.#file).finally(() => {
      this.#isWriting = false;
    });
  }

  async #writeAll(path: string): Promise<void> {
    try {
      if (!this.#isFile) await this.#files.makeDirectory(dirname(path), 0o700);
      while (this.#waiting.length > 0) {
        const bytes = Buffer.concat(this.#waiting);
        await this.#files.append(path, bytes, 0o600, 'unsynced');
        this.#isFile = true;
        this.#written += bytes.length;
        this.#forget(bytes.length);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#lose(this.#waitingBytes, `the file could not be written (${why}).`);
      this.#forget(this.#waitingBytes);
    }
  }

  /** Takes what was written out of what waits; more may have come meanwhile. */
  #forget(bytes: number): void {
    const rest = Buffer.concat(this.#waiting).subarray(bytes);
    this.#waiting = rest.length === 0 ? [] : [rest];
    this.#waitingBytes = rest.length;
  }
}

/** A page of what a command of an earlier run left in its file; undefined where there is none. */
export async function keptPage(
  files: Files,
  path: string,
  offset: number,
  bytes: number,
): Promise<LogPage | undefined> {
  const status = await files.linkStatus(path).catch(() => undefined);
  if (status?.kind !== 'file') return undefined;
  return pageOf(await files.readPart(path, offset, bytes), offset, status.size);
}

function pageOf(found: Uint8Array, offset: number, kept: number): LogPage {
  // A file may have grown since its size was known.
  const bytes = Buffer.from(found.subarray(0, Math.max(0, kept - offset)));
  const part = bytes.subarray(0, wholeCharacters(bytes) || bytes.length);
  const from = Math.min(offset, kept);
  return { text: stripVTControlCharacters(part.toString('utf8')), from, next: from + part.length, kept };
}

function roomProblem(path: string | undefined): string {
  return path === undefined
    ? 'there is no place for long output.'
    : `${maxLogBytes / (1024 * 1024)} MB of one command are kept at most.`;
}

/** How many of these bytes make whole characters: a cut must not fall into one. */
function wholeCharacters(bytes: Uint8Array): number {
  let start = bytes.length;
  for (let back = 1; back <= 4 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (length > back) start = bytes.length - back;
      break;
    }
  }
  return start;
}
