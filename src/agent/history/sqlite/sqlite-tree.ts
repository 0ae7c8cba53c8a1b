import { type SqlitePages, SqliteProblem } from './sqlite-pages.ts';
import { readVarint } from './sqlite-record.ts';

const TABLE_INTERIOR = 5;
const TABLE_LEAF = 13;
const INDEX_INTERIOR = 2;
const INDEX_LEAF = 10;
const DEEPEST = 40;

/** A record where it stands, with what of it is on its own page. */
export interface StoredRecord {
  /** Zero in an index. */
  readonly rowId: number;
  /** All of it, piece by piece; what is not asked for is not read. */
  pieces(): AsyncGenerator<Uint8Array>;
}

/** All rows of a table in the order of their ids. Throws {@link SqliteProblem}. */
export async function* rowsOfTable(pages: SqlitePages, root: number): AsyncGenerator<StoredRecord> {
  yield* walkTable(new TreeWalk(pages), root, 0);
}

/** One row; undefined where there is none of that id. */
export async function rowOfTable(
  pages: SqlitePages,
  root: number,
  rowId: number,
): Promise<StoredRecord | undefined> {
  let number = root;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const page = await TreePage.read(pages, number, [TABLE_INTERIOR, TABLE_LEAF]);
    if (page.type === TABLE_LEAF) {
      for (let index = 0; index < page.cellCount; index += 1) {
        const record = page.tableRecord(index);
        if (record.rowId === rowId) return record;
      }
      return undefined;
    }
    let child = page.rightMost;
    for (let index = 0; index < page.cellCount; index += 1) {
      const at = page.cellAt(index);
      if (rowId > readVarint(page.bytes, at + 4).value) continue;
      child = page.view.getUint32(at);
      break;
    }
    number = child;
  }
  throw new SqliteProblem('A table is too deep.');
}

/**
 * Records of an index for which `compare` says 0; it says less than 0 for those before them and more for those behind.
 */
export async function* recordsOfIndex(
  pages: SqlitePages,
  root: number,
  compare: (record: StoredRecord) => Promise<number>,
): AsyncGenerator<StoredRecord> {
  yield* walkIndex(new TreeWalk(pages), root, 0, compare);
}

/** Ends whatever the pages say: no more of them are visited than the database has. */
class TreeWalk {
  readonly pages: SqlitePages;
  #visited = 0;

  constructor(pages: SqlitePages) {
    this.pages = pages;
  }

  read(number: number, depth: number, types: readonly number[]): Promise<TreePage> {
    this.#visited += 1;
    if (this.#visited > this.pages.pageCount || depth > DEEPEST)
      throw new SqliteProblem('Its pages go round in a circle.');
    return TreePage.read(this.pages, number, types);
  }
}

async function* walkTable(walk: TreeWalk, number: number, depth: number): AsyncGenerator<StoredRecord> {
  const page = await walk.read(number, depth, [TABLE_INTERIOR, TABLE_LEAF]);
  for (let index = 0; index < page.cellCount; index += 1) {
    if (page.type === TABLE_LEAF) yield page.tableRecord(index);
    else yield* walkTable(walk, page.view.getUint32(page.cellAt(index)), depth + 1);
  }
  if (page.type === TABLE_INTERIOR) yield* walkTable(walk, page.rightMost, depth + 1);
}

async function* walkIndex(
  walk: TreeWalk,
  number: number,
  depth: number,
  compare: (record: StoredRecord) => Promise<number>,
): AsyncGenerator<StoredRecord> {
  const page = await walk.read(number, depth, [INDEX_INTERIOR, INDEX_LEAF]);
  const isLeaf = page.type === INDEX_LEAF;
  for (let index = 0; index < page.cellCount; index += 1) {
    const record = page.indexRecord(index, isLeaf ? 0 : 4);
    const order = await compare(record);
    if (order < 0) continue;
    if (!isLeaf) yield* walkIndex(walk, page.view.getUint32(page.cellAt(index)), depth + 1, compare);
    if (order > 0) return;
    yield record;
  }
  if (!isLeaf) yield* walkIndex(walk, page.rightMost, depth + 1, compare);
}

class TreePage {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly type: number;
  readonly cellCount: number;
  readonly #start: number;
  readonly #pages: SqlitePages;

  static async read(pages: SqlitePages, number: number, types: readonly number[]): Promise<TreePage> {
    const page = new TreePage(pages, await pages.page(number), number === 1 ? 100 : 0);
    if (!types.includes(page.type)) throw new SqliteProblem(`Page ${number} is not of the tree it is in.`);
    return page;
  }

  private constructor(pages: SqlitePages, bytes: Uint8Array, start: number) {
    this.#pages = pages;
    this.#start = start;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.type = this.view.getUint8(start);
    const count = this.view.getUint16(start + 3);
    const first = start + (this.type === TABLE_INTERIOR || this.type === INDEX_INTERIOR ? 12 : 8);
    this.cellCount = Math.min(count, Math.floor((bytes.length - first) / 2));
  }

  get rightMost(): number {
    return this.view.getUint32(this.#start + 8);
  }

  cellAt(index: number): number {
    const isInterior = this.type === TABLE_INTERIOR || this.type === INDEX_INTERIOR;
    const at = this.view.getUint16(this.#start + (isInterior ? 12 : 8) + index * 2);
    if (at + 4 > this.bytes.length) throw new SqliteProblem('A record is not on its page.');
    return at;
  }

  tableRecord(index: number): StoredRecord {
    const size = readVarint(this.bytes, this.cellAt(index));
    const rowId = readVarint(this.bytes, size.next);
    return this.#record(rowId.value, size.value, rowId.next, this.#pages.usableSize - 35);
  }

  indexRecord(index: number, skip: number): StoredRecord {
    const size = readVarint(this.bytes, this.cellAt(index) + skip);
    const most = Math.floor(((this.#pages.usableSize - 12) * 64) / 255) - 23;
    return this.#record(0, size.value, size.next, most);
  }

  /** How much of a record is on its page is a rule of the format. */
  #record(rowId: number, size: number, at: number, most: number): StoredRecord {
    const { usableSize } = this.#pages;
    const least = Math.floor(((usableSize - 12) * 32) / 255) - 23;
    const some = least + ((size - least) % (usableSize - 4));
    const here = size <= most ? size : some <= most ? some : least;
    const own = this.bytes.subarray(at, at + here);
    if (own.length < here) throw new SqliteProblem('A record is not on its page.');
    const next = here < size && at + here + 4 <= this.bytes.length ? this.view.getUint32(at + here) : 0;
    const pages = this.#pages;
    return { rowId, pieces: () => piecesFrom(pages, own, next, size - here) };
  }
}

async function* piecesFrom(
  pages: SqlitePages,
  own: Uint8Array,
  overflow: number,
  rest: number,
): AsyncGenerator<Uint8Array> {
  yield own;
  let number = overflow;
  let visited = 0;
  for (let left = rest; left > 0; ) {
    visited += 1;
    if (visited > pages.pageCount) throw new SqliteProblem('Its pages go round in a circle.');
    const page = await pages.page(number);
    const piece = page.subarray(4, Math.min(pages.usableSize, 4 + left));
    yield piece;
    left -= piece.length;
    number = new DataView(page.buffer, page.byteOffset, 4).getUint32(0);
  }
}
