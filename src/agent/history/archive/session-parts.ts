import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { FileStatus, Files } from '../../../base/files.ts';
import { ioProblem } from '../../../base/io-problem.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';

/** A file of a session that may be read. */
export interface PartPlace {
  readonly path: string;
  /** As it stood before anything was read. */
  readonly status: FileStatus;
}

export interface SessionParts {
  readonly parts: readonly PartPlace[];
  /** What cannot be kept, in sentences. */
  readonly left: readonly string[];
}

/** A session with more files than this is kept in part. */
const MOST_PARTS = 20_000;

/**
 * The files of a session that are there, the session's own first. A link, and what a link leads out of the tool's
 * directories, is never followed: a session that names a key of the person would have it copied.
 */
export async function findParts(
  machine: MachinePlaces,
  reader: HistoryReader,
  session: SessionFile,
  /** Files of it that were kept before: a directory that cannot be listed for once must not make them gone. */
  known: Iterable<string> = [],
): Promise<SessionParts> {
  const { files } = machine;
  const places = await realPlaces(files, await toolDirectories(machine, reader));
  const named = await reader.parts(machine, session).catch(() => []);
  const paths = [...new Set([session.path, ...named, ...known].map((path) => resolve(path)))];
  const parts: PartPlace[] = [];
  const left = paths.length > MOST_PARTS ? [`Only ${MOST_PARTS} of its ${paths.length} files are kept.`] : [];
  for (const path of paths.slice(0, MOST_PARTS)) {
    try {
      const status = await files.linkStatus(path);
      if (status === undefined) continue;
      if (status.kind !== 'file') left.push(`${path} is no file but a ${status.kind}; it is not followed.`);
      else if (!(await isInside(files, places, path)))
        left.push(`${path} is not in a directory of ${reader.name}; it is not kept.`);
      else parts.push({ path, status });
    } catch (error) {
      left.push(ioProblem(error, `read ${path}`).message);
    }
  }
  return { parts, left };
}

/**
 * Where a tool keeps its sessions, and the directories that hold those: what belongs to a session may stand beside
 * them. Never the home directory or anything above it. Absolute, whether they are there or not.
 */
export async function toolDirectories(
  machine: MachinePlaces,
  reader: HistoryReader,
): Promise<readonly string[]> {
  const home = resolve(machine.homeDirectory);
  const places = (await reader.places(machine)).map((place) => resolve(place));
  const around = places.map((place) => dirname(place));
  return [...new Set([...places, ...around.filter((place) => place !== home && !isBelow(place, home))])];
}

interface Place {
  readonly named: string;
  readonly real: string;
}

/** Where a tool keeps its things, by name and behind links: that its own directory is a link is the person's will. */
async function realPlaces(files: Files, places: readonly string[]): Promise<readonly Place[]> {
  const found = places.map(async (place) => ({
    named: resolve(place),
    real: await files.realPath(place).catch(() => undefined),
  }));
  return (await Promise.all(found)).flatMap(({ named, real }) =>
    real === undefined ? [] : [{ named, real }],
  );
}

async function isInside(files: Files, places: readonly Place[], path: string): Promise<boolean> {
  const real = await files.realPath(path);
  return places.some(
    (place) => isBelow(place.named, path) && real === join(place.real, relative(place.named, path)),
  );
}

/** Whether a path is strictly below a directory, by their names. */
export function isBelow(directory: string, path: string): boolean {
  const rest = relative(directory, path);
  return rest !== '' && rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
}
