import { join, relative, sep } from 'node:path';
import type { DirectoryEntry, Files } from '../../base/files.ts';
import { errorCode, ioProblem } from '../../base/io-problem.ts';
import type { SessionFile } from './history-reader.ts';

/** What stands in a directory of a tool. One that is not there holds nothing; one that cannot be read is a problem. */
export async function entriesOf(
  files: Files,
  directory: string,
  problems: string[],
): Promise<readonly DirectoryEntry[]> {
  try {
    return await files.readDirectory(directory);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push(ioProblem(error, `read ${directory}`).message);
    return [];
  }
}

/** Directories directly in one, links passed over. */
export async function directoriesIn(
  files: Files,
  directory: string,
  problems: string[],
): Promise<readonly string[]> {
  const entries = await entriesOf(files, directory, problems);
  return entries.filter(({ kind }) => kind === 'directory').map(({ name }) => join(directory, name));
}

/** So many files are looked at together. */
const TOGETHER = 64;

/** The regular files among the candidates with their status, in the same order. Links and what is gone are left out. */
export async function withStatus<Candidate extends { readonly path: string }>(
  files: Files,
  candidates: readonly Candidate[],
): Promise<readonly (Candidate & { readonly size: number; readonly modified: number })[]> {
  const found: (Candidate & { readonly size: number; readonly modified: number })[] = [];
  for (let at = 0; at < candidates.length; at += TOGETHER) {
    const some = candidates.slice(at, at + TOGETHER);
    const states = await Promise.all(some.map(({ path }) => files.linkStatus(path).catch(() => undefined)));
    for (const [index, status] of states.entries()) {
      const candidate = some[index];
      if (candidate === undefined || status?.kind !== 'file') continue;
      found.push({ ...candidate, size: status.size, modified: status.modified });
    }
  }
  return found;
}

/** Newest first, at most `limit`; of equal times in the order of their ids, the later one first. */
export function newestOf(sessions: readonly SessionFile[], limit: number): readonly SessionFile[] {
  return sessions
    .toSorted((one, other) => other.modified - one.modified || (one.id < other.id ? 1 : -1))
    .slice(0, limit);
}

/** Whether a regular file is reached from one of the places without a link: a link may lead out of the tool's directories. */
export async function isReached(files: Files, places: readonly string[], path: string): Promise<boolean> {
  for (const place of places) {
    const way = relative(place, path).split(sep);
    if (way[0] === '' || way[0] === '..') continue;
    if (await isWayOfDirectories(files, place, way)) return true;
  }
  return false;
}

async function isWayOfDirectories(files: Files, place: string, way: readonly string[]): Promise<boolean> {
  let at = place;
  for (const [index, name] of way.entries()) {
    at = join(at, name);
    const status = await files.linkStatus(at).catch(() => undefined);
    if (status?.kind !== (index === way.length - 1 ? 'file' : 'directory')) return false;
  }
  return true;
}
