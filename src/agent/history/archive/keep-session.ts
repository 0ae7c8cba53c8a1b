import { resolve } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import {
  type ArchiveProblem,
  type ArchiveSurroundings,
  findKept,
  pieceStore,
  underArchiveLock,
  writeManifest,
} from './archive.ts';
import {
  areThere,
  CutWhileRead,
  HeldBack,
  hashBeginning,
  keepPart,
  originOf,
  type PartReading,
} from './keep-part.ts';
import type { KeptPart, KeptVersion, Manifest } from './manifest.ts';
import { findParts, type PartPlace, type SessionParts } from './session-parts.ts';
import { isInSharedDatabase } from './shared-database.ts';

export interface KeepOptions {
  /** It must never go by itself any more. */
  readonly pin?: boolean;
  /** Also where a text was cut out of what is kept and the tool has written its file anew since, with that text perhaps. */
  readonly again?: boolean;
}

export interface KeepOutcome {
  readonly how: 'kept' | 'unchanged';
  /** Bytes of the session's files, and what they take in the archive, shared pieces counted. */
  readonly size: number;
  readonly stored: number;
  /** What of it could not be kept, in sentences. */
  readonly left: readonly string[];
}

/** Versions that a tool wrote over and that are kept beside the newest one. */
const MOST_VERSIONS = 3;
const MOST_ATTEMPTS = 3;

/**
 * Keeps a session as it is now, or what is new of it; a crash at any moment leaves what was kept before or this. The
 * tool's files are only read. What changes meanwhile is kept as it began, or tried again.
 */
export async function keepSession(
  around: ArchiveSurroundings,
  machine: MachinePlaces,
  reader: HistoryReader,
  session: SessionFile,
  options: KeepOptions = {},
): Promise<Result<KeepOutcome, ArchiveProblem>> {
  if (isInSharedDatabase(session)) {
    const message = `${reader.name} keeps all its sessions in one database, which may hold its credentials, too: it is not copied.`;
    return failure({ message });
  }
  const known = await findKept(around, session);
  const current = known.ok ? known.value?.manifest : undefined;
  if (current && !(options.pin && current.pinned === undefined)) {
    // Most have not changed since yesterday: they cost no lock.
    if (await isAsKept(around, machine, reader, session, current).catch(() => false))
      return success({ how: 'unchanged', left: current.versions[0].left, ...sizesOf(current) });
  }
  return underArchiveLock(around, `keep ${session.path}`, async () => {
    const found = await findKept(around, session);
    if (!found.ok) return found;
    const standing = found.value?.manifest;
    const again = options.again ?? false;
    const taken = await takePicture(around, machine, reader, { session, standing, again });
    if (!taken.ok) return taken;
    const { readings, left } = taken.value;
    const pinned = standing?.pinned ?? (options.pin ? isoNow(around) : undefined);
    const manifest = manifestOf(around, session, readings, left, { standing, pinned });
    const isNew = standing === undefined || standing.pinned !== pinned || !isAlike(standing, manifest);
    if (isNew) {
      await pieceStore(around).flush();
      const written = await writeManifest(around, manifest, found.value);
      if (!written.ok) return written;
    }
    return success({ how: isNew ? 'kept' : 'unchanged', left, ...sizesOf(manifest) });
  });
}

