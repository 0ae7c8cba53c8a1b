import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { FileStatus, Files } from '../../base/files.ts';
import {
  type BeginLine,
  type ChainProblem,
  chainEnd,
  LEDGER_VERSION,
  type LedgerLine,
  type LineBody,
  readLines,
  renderLine,
} from './ledger-line.ts';

/** `ledger.jsonl` as lines: what was read, and the only way to append. Rejects with Node's errors. */
export class LedgerFile {
  readonly path: string;
  readonly #files: Files;
  readonly #clock: Clock;
  #lines: readonly LedgerLine[] = [];
  #problems: readonly ChainProblem[] = [];
  #soundBytes = 0;
  #seen: FileStatus | undefined;

  constructor(files: Files, clock: Clock, path: string) {
    this.#files = files;
    this.#clock = clock;
    this.path = path;
  }

  get lines(): readonly LedgerLine[] {
    return this.#lines;
  }

  get problems(): readonly ChainProblem[] {
    return this.#problems;
  }

  /** The version in the header; ours where there is no file yet. */
  get version(): number {
    const header = this.#lines[0];
    return header?.type === 'header' ? header.version : LEDGER_VERSION;
  }

  /** Begun operations without an end, oldest first; more than one only after a damage. */
  get unfinished(): readonly BeginLine[] {
    const ended = new Set(this.#lines.flatMap((line) => (line.type === 'end' ? [line.begin] : [])));
    return this.#lines.filter((line): line is BeginLine => line.type === 'begin' && !ended.has(line.id));
  }

  /** Whether bytes stand behind the last sound line. */
  get isTorn(): boolean {
    return this.#seen !== undefined && this.#seen.size > this.#soundBytes;
  }

  /** Reads again when the file is not the one seen last; of one that only grew, only what was added. */
  async refresh(): Promise<void> {
    const status = await this.#files.status(this.path);
    if (status === undefined) return this.#take(new Uint8Array(), undefined);
    if (this.#seen !== undefined && isSameState(status, this.#seen)) return;
    if (await this.#readAdded(status)) return;
    const bytes = await this.#files.readFile(this.path);
    this.#take(bytes, { ...status, size: bytes.byteLength });
  }

  /** Whether what stands behind the known lines goes on from them and was taken; else the whole file counts anew. */
  async #readAdded(status: FileStatus): Promise<boolean> {
    const last = this.#lines.at(-1);
    if (last === undefined || status.identity !== this.#seen?.identity) return false;
    const length = status.size - this.#soundBytes;
    if (length <= 0) return false;
    const bytes = await this.#files.readPart(this.path, this.#soundBytes, length);
    const read = readLines(bytes, last.hash);
    if (read.lines.length === 0 || read.problems.length > 0) return false;
    this.#seen = { ...status, size: this.#soundBytes + bytes.byteLength };
    this.#lines = [...this.#lines, ...read.lines];
    this.#soundBytes += read.soundBytes;
    return true;
  }

  /** Under the project lock only: keeps a torn tail beside the ledger and cuts it off. Answers where it is kept. */
  async cutTornTail(): Promise<string | undefined> {
    await this.refresh();
    if (!this.isTorn) return undefined;
    const tail = (await this.#files.readFile(this.path)).subarray(this.#soundBytes);
    const kept = join(dirname(this.path), `ledger.torn-${randomBytes(6).toString('hex')}`);
    await this.#files.writeNew(kept, tail, 0o600);
    await this.#files.truncate(this.path, this.#soundBytes);
    this.#seen = undefined;
    await this.refresh();
    return kept;
  }

  /** Under the project lock only; the line is on disk when it resolves, and not there when it rejects, but for a crash. */
  async append(body: LineBody): Promise<LedgerLine> {
    const isFirst = this.#lines.length === 0;
    const bodies = isFirst ? [this.#header(), body] : [body];
    const added: LedgerLine[] = [];
    let text = '';
    for (const each of bodies) {
      const rendered = renderLine(each, chainEnd([...this.#lines.slice(-1), ...added]));
      added.push(rendered.line);
      text += rendered.text;
    }
    await this.#appendBytes(Buffer.from(text));
    if (isFirst) await this.#files.syncDirectory(dirname(this.path)).catch(() => {});
    this.#lines = [...this.#lines, ...added];
    const last = added.at(-1);
    if (last === undefined) throw new RangeError('Nothing was appended.');
    return last;
  }

  async #appendBytes(bytes: Uint8Array): Promise<void> {
    try {
      await this.#files.append(this.path, bytes, 0o600);
    } catch (error) {
      await this.#takeBack();
      throw error;
    }
    this.#soundBytes += bytes.byteLength;
    // A status that cannot be read now only costs reading the file again later.
    const status = await this.#files.status(this.path).catch(() => undefined);
    this.#seen = status?.size === this.#soundBytes ? status : undefined;
  }

  /** Half a line must not stand before the next one. Where even this fails the tail is torn, and cut later. */
  async #takeBack(): Promise<void> {
    this.#seen = undefined;
    try {
      const status = await this.#files.status(this.path);
      if (status !== undefined && status.size > this.#soundBytes) {
        await this.#files.truncate(this.path, this.#soundBytes);
      }
    } catch {
      // Found again by the next refresh.
    }
  }

  #header(): LineBody {
    return { type: 'header', version: LEDGER_VERSION, time: new Date(this.#clock.now()).toISOString() };
  }

  #take(bytes: Uint8Array, status: FileStatus | undefined): void {
    const read = readLines(bytes);
    this.#lines = read.lines;
    this.#problems = read.problems;
    this.#soundBytes = read.soundBytes;
    this.#seen = status;
  }
}

function isSameState(one: FileStatus, other: FileStatus): boolean {
  return one.size === other.size && one.modified === other.modified && one.identity === other.identity;
}
