/** A line longer than this is passed over: nothing we send comes near it. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

/** Cuts a byte stream into lines, bounded: of a line that is too long the rest is dropped with it. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #size = 0;
  #tooLong = false;

  constructor(onLine: (line: string) => void, maxBytes: number = MAX_LINE_BYTES) {
    this.#onLine = onLine;
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    let rest = bytes;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      this.#take(rest.subarray(0, end));
      this.end();
      rest = rest.subarray(end + 1);
    }
    this.#take(rest);
  }

  /** Hands over what stands without a line end. */
  end(): void {
    const line = Buffer.concat(this.#pieces).toString('utf8');
    const isLine = !this.#tooLong && line.trim() !== '';
    this.#pieces = [];
    this.#size = 0;
    this.#tooLong = false;
    if (isLine) this.#onLine(line);
  }

  #take(bytes: Uint8Array): void {
    if (this.#tooLong || bytes.length === 0) return;
    this.#size += bytes.length;
    if (this.#size > this.#maxBytes) {
      this.#tooLong = true;
      this.#pieces = [];
      return;
    }
    // Copied: the caller may use its buffer again.
    this.#pieces.push(Uint8Array.from(bytes));
  }
}
