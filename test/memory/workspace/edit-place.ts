import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Files } from '../../../src/base/files.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import type { Result } from '../../../src/base/result.ts';
import type { PieceAddress } from '../../../src/memory/workspace/edit-requests.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../../../src/memory/workspace/open-workspace.ts';

export interface EditPlace {
  readonly root: string;
  readonly home: string;
  git(...args: readonly string[]): string;
  /** Paths are below the repository; `~/` is the home of this place. */
  write(path: string, text: string | Uint8Array): Promise<void>;
  read(path: string): Promise<string>;
  path(path: string): string;
  open(options?: OpenOptions): Promise<MemoryWorkspace>;
  /** What stands on a line, counted from 1 as people do. */
  piece(workspace: MemoryWorkspace, path: string, line: number): Promise<PieceAddress>;
}

export interface OpenOptions {
  readonly trusted?: boolean;
  readonly unsaved?: readonly string[];
  readonly files?: Files;
  readonly folder?: string;
}

/** A repository and a home of their own, with real files and real git. */
export async function makeEditPlace(): Promise<EditPlace> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'varve-edits-')));
  onTestFinished(() => rm(base, { recursive: true, force: true, maxRetries: 5 }));
  const [root, home] = [join(base, 'harbor'), join(base, 'home')];
  await Promise.all([mkdir(root), mkdir(home)]);
  const path = (name: string) => (name.startsWith('~/') ? join(home, name.slice(2)) : join(root, name));
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const place: EditPlace = {
    root,
    home,
    path,
    git: (...args) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', env: environment }),
    write: async (name, text) => {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), text);
    },
    read: (name) => readFile(path(name), 'utf8'),
    open: (options) => open(base, root, home, options),
    piece: async (workspace, name, line) => ({
      path: path(name),
      piece: value(await workspace.edits.pieceAtLine(path(name), line - 1)),
    }),
  };
  place.git('init', '-q', '-b', 'main');
  place.git('config', 'user.name', 'Mara');
  place.git('config', 'user.email', 'mara@example.invalid');
  return place;
}

async function open(
  base: string,
  root: string,
  home: string,
  options: OpenOptions = {},
): Promise<MemoryWorkspace> {
  const opened = await openMemoryWorkspace({
    folder: options.folder ?? root,
    files: options.files ?? nodeFiles,
    gitFor: (directory) => createGit({ directory, environment: process.env }),
    clock: { now: () => Date.UTC(2026, 2, 2) },
    environment: { VARVE_HOME: join(home, '.varve') },
    homeDirectory: home,
    managedDirectory: join(base, 'managed'),
    platform: process.platform,
    random: (count) => randomBytes(count),
    trusted: options.trusted ?? true,
    unsavedFiles: { isUnsaved: (path) => Promise.resolve((options.unsaved ?? []).includes(path)) },
    runTimes: () => Promise.resolve([]),
  });
  const workspace = value(opened);
  onTestFinished(() => workspace.dispose());
  return workspace;
}

export function value<T>(result: Result<T, MemoryProblem>): T {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.message}`);
  return result.value;
}

export function problem<T>(result: Result<T, MemoryProblem>): MemoryProblem {
  if (result.ok) throw new Error('It was not refused.');
  return result.error;
}
