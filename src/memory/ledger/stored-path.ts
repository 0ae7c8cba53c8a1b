import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** What the tokens of stored paths stand for; both absolute. */
export interface PathRoots {
  readonly root: string;
  readonly stateDirectory: string;
}

/**
 * `state:REL` below the state directory, `root:REL` below the project's root, else the absolute path; `/` between
 * the parts. So a folder that moved keeps its history.
 */
export function toStoredPath(path: string, { root, stateDirectory }: PathRoots): string {
  const inState = below(stateDirectory, path);
  if (inState !== undefined) return `state:${inState}`;
  const inRoot = below(root, path);
  return inRoot === undefined ? resolve(path) : `root:${inRoot}`;
}

export function fromStoredPath(stored: string, { root, stateDirectory }: PathRoots): string {
  if (stored.startsWith('state:')) return join(stateDirectory, stored.slice('state:'.length));
  if (stored.startsWith('root:')) return join(root, stored.slice('root:'.length));
  return stored;
}

function below(directory: string, path: string): string | undefined {
  const rest = relative(directory, resolve(path));
  const isOutside = rest === '..' || rest.startsWith(`..${sep}`) || isAbsolute(rest);
  return isOutside ? undefined : rest.split(sep).join('/');
}
