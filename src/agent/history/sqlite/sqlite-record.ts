import { LineBytes } from '../session-lines.ts';
import { SqliteProblem } from './sqlite-pages.ts';

export type SqliteValue = null | number | string | Uint8Array;

/** Columns of a record that are more than this are not columns of anything we read. */
const MOST_COLUMNS = 2000;
const MOST_HEADER_BYTES = 64 * 1024;
/** A blob is kept up to this size; a longer one is none. */
const MOST_BLOB_BYTES = 64 * 1024 * 1024;

/** A number of one to nine bytes; beyond 2^53 it is not exact. */
export function readVarint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new SqliteProblem('A number is cut off.');
    value = value * 128 + (byte & 127);
    if (byte < 128) return { value, next: at + index + 1 };
  }
  const last = bytes[at + 8];
  if (last === undefined) throw new SqliteProblem('A number is cut off.');
  // All 64 bits: only negative numbers are so long.
  const high = bytes.subarray(at, at + 8).reduce((sum, byte) => (sum << 7n) | BigInt(byte & 127), 0n);
  return { value: Number(BigInt.asIntN(64, (high << 8n) | BigInt(last))), next: at + 9 };
}

/**
 * Reads a record that comes in pieces: as many columns as `wanted` names, undefined for those that it says no to or
 * that the record does not have. Of a text of megabytes long strings in it are cut, as of a line of a session.
 */
export async function readRecord(
  pieces: AsyncIterable<Uint8Array>,
  wanted: readonly boolean[],
): Promise<readonly (SqliteValue | undefined)[]> {
  const reading = new RecordReading(wanted);
  for await (const piece of pieces) if (!reading.add(piece)) break;
  return reading.values;
}

class RecordReading {
  readonly values: (SqliteValue | undefined)[] = [];
  readonly #wanted: readonly boolean[];
  #head: Uint8Array = new Uint8Array();
  #types: readonly number[] | undefined;
  #column: ColumnBytes | undefined;

  constructor(wanted: readonly boolean[]) {
    this.#wanted = wanted;
  }

  /** False when all that is wanted is there. */
  add(piece: Uint8Array): boolean {
    let rest = piece;
    if (this.#types === undefined) {
      this.#head = this.#head.length === 0 ? piece : Buffer.concat([this.#head, piece]);
      const body = this.#begin();
      if (body === undefined) return true;
      rest = body;
    }
    while (this.#column) {
      rest = this.#column.take(rest);
      if (!this.#column.isFull) return true;
      this.values.push(this.#column.value());
      this.#column = this.#columnAt(this.values.length);
    }
    return false;
  }

  /** What follows the header, when all of it is there. */
  #begin(): Uint8Array | undefined {
    const head = this.#head;
    if (head.length < 9 && head.length < (head[0] ?? 9)) return undefined;
    const { value: size, next } = readVarint(head, 0);
    if (size > MOST_HEADER_BYTES || size < next) throw new SqliteProblem('A record is not one.');
    if (head.length < size) return undefined;
    const types: number[] = [];
    for (let at = next; at < size; ) {
      const type = readVarint(head, at);
      types.push(type.value);
      at = type.next;
      if (types.length > MOST_COLUMNS) throw new SqliteProblem('A record has too many columns.');
    }
    this.#types = types;
    this.#column = this.#columnAt(0);
    return head.subarray(size);
  }

  #columnAt(index: number): ColumnBytes | undefined {
    const type = this.#types?.[index];
    const isWanted = this.#wanted[index];
    if (type === undefined || isWanted === undefined) return undefined;
    return new ColumnBytes(type, isWanted);
  }
}

/** The bytes of one column as they come. */
class ColumnBytes {
  readonly #type: number;
  readonly #isWanted: boolean;
  readonly #isBlob: boolean;
  #left: number;
  readonly #text: LineBytes | undefined;
  #pieces: Uint8Array[] = [];
  readonly #size: number;

  constructor(type: number, isWanted: boolean) {
    this.#type = type;
    this.#isWanted = isWanted;
    this.#size = sizeOfType(type);
    this.#left = this.#size;
    this.#isBlob = type >= 12 && type % 2 === 0;
    this.#text = isWanted && type >= 13 && type % 2 === 1 ? new LineBytes(0) : undefined;
  }

  get isFull(): boolean {
    return this.#left === 0;
  }

  /** Gives back what is not its own. */
  take(bytes: Uint8Array): Uint8Array {
    const own = bytes.subarray(0, this.#left);
    this.#left -= own.length;
    if (this.#text) this.#text.add(own);
    else if (this.#isWanted && this.#size <= MOST_BLOB_BYTES) this.#pieces.push(own.slice());
    return bytes.subarray(own.length);
  }

  value(): SqliteValue | undefined {
    if (!this.#isWanted) return undefined;
    if (this.#text) return this.#text.bytes().toString('utf8');
    if (this.#isBlob)
      return this.#size <= MOST_BLOB_BYTES ? Uint8Array.from(Buffer.concat(this.#pieces)) : null;
    return numberOf(this.#type, Buffer.concat(this.#pieces));
  }
}

function sizeOfType(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] ?? 0;
}

function numberOf(type: number, bytes: Buffer): number | null {
  if (type === 0 || type === 10 || type === 11) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type === 7) return bytes.readDoubleBE(0);
  return type === 6 ? Number(bytes.readBigInt64BE(0)) : bytes.readIntBE(0, bytes.length);
}
