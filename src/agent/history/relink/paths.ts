import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Files } from '../../../base/files.ts';

/** True for the directory itself, too. By names alone: links are resolved before. */
export function isAtOrBelow(directory: string, path: string): boolean {
  const rest = relative(directory, path);
  return rest === '' || (rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest));
}

export interface Nearest {
  /** The path with the links of what is there of it resolved. */
  readonly path: string;
  /** The longest beginning of it that is a directory now. */
  readonly existing: string;
}

/** What is left of a path that may be gone. */
export async function nearestExisting(files: Files, path: string): Promise<Nearest> {
  for (let at = path; ; at = dirname(at)) {
    const status = await files.status(at).catch(() => undefined);
    const isRoot = dirname(at) === at;
    if (status?.kind !== 'directory' && !isRoot) continue;
    const existing = await files.realPath(at).catch(() => at);
    return { path: join(existing, relative(at, path)), existing };
  }
}

/** The directory itself and those above it, without the last that is there; at most `limit`. */
export function goneDirectories({ path, existing }: Nearest, limit: number): readonly string[] {
  const gone: string[] = [];
  for (let at = path; at !== existing && dirname(at) !== at && gone.length < limit; at = dirname(at))
    gone.push(at);
  return gone;
}

/** The deepest directory that holds all of them; undefined for none. */
export function commonDirectory(paths: readonly string[]): string | undefined {
  const [first, ...others] = paths.map((path) => dirname(path));
  if (first === undefined) return undefined;
  let shared = first;
  for (const other of others) while (!isAtOrBelow(shared, other)) shared = dirname(shared);
  return shared;
}
