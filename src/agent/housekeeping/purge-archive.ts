import { createHash } from 'node:crypto';
import { failure, type Result, success } from '../../base/result.ts';
import {
  type ArchiveProblem,
  type ArchiveSurroundings,
  type KeptSession,
  listKept,
  pieceStore,
  underArchiveLock,
  writeManifest,
} from '../history/archive/archive.ts';
import { originOf, storePieces } from '../history/archive/keep-part.ts';
import { looseObjects } from '../history/archive/loose-objects.ts';
import type { KeptPart, KeptVersion, Piece } from '../history/archive/manifest.ts';
import { DamagedPiece, PIECE_BYTES, type PieceStore } from '../history/archive/piece-store.ts';
import { cutText, formsOf, holdsText, whyTooShort } from './purged-text.ts';

/** A text that must go from what is kept of other tools' sessions. */
export interface ArchivePurgePlan {
  readonly text: string;
  /** Kept sessions whose files hold it: manifests, from the archive's directory. */
  readonly rewritten: readonly string[];
  /** Pieces that hold it and that nothing can be read from any more. */
  readonly removed: readonly string[];
  /** Files of the tools themselves that hold it most likely: they are never written. */
  readonly originals: readonly string[];
}

/** How far into a file a zero byte says that it is no text. */
const BINARY_BYTES = 8_192;

/** Looks through everything that is kept. */
export async function planArchivePurge(
  around: Pick<ArchiveSurroundings, 'files' | 'directory'>,
  text: string,
): Promise<Result<ArchivePurgePlan, ArchiveProblem>> {
  const short = whyTooShort(text);
  if (short !== undefined) return failure({ message: short });
  const forms = formsOf(text);
  const store = pieceStore(around);
  try {
    const { sessions } = await listKept(around);
    const search = new PartSearch(store, forms);
    const rewritten: string[] = [];
    const originals = new Set<string>();
    for (const session of sessions) {
      const holding = await search.partsHolding(session);
      if (holding.length > 0) rewritten.push(session.name);
      for (const { path } of holding)
        if ((await around.files.status(path).catch(() => undefined)) !== undefined) originals.add(path);
    }
    const removed = await otherPieces(around, sessions, forms);
    return success({ text, rewritten, removed, originals: [...originals] });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failure({ message: `The archive could not be read whole, so nothing of it was purged: ${why}` });
  }
}

/**
 * Carries out the plan. What was cut stays cut: the tool's own file, which may still hold the text, is recognised by
 * its hash, and only what comes after it is kept.
 */
export function purgeArchive(
  around: ArchiveSurroundings,
  plan: ArchivePurgePlan,
): Promise<Result<void, ArchiveProblem>> {
  const forms = formsOf(plan.text);
  const store = pieceStore(around);
  return underArchiveLock(around, 'purge the archive', async () => {
    const { sessions } = await listKept(around);
    const search = new PartSearch(store, forms);
    // By what is there now: something may have been kept since the plan was made.
    for (const session of sessions) {
      if ((await search.partsHolding(session)).length === 0) continue;
      const versions = await mapAll(session.manifest.versions, (version) =>
        cutVersion(store, search, version),
      );
      const [newest, ...older] = versions;
      if (newest === undefined) continue;
      await store.flush();
      const written = await writeManifest(
        around,
        { ...session.manifest, versions: [newest, ...older] },
        session,
      );
      if (!written.ok) return written;
    }
    const gone = [
      ...(await looseObjects(around)).map(({ name }) => name),
      ...(await otherPieces(around, sessions, forms)),
    ];
    for (const name of new Set(gone)) await around.files.removeFile(`${around.directory}/${name}`);
    return success(undefined);
  });
}

async function cutVersion(store: PieceStore, search: PartSearch, version: KeptVersion): Promise<KeptVersion> {
  return { ...version, parts: await mapAll(version.parts, (part) => cutPart(store, search, part)) };
}

async function cutPart(store: PieceStore, search: PartSearch, part: KeptPart): Promise<KeptPart> {
  if (!(await search.holds(part))) return part;
  const hash = createHash('sha256');
  let size = 0;
  async function* contents() {
    const mark = (await isBinary(store, part)) ? 'sameLength' : 'marked';
    for await (const bytes of cutText(soundPieces(store, part.pieces), search.forms, mark)) {
      hash.update(bytes);
      size += bytes.byteLength;
      yield bytes;
    }
  }
  const pieces = await storePieces(store, contents());
  return { ...part, size, sha256: hash.digest('hex'), pieces, source: originOf(part) };
}

async function isBinary(store: PieceStore, { pieces: [first] }: KeptPart): Promise<boolean> {
  for await (const bytes of soundPieces(store, first === undefined ? [] : [first]))
    return bytes.subarray(0, BINARY_BYTES).includes(0);
  return false;
}

/** Nobody can read a damaged piece; it must not keep the text in the others. */
async function* soundPieces(store: PieceStore, pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    try {
      yield await store.get(piece);
    } catch (error) {
      if (!(error instanceof DamagedPiece)) throw error;
    }
  }
}

/** Pieces that no manifest that can be read leads to. */
async function otherPieces(
  around: Pick<ArchiveSurroundings, 'files' | 'directory'>,
  sessions: readonly KeptSession[],
  forms: readonly Buffer[],
): Promise<readonly string[]> {
  const store = pieceStore(around);
  const parts = sessions.flatMap(({ manifest }) => manifest.versions.flatMap((version) => version.parts));
  const named = new Set(parts.flatMap(({ pieces }) => pieces.map(({ hash }) => hash)));
  if ((await around.files.status(store.directory)) === undefined) return [];
  const found: string[] = [];
  for (const { name } of await around.files.readDirectory(store.directory)) {
    const hash = store.hashOf(name);
    if (hash === undefined || named.has(hash)) continue;
    if (await holdsText(soundPieces(store, [{ hash, size: PIECE_BYTES, stored: 0 }]), forms))
      found.push(`objects/${name}`);
  }
  return found;
}

/** Looks for a text in kept files, in each content once. */
class PartSearch {
  readonly forms: readonly Buffer[];
  readonly #store: PieceStore;
  readonly #known = new Map<string, boolean>();

  constructor(store: PieceStore, forms: readonly Buffer[]) {
    this.#store = store;
    this.forms = forms;
  }

  async partsHolding({ manifest }: KeptSession): Promise<readonly KeptPart[]> {
    const holding: KeptPart[] = [];
    for (const { parts } of manifest.versions)
      for (const part of parts) if (await this.holds(part)) holding.push(part);
    return holding;
  }

  async holds({ sha256, pieces }: KeptPart): Promise<boolean> {
    const known = this.#known.get(sha256) ?? (await holdsText(soundPieces(this.#store, pieces), this.forms));
    this.#known.set(sha256, known);
    return known;
  }
}

async function mapAll<T, U>(items: readonly T[], change: (item: T) => Promise<U>): Promise<readonly U[]> {
  const changed: U[] = [];
  for (const item of items) changed.push(await change(item));
  return changed;
}
