import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import type { ResolveInput, Scope } from '../hierarchy.ts';
import { directoriesDown, directoriesFromRoot, isInside } from '../places.ts';
import type { PlainReading } from './plain-reading.ts';

const MAX_NESTED = 500;

/** The files in front of the user and read so far, by their real names where those may be looked at. */
export async function filesInUse(reading: PlainReading): Promise<readonly string[]> {
  const { activeFile, filesRead = [] } = reading.input;
  const all = activeFile === undefined ? filesRead : [activeFile, ...filesRead];
  return Promise.all(all.map(async (path) => (await reading.realPath(path)) ?? path));
}

/** From the git root down to `cwd`; `cwd` alone where there is no repository. */
export function directoriesToCwd({ repositoryRoot, cwd }: ResolveInput): readonly string[] {
  const down = repositoryRoot === undefined ? [] : directoriesDown(repositoryRoot, cwd);
  return down.length === 0 ? [cwd] : down;
}

/** The directories strictly below `cwd` on the way to each of the files, broadest first, each once. */
export function directoriesToFiles(cwd: string, files: readonly string[]): readonly string[] {
  const inside = files.filter((path) => path !== cwd && isInside(path, cwd));
  return [...new Set(inside.flatMap((path) => directoriesDown(cwd, dirname(path)).slice(1)))];
}

/** Known memory files below `cwd` that the test accepts, sorted; 500 at most, said as a problem. */
export function knownBelow(reading: PlainReading, accepts: (path: string) => boolean): readonly string[] {
  const { cwd, knownNested = [] } = reading.input;
  // Ten thousand may be known, and each program asks: the cheap questions first.
  const start = cwd.endsWith(sep) ? cwd : cwd + sep;
  const accepted = knownNested.filter((path) => path.startsWith(start) && accepts(path));
  const below = [...new Set(accepted)].filter((path) => dirname(path) !== cwd);
  if (below.length > MAX_NESTED)
    reading.addProblem(cwd, `Only the first ${MAX_NESTED} of ${below.length} files in subfolders are shown.`);
  return below.sort().slice(0, MAX_NESTED);
}

/** Directories strictly below `cwd` that have a folder of rules (`.cursor/rules`), known or on the way to a file. */
export function ruleOwnersBelow(
  reading: PlainReading,
  folder: readonly string[],
  files: readonly string[],
): readonly string[] {
  const { cwd } = reading.input;
  const inner = `${sep}${folder.join(sep)}${sep}`;
  const known = knownBelow(reading, (path) => path.includes(inner)).map((path) =>
    path.slice(0, path.indexOf(inner)),
  );
  const owners = new Set([...directoriesToFiles(cwd, files), ...known.sort()]);
  owners.delete(cwd);
  return [...owners].filter((owner) => isInside(owner, cwd));
}

/** Files of that name below `cwd`: on the way to the files in use, and known ones. */
export function namedBelow(
  reading: PlainReading,
  names: readonly string[],
  files: readonly string[],
): readonly string[] {
  const onTheWay = directoriesToFiles(reading.input.cwd, files).flatMap((directory) =>
    names.map((name) => join(directory, name)),
  );
  return [...new Set([...onTheWay, ...knownBelow(reading, (path) => names.includes(basename(path)))])];
}

/** `folder` for what a directory below the git root says, else `project`. */
export function scopeOf({ repositoryRoot }: ResolveInput, directory: string): Scope {
  const isBelow =
    repositoryRoot !== undefined && directory !== repositoryRoot && isInside(directory, repositoryRoot);
  return isBelow ? 'folder' : 'project';
}

/** Why a file stands where it counts from the start. */
export function placeWords({ cwd }: ResolveInput, directory: string): string {
  return directory === cwd
    ? 'in the folder where the session starts'
    : 'in a folder above the one where the session starts';
}

/**
 * The directories from the project's root down to `cwd`, where the root is the nearest directory that holds one of
 * the markers. `cwd` alone where none is found or none is wanted. `.git` is answered by the known git root.
 */
export async function directoriesFromMarker(
  reading: PlainReading,
  markers: readonly string[],
): Promise<readonly string[]> {
  const { input } = reading;
  if (markers.length === 1 && markers[0] === '.git') return directoriesToCwd(input);
  const names = markers.filter((marker) => !isAbsolute(marker) && !marker.includes('..'));
  for (const directory of directoriesFromRoot(input.cwd).toReversed()) {
    for (const marker of names)
      if (await reading.exists(join(directory, marker))) return directoriesDown(directory, input.cwd);
  }
  return [input.cwd];
}
