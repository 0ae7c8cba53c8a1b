import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Whether `path` is `directory` or stands below it. By name only: links are not followed. */
export function isInside(path: string, directory: string): boolean {
  const rest = relative(directory, path);
  return rest === '' || (rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest));
}

/** The directories from `from` down to `to`, both included; empty where `to` is not inside `from`. */
export function directoriesDown(from: string, to: string): string[] {
  if (!isInside(to, from)) return [];
  const steps: string[] = [];
  for (let directory = to; ; directory = dirname(directory)) {
    steps.unshift(directory);
    if (directory === from || directory === dirname(directory)) return steps;
  }
}

/** The directories from the root of the file system down to `directory`. */
export function directoriesFromRoot(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [...directoriesFromRoot(parent), directory];
}

/** A path as Claude Code reads it in settings and imports: `~/` is home, anything relative starts at `base`. */
export function resolvePlace(path: string, base: string, homeDirectory: string): string {
  if (path === '~') return homeDirectory;
  return path.startsWith('~/') ? join(homeDirectory, path.slice(2)) : resolve(base, path);
}

/** `path` relative to `directory`, `/` between its parts. */
export function relativePath(directory: string, path: string): string {
  return relative(directory, path).split(sep).join('/');
}

export interface ShortPathBases {
  readonly root?: string | undefined;
  readonly homeDirectory?: string | undefined;
}

/** A path for people: relative within the project, `~/…` at home, absolute elsewhere. */
export function shortPath(path: string, { root, homeDirectory }: ShortPathBases): string {
  if (root !== undefined && isInside(path, root)) return relativePath(root, path) || '.';
  if (homeDirectory !== undefined && isInside(path, homeDirectory)) {
    return `~/${relativePath(homeDirectory, path)}`.replace(/\/$/, '');
  }
  return path;
}

/** The name Claude Code 2.1.330 gives a project under `projects/`. Lossy: different paths can share one. */
export function projectSlug(path: string): string {
  const slug = path.replace(/[^a-zA-Z0-9]/g, '-');
  if (slug.length <= 200) return slug;
  let hash = 0;
  for (let index = 0; index < path.length; index += 1)
    hash = (Math.imul(hash, 31) + path.charCodeAt(index)) | 0;
  return `${slug.slice(0, 200)}-${Math.abs(hash).toString(36)}`;
}
