import type { Files } from '../../../base/files.ts';

const BLOCK_BYTES = 128 * 1024;
const MOST_BLOCKS = 32;

/** Ranges of one file, read in blocks of which the last used stay in memory. Rejects with Node's error. */
export class FileBlocks {
  readonly path: string;
  readonly #files: Files;
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(files: Files, path: string) {
    this.#files = files;
    this.path = path;
  }

  /** Fewer bytes where the file ends before. The result is the caller's to read, not to keep for long. */
  async range(offset: number, length: number): Promise<Uint8Array> {
    const first = Math.floor(offset / BLOCK_BYTES);
    const last = Math.floor((offset + length - 1) / BLOCK_BYTES);
    const start = offset - first * BLOCK_BYTES;
    if (first === last) return (await this.#block(first)).subarray(start, start + length);
    const pieces: Uint8Array[] = [];
    for (let number = first; number <= last; number += 1) pieces.push(await this.#block(number));
    return Buffer.concat(pieces).subarray(start, start + length);
  }

  async #block(number: number): Promise<Uint8Array> {
    const known = this.#blocks.get(number);
    const block = known ?? (await this.#files.readPart(this.path, number * BLOCK_BYTES, BLOCK_BYTES));
    // The map remembers the order of use: the first one is the longest unused.
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > MOST_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    return block;
  }
}
