import { posix, win32 } from 'node:path';
import type { Files } from '../../base/files.ts';

export interface ShellSurroundings {
  readonly files: Pick<Files, 'status'>;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where Git for Windows puts its shell, below the directory of the program it is found by. */
const BASH_OF_GIT = ['bin\\bash.exe', 'usr\\bin\\bash.exe'];

/**
 * The POSIX shell that a model's commands run in: the guard reads that language and no other. `bash` from the PATH,
 * else `sh`; on Windows the one of Git: VARVE_SHELL, the PATH's git, then its usual directories. Undefined where there
 * is none: no command can be offered then. WSL's `bash.exe` in System32 is passed over: it sees other paths.
 */
export async function findShell(around: ShellSurroundings): Promise<string | undefined> {
  const chosen = around.environment['VARVE_SHELL'];
  const places = around.platform === 'win32' ? windowsPlaces(around) : posixPlaces(around);
  for (const place of chosen === undefined || chosen === '' ? places : [chosen, ...places]) {
    if ((await around.files.status(place).catch(() => undefined))?.kind === 'file') return place;
  }
  return undefined;
}

function posixPlaces({ environment }: ShellSurroundings): readonly string[] {
  const directories = [...(environment['PATH'] ?? '').split(':'), '/usr/bin', '/bin'].filter((directory) =>
    posix.isAbsolute(directory),
  );
  return ['bash', 'sh'].flatMap((name) => directories.map((directory) => posix.join(directory, name)));
}

function windowsPlaces({ environment }: ShellSurroundings): readonly string[] {
  const named = (name: string): string | undefined =>
    Object.entries(environment).find(([key]) => key.toUpperCase() === name)?.[1];
  const directories = (named('PATH') ?? '').split(';').filter((directory) => win32.isAbsolute(directory));
  const beside = directories
    .filter((directory) => /\\git\\(cmd|bin|mingw64\\bin)\\?$/i.test(directory))
    .map((directory) => directory.replace(/\\(cmd|bin|mingw64\\bin)\\?$/i, ''));
  const programs = ['PROGRAMFILES', 'PROGRAMFILES(X86)']
    .map(named)
    .map((root) => root && win32.join(root, 'Git'));
  const own = named('LOCALAPPDATA');
  const roots = [...beside, ...programs, own && win32.join(own, 'Programs', 'Git')];
  return roots.flatMap((root) =>
    root === undefined || root === '' ? [] : BASH_OF_GIT.map((path) => win32.join(root, path)),
  );
}
