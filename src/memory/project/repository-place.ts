import { dirname, join, resolve } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';

/** Where a folder belongs; all paths real and absolute. */
export interface RepositoryPlace {
  /** Top of the working tree; without git, the folder. */
  readonly root: string;
  readonly gitDirectory?: string;
  /** Shared by all worktrees of a repository. */
  readonly commonDirectory?: string;
}

/** What git says of where a directory belongs, for {@link findRepository}. */
export function askForRepository(git: Git): ReturnType<Git['text']> {
  return git.text([
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--git-dir',
    '--git-common-dir',
  ]);
}

/** By what git answered. Where git is missing, or refuses (an owner it does not trust), the files are read instead. */
export async function findRepository(
  files: Files,
  answer: Awaited<ReturnType<typeof askForRepository>>,
  folder: string,
): Promise<RepositoryPlace> {
  if (!answer.ok)
    return answer.error.kind === 'no-repository' ? { root: folder } : readRepository(files, folder);
  const [root, gitDirectory, commonDirectory] = answer.value.split('\n');
  if (!root || !gitDirectory || !commonDirectory) return readRepository(files, folder);
  return {
    root: await real(files, root),
    gitDirectory: await real(files, gitDirectory),
    commonDirectory: await real(files, commonDirectory),
  };
}

/** Without any process: walks up to the first `.git`, a directory or (worktree, submodule) a file that points to one. */
export async function readRepository(files: Files, folder: string): Promise<RepositoryPlace> {
  for (let root = folder; ; root = dirname(root)) {
    const gitDirectory = await gitDirectoryOf(files, root);
    if (gitDirectory !== undefined) {
      const pointer = await readLine(files, join(gitDirectory, 'commondir'));
      const commonDirectory = pointer === undefined ? gitDirectory : resolve(gitDirectory, pointer);
      return { root, gitDirectory, commonDirectory: await real(files, commonDirectory) };
    }
    if (dirname(root) === root) return { root: folder };
  }
}

/**
 * Short name of the branch that is checked out; undefined where none is. Read from `HEAD` as git keeps it in a file of
 * its own; git is asked where that says something else, e.g. because refs are kept in a table.
 */
export async function branchOf(
  files: Files,
  git: Git | undefined,
  gitDirectory: string | undefined,
): Promise<string | undefined> {
  if (gitDirectory === undefined) return undefined;
  const path = join(gitDirectory, 'HEAD');
  const isFile = (await files.linkStatus(path).catch(() => undefined))?.kind === 'file';
  const head = isFile ? await readLine(files, path) : undefined;
  const branch = /^ref: refs\/heads\/(?!\.)(.+)$/.exec(head ?? '')?.[1];
  if (branch !== undefined || /^[0-9a-f]{40,64}$/.test(head ?? '')) return branch;
  const asked = await git?.text(['symbolic-ref', '--short', '-q', 'HEAD']);
  return asked?.ok && asked.value !== '' ? asked.value : undefined;
}

async function gitDirectoryOf(files: Files, root: string): Promise<string | undefined> {
  const path = join(root, '.git');
  const status = await files.status(path).catch(() => undefined);
  if (status?.kind === 'directory') {
    return (await files.status(join(path, 'HEAD'))) === undefined ? undefined : real(files, path);
  }
  if (status?.kind !== 'file') return undefined;
  const pointer = /^gitdir:\s*(.+)$/.exec((await readLine(files, path)) ?? '')?.[1];
  return pointer === undefined ? undefined : real(files, resolve(root, pointer));
}

async function readLine(files: Files, path: string): Promise<string | undefined> {
  const status = await files.status(path).catch(() => undefined);
  if (status?.kind !== 'file') return undefined;
  const bytes = await files.readPart(path, 0, 4096).catch(() => undefined);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8').split(/\r?\n/)[0]?.trim();
}

function real(files: Files, path: string): Promise<string> {
  return files.realPath(path).catch(() => resolve(path));
}
