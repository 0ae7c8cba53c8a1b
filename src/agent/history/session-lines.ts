import type { Files } from '../../base/files.ts';
import { JsonShortener } from './json-shortener.ts';

export interface SessionLine {
  /** Without its line end and a byte order mark. Strings of an oversized line are shortened: it is JSON as before. */
  readonly text: string;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** False for a last line without a line end: it may be torn, or still be written. */
  readonly whole: boolean;
}

const CHUNK_BYTES = 1024 * 1024;
/** Lines up to this size come as they are. */
const LINE_BYTES = 4 * CHUNK_BYTES;
const NEWLINE = 10;

/**
 * The lines of a file one by one, with bounded memory whatever their length; empty ones are left out. Only what was
 * there when it began is read. Rejects with Node's error where the file cannot be read.
 */
export function readSessionLines(files: Files, path: string, from = 0): AsyncGenerator<SessionLine> {
  return linesOfPieces(readPieces(files, path, from), from);
}

/** A file from an offset on in pieces of at most 1 MiB; only what was there when it began. */
export async function* readPieces(files: Files, path: string, from = 0): AsyncGenerator<Uint8Array> {
  const size = (await files.status(path))?.size ?? 0;
  for (let at = from; at < size; ) {
    const piece = await files.readPart(path, at, Math.min(CHUNK_BYTES, size - at));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}

/** The same for what comes in pieces, the first of which begins at `from`. What was whole is given before it rejects. */
export async function* linesOfPieces(
  pieces: AsyncIterable<Uint8Array>,
  from = 0,
): AsyncGenerator<SessionLine> {
  let line = new LineBytes(from);
  let at = from;
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      line.add(piece.subarray(start, end));
      const text = line.text();
      if (text !== '') yield { text, offset: line.offset, whole: true };
      start = end + 1;
      line = new LineBytes(at + start);
    }
    line.add(piece.subarray(start));
    at += piece.length;
  }
  const text = line.text();
  if (text !== '') yield { text, offset: line.offset, whole: false };
}

/** Collects one line; from {@link LINE_BYTES} on only what is left of it with long strings shortened. */
export class LineBytes {
  readonly offset: number;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #shortener: JsonShortener | undefined;

  constructor(offset: number) {
    this.offset = offset;
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#shortener === undefined && this.#bytes > LINE_BYTES) {
      this.#shortener = new JsonShortener();
      for (const earlier of this.#pieces) this.#shortener.add(earlier);
      this.#pieces = [];
    }
    // The chunk is the caller's until the line ends: copied, so that a short line does not hold all of it.
    if (this.#shortener) this.#shortener.add(piece);
    else this.#pieces.push(piece.slice());
  }

  bytes(): Buffer {
    const bytes = this.#shortener?.end() ?? Buffer.concat(this.#pieces);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  text(): string {
    const text = this.bytes().toString('utf8');
    return (text.startsWith('\uFEFF') ? text.slice(1) : text).trim();
  }
}
