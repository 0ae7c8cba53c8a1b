import { createHash, type Hash } from 'node:crypto';
import type { Files } from '../../../base/files.ts';
import type { KeptPart, Piece } from './manifest.ts';
import { PIECE_BYTES, type PieceStore } from './piece-store.ts';
import type { PartPlace } from './session-parts.ts';

/** What became of a file since it was kept last. */
export type PartChange = 'new' | 'same' | 'grown' | 'rewritten';

export interface PartReading {
  readonly part: KeptPart;
  readonly change: PartChange;
}

/** The file ended before the place where it ended a moment ago. */
export class CutWhileRead extends Error {}

/** A text was cut out of what is kept of a file, and the tool has written the file anew, with that text perhaps. */
export class HeldBack extends Error {}

/** More pieces than this that are far from full are joined, else a year of growth would be thousands of files. */
const MOST_LOOSE = 16;
const LOOSE_BYTES = PIECE_BYTES / 4;

/**
 * Stores what is new of one file. Of one that only grew that is its end: what was kept is proven to be its beginning
 * by its hash. Nothing names the new pieces yet. Rejects with Node's errors,
 * {@link CutWhileRead} and {@link HeldBack}.
 */
export async function keepPart(
  files: Files,
  store: PieceStore,
  place: PartPlace,
  before: KeptPart | undefined,
  /** Also where it would be {@link HeldBack}. */
  again: boolean,
): Promise<PartReading> {
  if (before === undefined) return { part: await keepWhole(files, store, place), change: 'new' };
  if (!(await areThere(files, store, before))) return keepAnew(files, store, place, before, again);
  const origin = originOf(before);
  const { size, modified } = place.status;
  if (size === origin.size && modified === before.modified) return { part: present(before), change: 'same' };
  if (size >= origin.size) {
    const hash = await hashBeginning(files, place.path, origin.size);
    if (hash.copy().digest('hex') === origin.sha256)
      return { part: await keepTail(files, store, place, before, hash), change: 'grown' };
  }
  return keepAnew(files, store, place, before, again);
}

async function keepAnew(
  files: Files,
  store: PieceStore,
  place: PartPlace,
  before: KeptPart,
  again: boolean,
): Promise<PartReading> {
  // Before any of it is stored.
  if (before.source !== undefined && !again) throw new HeldBack();
  const part = await keepWhole(files, store, place);
  return { part, change: part.sha256 === before.sha256 ? 'same' : 'rewritten' };
}

/** What the tool's own file was when this was kept. */
export function originOf(part: KeptPart): { readonly size: number; readonly sha256: string } {
  const { size, sha256 } = part.source ?? part;
  return { size, sha256 };
}

/** SHA-256 of the first `size` bytes. Rejects with {@link CutWhileRead} where there are fewer. */
export async function hashBeginning(files: Files, path: string, size: number): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const bytes of readRange(files, path, 0, size)) hash.update(bytes);
  return hash;
}

/** Stores contents in pieces as full as they can be. */
export async function storePieces(
  store: PieceStore,
  contents: AsyncIterable<Uint8Array>,
): Promise<readonly Piece[]> {
  const pieces: Piece[] = [];
  let waiting: Uint8Array[] = [];
  let size = 0;
  const put = async () => {
    if (size > 0) pieces.push(await store.put(Buffer.concat(waiting)));
    [waiting, size] = [[], 0];
  };
  for await (const bytes of contents) {
    for (let at = 0; at < bytes.byteLength; ) {
      const taken = bytes.subarray(at, at + PIECE_BYTES - size);
      waiting.push(taken);
      size += taken.byteLength;
      at += taken.byteLength;
      if (size === PIECE_BYTES) await put();
    }
  }
  await put();
  return pieces;
}

/** The contents that these pieces are. Rejects with `DamagedPiece`. */
export async function* readPieces(store: PieceStore, pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await store.get(piece);
}

async function keepWhole(files: Files, store: PieceStore, { path, status }: PartPlace): Promise<KeptPart> {
  const hash = createHash('sha256');
  const pieces = await storePieces(store, hashing(hash, readRange(files, path, 0, status.size)));
  return { path, size: status.size, modified: status.modified, sha256: hash.digest('hex'), pieces };
}

async function keepTail(
  files: Files,
  store: PieceStore,
  { path, status }: PartPlace,
  before: KeptPart,
  /** Of the beginning. */
  hash: Hash,
): Promise<KeptPart> {
  const { whole, loose } = splitLoose(before.pieces);
  const stored = before.source === undefined ? undefined : await hashPieces(store, before.pieces);
  const from = originOf(before).size;
  async function* contents() {
    yield* readPieces(store, loose);
    for await (const bytes of readRange(files, path, from, status.size - from)) {
      hash.update(bytes);
      stored?.update(bytes);
      yield bytes;
    }
  }
  const pieces = [...whole, ...(await storePieces(store, contents()))];
  const sha256 = hash.digest('hex');
  const part = { path, modified: status.modified, pieces, size: before.size + status.size - from };
  return stored === undefined
    ? { ...part, sha256 }
    : { ...part, sha256: stored.digest('hex'), source: { size: status.size, sha256 } };
}

/** The pieces at the end that are joined with what comes. */
function splitLoose(pieces: readonly Piece[]): { whole: readonly Piece[]; loose: readonly Piece[] } {
  let count = 0;
  while (count < pieces.length && (pieces.at(-1 - count)?.size ?? PIECE_BYTES) < LOOSE_BYTES) count += 1;
  const at = count >= MOST_LOOSE ? pieces.length - count : pieces.length;
  return { whole: pieces.slice(0, at), loose: pieces.slice(at) };
}

/** By their names and sizes: one that is missing is made good while the tool's file is still there. */
export async function areThere(files: Files, store: PieceStore, { pieces }: KeptPart): Promise<boolean> {
  for (const { hash, stored } of pieces) {
    if ((await files.status(store.pathOf(hash)))?.size !== stored) return false;
  }
  return true;
}

async function hashPieces(store: PieceStore, pieces: readonly Piece[]): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const bytes of readPieces(store, pieces)) hash.update(bytes);
  return hash;
}

function present({ gone: _gone, ...part }: KeptPart): KeptPart {
  return part;
}

async function* hashing(hash: Hash, contents: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of contents) {
    hash.update(bytes);
    yield bytes;
  }
}

async function* readRange(
  files: Files,
  path: string,
  from: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < from + length; ) {
    const bytes = await files.readPart(path, at, Math.min(PIECE_BYTES, from + length - at));
    if (bytes.byteLength === 0) throw new CutWhileRead();
    yield bytes;
    at += bytes.byteLength;
  }
}