/** Bytes of what is kept of a session, and what they take. */
export function sizesOf({ versions }: Manifest): { readonly size: number; readonly stored: number } {
  const stored = new Map(
    versions
      .flatMap(({ parts }) => parts)
      .flatMap(({ pieces }) => pieces.map((piece) => [piece.hash, piece.stored])),
  );
  return {
    size: versions[0].parts.reduce((sum, part) => sum + part.size, 0),
    stored: [...stored.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** By the size and time of its files alone. */
async function isAsKept(
  around: ArchiveSurroundings,
  machine: MachinePlaces,
  reader: HistoryReader,
  session: SessionFile,
  { versions: [newest] }: Manifest,
): Promise<boolean> {
  const kept = new Map(newest.parts.map((part) => [part.path, part]));
  const { parts, left } = await findParts(machine, reader, session, kept.keys());
  const present = newest.parts.filter(({ gone }) => gone === undefined);
  if (parts[0]?.path !== resolve(session.path) || parts.length !== present.length) return false;
  if (JSON.stringify(left) !== JSON.stringify(newest.left)) return false;
  const store = pieceStore(around);
  for (const { path, status } of parts) {
    const part = kept.get(path);
    if (part === undefined || part.gone || part.modified !== status.modified) return false;
    if (originOf(part).size !== status.size || !(await areThere(around.files, store, part))) return false;
  }
  return true;
}

interface Picture extends SessionParts {
  readonly readings: readonly PartReading[];
}

interface PictureRequest {
  readonly session: SessionFile;
  readonly standing: Manifest | undefined;
  readonly again: boolean;
}

/** Reads every part; again where one of them was not merely added to meanwhile. */
async function takePicture(
  around: ArchiveSurroundings,
  machine: MachinePlaces,
  reader: HistoryReader,
  { session, standing, again }: PictureRequest,
): Promise<Result<Picture, ArchiveProblem>> {
  const store = pieceStore(around);
  const before = new Map(standing?.versions[0].parts.map((part) => [part.path, part]));
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const found = await findParts(machine, reader, session, before.keys());
    if (found.parts[0]?.path !== resolve(session.path))
      return failure({ message: found.left[0] ?? `${session.path} is not there any more.` });
    try {
      const readings = [];
      for (const place of found.parts) {
        readings.push(await keepPart(machine.files, store, place, before.get(place.path), again));
      }
      if (await areOfOneMoment(machine.files, found.parts, readings)) return success({ ...found, readings });
    } catch (error) {
      if (error instanceof HeldBack) return failure({ message: heldBackWords(reader, session) });
      if (!(error instanceof CutWhileRead)) throw error;
    }
  }
  return failure({ message: `${session.path} changed again and again while it was read. Try again later.` });
}

function heldBackWords({ name }: HistoryReader, { id }: SessionFile): string {
  return `A text was cut out of what is kept of ${id}, and ${name} has written its file anew since. It is not kept again by itself; name it to keep it.`;
}

/** Whether what was read still stands, if only with more behind it. */
async function areOfOneMoment(
  files: Files,
  parts: readonly PartPlace[],
  readings: readonly PartReading[],
): Promise<boolean> {
  for (const [at, { path, status }] of parts.entries()) {
    const now = await files.linkStatus(path);
    const reading = readings[at];
    if (now?.kind !== 'file' || reading === undefined) return false;
    if (now.size === status.size && now.modified === status.modified) continue;
    const { size, sha256 } = originOf(reading.part);
    if (now.size < size || (await hashBeginning(files, path, size)).digest('hex') !== sha256) return false;
  }
  return true;
}

function manifestOf(
  around: ArchiveSurroundings,
  session: SessionFile,
  readings: readonly PartReading[],
  left: readonly string[],
  { standing, pinned }: { readonly standing: Manifest | undefined; readonly pinned: string | undefined },
): Manifest {
  const { tool, path, parent } = session;
  const id = standing?.id ?? session.id;
  const parts = [...readings.map(({ part }) => part), ...partsGone(standing, readings)];
  const newest: KeptVersion = { at: isoNow(around), parts, left };
  const wasRewritten = readings.some(({ change }) => change === 'rewritten');
  const older = standing?.versions.slice(wasRewritten ? 0 : 1) ?? [];
  return {
    version: 1,
    tool,
    id,
    path,
    modified: Math.max(...readings.map(({ part }) => part.modified)),
    ...(parent !== undefined && { parent }),
    ...(pinned !== undefined && { pinned }),
    versions: [newest, ...older.slice(0, MOST_VERSIONS - 1)],
  };
}

/**
 * Files of the session that the tool has deleted since stay. The journals of a database do not: they belong to the
 * moment when they were read, and would spoil the database of another.
 */
function partsGone(standing: Manifest | undefined, readings: readonly PartReading[]): readonly KeptPart[] {
  const present = new Set(readings.map(({ part }) => part.path));
  const gone = standing?.versions[0].parts.filter(({ path }) => !present.has(path)) ?? [];
  return gone
    .filter(({ path }) => !/-(wal|shm|journal)$/.test(path))
    .map((part) => ({ ...part, gone: true }));
}

/** Whether the two hold the same, whenever that was kept. */
function isAlike(one: Manifest, other: Manifest): boolean {
  const facts = ({ versions: [newest], modified }: Manifest) =>
    JSON.stringify([modified, newest.left, newest.parts]);
  return facts(one) === facts(other);
}

function isoNow({ clock }: ArchiveSurroundings): string {
  return new Date(clock.now()).toISOString();
}
