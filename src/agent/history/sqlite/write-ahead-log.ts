import type { Files } from '../../../base/files.ts';
import { FileBlocks } from './file-blocks.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const LITTLE_ENDIAN = 0x377f0682;
const BIG_ENDIAN = 0x377f0683;

/**
 * The pages that stand in the log beside a database and not in it yet, up to the last whole transaction: what a reader
 * has to see, since programs that are running, and many that ended, leave their newest work there.
 * Source: https://www.sqlite.org/fileformat2.html#walformat
 */
export class WriteAheadLog {
  /** Pages of the database after the last transaction; undefined where the log holds none. */
  readonly pageCount: number | undefined;
  readonly #blocks: FileBlocks;
  readonly #places: ReadonlyMap<number, number>;
  readonly #pageSize: number;

  private constructor(reading: LogReading, blocks: FileBlocks) {
    this.pageCount = reading.pageCount;
    this.#places = reading.committed;
    this.#pageSize = reading.pageSize;
    this.#blocks = blocks;
  }

  /** Undefined where there is no log, or none that holds anything. Rejects with Node's error. */
  static async open(files: Files, path: string, pageSize: number): Promise<WriteAheadLog | undefined> {
    const status = await files.linkStatus(path);
    if (status?.kind !== 'file' || status.size < HEADER_BYTES + FRAME_HEADER_BYTES) return undefined;
    const blocks = new FileBlocks(files, path);
    const reading = LogReading.begin(await blocks.range(0, HEADER_BYTES), pageSize);
    if (!reading) return undefined;
    const frameBytes = FRAME_HEADER_BYTES + pageSize;
    for (let at = HEADER_BYTES; at + frameBytes <= status.size; at += frameBytes)
      if (!reading.addFrame(await blocks.range(at, frameBytes), at)) break;
    return new WriteAheadLog(reading, blocks);
  }

  get highestPage(): number {
    let highest = 0;
    for (const page of this.#places.keys()) highest = Math.max(highest, page);
    return highest;
  }

  /** Undefined where the page stands in the database itself. */
  async page(number: number): Promise<Uint8Array | undefined> {
    const place = this.#places.get(number);
    return place === undefined ? undefined : this.#blocks.range(place + FRAME_HEADER_BYTES, this.#pageSize);
  }
}

/** Takes the frames of a log in order. Those of a transaction count when its last one is there, sums and all. */
class LogReading {
  pageCount: number | undefined;
  readonly committed = new Map<number, number>();
  readonly pageSize: number;
  readonly salt: string;
  readonly #isLittle: boolean;
  #pending = new Map<number, number>();
  #sums: readonly [number, number];

  static begin(header: Uint8Array, pageSize: number): LogReading | undefined {
    const view = viewOf(header);
    const magic = view.getUint32(0);
    if ((magic !== LITTLE_ENDIAN && magic !== BIG_ENDIAN) || view.getUint32(8) !== pageSize) return undefined;
    const reading = new LogReading(view, magic === LITTLE_ENDIAN, pageSize);
    return reading.#isSum(view, 24) ? reading : undefined;
  }

  private constructor(header: DataView, isLittle: boolean, pageSize: number) {
    this.pageSize = pageSize;
    this.#isLittle = isLittle;
    this.salt = saltOf(header, 16);
    this.#sums = checksum(header, 0, 24, isLittle, [0, 0]);
  }

  /** False for the first frame that does not count any more: it is left of an earlier use of the log, or torn. */
  addFrame(frame: Uint8Array, place: number): boolean {
    const view = viewOf(frame);
    if (saltOf(view, 8) !== this.salt) return false;
    const begun = checksum(view, 0, 8, this.#isLittle, this.#sums);
    this.#sums = checksum(view, FRAME_HEADER_BYTES, this.pageSize, this.#isLittle, begun);
    if (!this.#isSum(view, 16)) return false;
    this.#pending.set(view.getUint32(0), place);
    const pageCount = view.getUint32(4);
    if (pageCount === 0) return true;
    for (const [page, at] of this.#pending) this.committed.set(page, at);
    this.#pending = new Map();
    this.pageCount = pageCount;
    return true;
  }

  #isSum(view: DataView, at: number): boolean {
    return view.getUint32(at) === this.#sums[0] && view.getUint32(at + 4) === this.#sums[1];
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function saltOf(view: DataView, at: number): string {
  return `${view.getUint32(at)}-${view.getUint32(at + 4)}`;
}

function checksum(
  view: DataView,
  from: number,
  length: number,
  isLittle: boolean,
  [first, second]: readonly [number, number],
): readonly [number, number] {
  let [one, two] = [first, second];
  for (let at = from; at < from + length; at += 8) {
    one = (one + view.getUint32(at, isLittle) + two) >>> 0;
    two = (two + view.getUint32(at + 4, isLittle) + one) >>> 0;
  }
  return [one, two];
}
