import type { Files } from '../../../base/files.ts';
import { FileBlocks } from './file-blocks.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/** What is wrong with a database, in a sentence; thrown inside this folder only. */
export class SqliteProblem extends Error {}

const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
const JOURNAL_MAGIC = 0xd9d505f9;

/**
 * Pages of a database as they were when it was opened, read straight from its files: nothing is locked, and no file is
 * made beside it, as SQLite itself would. Source: https://www.sqlite.org/fileformat2.html
 */
export class SqlitePages {
  readonly pageSize: number;
  /** Bytes of a page that hold content. */
  readonly usableSize: number;
  readonly pageCount: number;
  readonly #blocks: FileBlocks;
  readonly #log: WriteAheadLog | undefined;

  private constructor(header: DataView, blocks: FileBlocks, log: WriteAheadLog | undefined, pages: number) {
    this.pageSize = pageSizeOf(header);
    this.usableSize = this.pageSize - header.getUint8(20);
    // No more than there can be, whatever the log says.
    this.pageCount = log ? Math.min(log.pageCount ?? pages, Math.max(pages, log.highestPage)) : pages;
    this.#blocks = blocks;
    this.#log = log;
  }

  /** Throws {@link SqliteProblem}, or rejects with Node's error. */
  static async open(files: Files, path: string): Promise<SqlitePages> {
    const status = await files.linkStatus(path);
    if (status?.kind !== 'file') throw new SqliteProblem(`${path} is not there.`);
    const blocks = new FileBlocks(files, path);
    const bytes = await blocks.range(0, HEADER_BYTES);
    const size = pageSizeIn(bytes);
    if (size === undefined) throw new SqliteProblem(`${path} is no SQLite database.`);
    const log = await WriteAheadLog.open(files, `${path}-wal`, size);
    // Where the first page stands in the log, what the file says of itself is old.
    const first = (await log?.page(1)) ?? bytes;
    const header = new DataView(first.buffer, first.byteOffset, HEADER_BYTES);
    const encoding = header.getUint32(56);
    if (encoding !== 1 && encoding !== 0)
      throw new SqliteProblem(`${path} holds its texts in UTF-16, which is not read.`);
    if (await isHalfWritten(files, path))
      throw new SqliteProblem(`${path} is being written, or writing it was cut off: open it in its program.`);
    return new SqlitePages(header, blocks, log, Math.floor(status.size / size));
  }

  /** Whole; throws {@link SqliteProblem} for a page that is not there. */
  async page(number: number): Promise<Uint8Array> {
    if (number < 1 || number > this.pageCount) throw new SqliteProblem(`Page ${number} is not there.`);
    const page =
      (await this.#log?.page(number)) ??
      (await this.#blocks.range((number - 1) * this.pageSize, this.pageSize));
    if (page.length < this.pageSize) throw new SqliteProblem(`Page ${number} is not whole.`);
    return page;
  }
}

/** What changes when the database or the beginning of its log does: equal before and after, what was read is of one state. */
export async function stateOfDatabase(files: Files, path: string): Promise<string> {
  const status = await files.linkStatus(path);
  const log = await files.readPart(`${path}-wal`, 0, 32).catch(() => new Uint8Array());
  return `${status?.identity} ${status?.size} ${status?.modified} ${Buffer.from(log).toString('hex')}`;
}

function pageSizeIn(bytes: Uint8Array): number | undefined {
  if (bytes.length < HEADER_BYTES || Buffer.from(bytes.subarray(0, 16)).toString('latin1') !== MAGIC)
    return undefined;
  const size = pageSizeOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const isPower = (size & (size - 1)) === 0;
  return isPower && size >= 512 && size - (bytes[20] ?? 0) >= 480 ? size : undefined;
}

function pageSizeOf(header: DataView): number {
  const size = header.getUint16(16);
  return size === 1 ? 65_536 : size;
}

/** Without a write-ahead log a transaction writes the pages themselves and keeps the old ones in a journal until it is done. */
async function isHalfWritten(files: Files, path: string): Promise<boolean> {
  const journal = await files.readPart(`${path}-journal`, 0, 8).catch(() => new Uint8Array());
  return journal.length === 8 && Buffer.from(journal).readUInt32BE(0) === JOURNAL_MAGIC;
}
