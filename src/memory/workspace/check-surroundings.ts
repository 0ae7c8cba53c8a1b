import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import type { CheckSurroundings } from '../check/check-input.ts';
import { isInside } from '../hierarchy/places.ts';

// package.json and Makefiles; what is larger was not written by a person.
const maxBytes = 1024 * 1024;

export interface CheckSurroundingsParts {
  readonly files: Files;
  readonly git: Git | undefined;
  readonly root: string;
  /** False in Restricted Mode: nothing outside the workspace is looked at. */
  readonly trusted: boolean;
}

/** The disk and git as one check sees them: each place is looked at once. */
export function checkSurroundings({ files, git, root, trusted }: CheckSurroundingsParts): CheckSurroundings {
  const mayLook = (path: string): boolean => trusted || isInside(path, root);
  let tracked: Promise<readonly string[] | undefined> | undefined;
  return {
    // What may not be looked at is taken to be there: nothing is said of it.
    exists: remembered(async (path) => !mayLook(path) || (await files.status(path)) !== undefined, true),
    names: remembered(async (path) => {
      if (!mayLook(path)) return undefined;
      return (await files.readDirectory(path)).map(({ name }) => name);
    }, undefined),
    readText: remembered(async (path) => (mayLook(path) ? smallText(files, path) : undefined), undefined),
    trackedFiles: () => {
      tracked ??= git === undefined ? Promise.resolve(undefined) : listTracked(git, root);
      return tracked;
    },
    ignored: (paths) => (git === undefined ? Promise.resolve(new Set()) : listIgnored(git, paths)),
  };
}

function remembered<T>(look: (path: string) => Promise<T>, otherwise: T): (path: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (path) => {
    const asked = known.get(path) ?? look(path).catch(() => otherwise);
    known.set(path, asked);
    return asked;
  };
}

async function smallText(files: Files, path: string): Promise<string | undefined> {
  const status = await files.status(path);
  if (status?.kind !== 'file' || status.size > maxBytes) return undefined;
  return new TextDecoder().decode(await files.readFile(path));
}

async function listTracked(git: Git, root: string): Promise<readonly string[] | undefined> {
  const listed = await git.text(['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  if (!listed.ok) return undefined;
  return listed.value
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => join(root, path));
}

async function listIgnored(git: Git, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  // Git ends with 1 where nothing is ignored: no answer then, and none needed.
  const answer = await git.text(['check-ignore', '-z', '--stdin'], { input: paths.join('\0') });
  return new Set(answer.ok ? answer.value.split('\0').filter((path) => path !== '') : []);
}
