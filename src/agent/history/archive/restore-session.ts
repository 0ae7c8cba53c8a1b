import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { ioProblem } from '../../../base/io-problem.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { type ArchiveProblem, type ArchiveSurroundings, pieceStore } from './archive.ts';
import { readPieces } from './keep-part.ts';
import type { KeptPart, Manifest } from './manifest.ts';
import { DamagedPiece, type PieceStore } from './piece-store.ts';
import { isBelow } from './session-parts.ts';

export interface RestoreRequest {
  /** A directory that is empty or not there yet. Absolute. */
  readonly to: string;
  /** Directories of programs, and Varve's own: nothing is written in, above or below any of them. */
  readonly forbidden: readonly string[];
  /** Which of what is kept: 0, unless told, is the newest. */
  readonly version?: number;
}

export interface Restored {
  /** Where the session's own file is now. */
  readonly path: string;
  readonly files: readonly string[];
}

/**
 * Writes a kept session's files into a directory that a person chose, as they stood beside one another, mode 0600.
 * The tool's own place is never one: what stands there may be newer, and is the tool's.
 */
export async function restoreSession(
  around: Pick<ArchiveSurroundings, 'files' | 'directory'>,
  manifest: Manifest,
  { to, forbidden, version = 0 }: RestoreRequest,
): Promise<Result<Restored, ArchiveProblem>> {
  const { files } = around;
  const kept = manifest.versions[version];
  if (kept === undefined)
    return failure({
      message: `${manifest.versions.length} of its states are kept; there is no ${version + 1}.`,
    });
  try {
    const wrong = await whyNotThere(files, resolve(to), forbidden);
    if (wrong !== undefined) return failure({ message: wrong });
    const root = commonDirectory(kept.parts);
    const restored: string[] = [];
    for (const part of kept.parts) {
      const path = join(resolve(to), relative(root, part.path));
      if (!isBelow(resolve(to), path)) return failure({ message: `${part.path} has no place in ${to}.` });
      await files.makeDirectory(dirname(path), 0o700);
      await restorePart(files, pieceStore(around), part, path);
      restored.push(path);
    }
    return success({ path: join(resolve(to), relative(root, resolve(manifest.path))), files: restored });
  } catch (error) {
    if (error instanceof DamagedPiece)
      return failure({ message: `${error.message} What was written is in ${to}.` });
    return failure(ioProblem(error, `restore to ${to}`));
  }
}

async function whyNotThere(
  files: Files,
  to: string,
  forbidden: readonly string[],
): Promise<string | undefined> {
  const real = await realOf(files, to);
  for (const place of forbidden) {
    const other = await realOf(files, place);
    if (real === other || isBelow(other, real) || isBelow(real, other))
      return `${to} belongs to a program (${place}). Choose a directory of your own.`;
  }
  const status = await files.status(to);
  if (status === undefined) return undefined;
  if (status.kind !== 'directory') return `${to} is no directory. Choose one that is empty, or a new one.`;
  const [entry] = await files.readDirectoryUnsorted(to, 1);
  return entry === undefined ? undefined : `${to} is not empty. Choose one that is, or a new one.`;
}

/** Behind all links; of what is not there the nearest parent that is. */
async function realOf(files: Files, path: string): Promise<string> {
  const at = resolve(path);
  if ((await files.status(at).catch(() => undefined)) !== undefined) return files.realPath(at);
  return dirname(at) === at ? at : join(await realOf(files, dirname(at)), relative(dirname(at), at));
}

function commonDirectory(parts: readonly KeptPart[]): string {
  const [first = [], ...others] = parts.map(({ path }) => dirname(resolve(path)).split(sep));
  const length = others.reduce((shared, names) => {
    const different = names.findIndex((name, at) => name !== first[at]);
    return Math.min(shared, different === -1 ? names.length : different);
  }, first.length);
  const directory = first.slice(0, length).join(sep);
  return isAbsolute(directory) ? directory : `${directory}${sep}`;
}

async function restorePart(files: Files, store: PieceStore, part: KeptPart, path: string): Promise<void> {
  await files.writeNew(path, new Uint8Array(), 0o600);
  for await (const bytes of readPieces(store, part.pieces)) await files.append(path, bytes);
  await files.syncDirectory(dirname(path));
}
