/** What stood before a mark. */
export interface Taken {
  readonly bytes: Buffer;
  /** There was more than the cap; it was read and dropped. */
  readonly isCut: boolean;
  /** The bytes ended before the mark came. */
  readonly isEnd: boolean;
}

const nothing = Buffer.alloc(0);

/** Takes pieces from bytes that arrive in chunks. Holds one chunk and what it was asked for, never the whole. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = nothing;
  #at = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next byte, which stays; undefined at the end. */
  async peek(): Promise<number | undefined> {
    while (this.#at >= this.#held.length) if (!(await this.#readOn(nothing))) return undefined;
    return this.#held[this.#at];
  }

  /** Takes all bytes of these values that come next. */
  async skipAll(values: readonly number[]): Promise<void> {
    for (let next = await this.peek(); next !== undefined; next = await this.peek()) {
      if (!values.includes(next)) return;
      this.#at++;
    }
  }

  /** Takes everything up to the mark, and the mark; at most `cap` bytes of it are kept. */
  async until(mark: Buffer, cap: number): Promise<Taken> {
    const parts: Buffer[] = [];
    let size = 0;
    const keep = (part: Buffer): void => {
      if (size < cap) parts.push(part.subarray(0, cap - size));
      size += part.length;
    };
    for (;;) {
      const found = this.#held.indexOf(mark, this.#at);
      if (found >= 0) {
        keep(this.#held.subarray(this.#at, found));
        this.#at = found + mark.length;
        return { bytes: joined(parts), isCut: size > cap, isEnd: false };
      }
      // The mark may have begun in the last bytes.
      const certain = Math.max(this.#at, this.#held.length - mark.length + 1);
      keep(this.#held.subarray(this.#at, certain));
      const rest = this.#held.subarray(certain);
      if (await this.#readOn(rest)) continue;
      keep(rest);
      return { bytes: joined(parts), isCut: size > cap, isEnd: true };
    }
  }

  /** Takes exactly so many bytes; undefined where they end before. */
  async take(count: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      if ((await this.peek()) === undefined) return undefined;
      const part = this.#held.subarray(this.#at, this.#at + missing);
      parts.push(part);
      this.#at += part.length;
      missing -= part.length;
    }
    return joined(parts);
  }

  /** The next chunk, after what is still needed of the last; false at the end, with nothing held. */
  async #readOn(rest: Buffer): Promise<boolean> {
    const next = await this.#chunks.next();
    this.#at = 0;
    this.#held = nothing;
    if (next.done === true) return false;
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    this.#held = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    return true;
  }
}

function joined(parts: readonly Buffer[]): Buffer {
  const [first = nothing, ...more] = parts;
  return more.length === 0 ? first : Buffer.concat(parts);
}
