import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Belonging } from '../../../../src/agent/history/relink/decide-belonging.ts';
import type { RelinkSurroundings } from '../../../../src/agent/history/relink/gather-facts.ts';
import { createRelinker } from '../../../../src/agent/history/relink/relink-sessions.ts';
import type { SessionTraces } from '../../../../src/agent/history/relink/session-traces.ts';
import { createGit } from '../../../../src/base/git-process.ts';
import type { LockOwner } from '../../../../src/base/lock.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import { openProject, type Project } from '../../../../src/memory/project/project.ts';
import { ensureStateDirectory } from '../../../../src/memory/project/state-directory.ts';
import { temporaryDirectory } from '../../../fakes/temporary-directory.ts';

/** A machine with repositories, where Varve has seen some of them. */
export interface RelinkPlace {
  readonly directory: string;
  readonly around: RelinkSurroundings & { readonly owner: LockOwner };
  path(...names: readonly string[]): string;
  git(at: string, ...args: readonly string[]): string;
  /** A repository with {@link filesOf} in a commit; the answer is its path. */
  repository(...names: readonly string[]): Promise<string>;
  write(path: string, text?: string): Promise<void>;
  /** As if Varve had been used there. */
  used(path: string, choose?: string): Promise<Project>;
  belonging(traces: Partial<SessionTraces>, here?: string): Promise<Belonging>;
}

export async function makeRelinkPlace(): Promise<RelinkPlace> {
  const directory = await temporaryDirectory();
  const around = {
    files: nodeFiles,
    git: (at: string) => createGit({ directory: at, environment: process.env }),
    clock: { now: () => 1_795_000_000_000 },
    home: join(directory, 'varve'),
    random: (count: number) => randomBytes(count),
    owner: await currentOwner(),
  };
  const place: RelinkPlace = {
    directory,
    around,
    path: (...names) => join(directory, ...names),
    git: (at, ...args) =>
      execFileSync(
        'git',
        [
          '-c',
          'user.name=Ada',
          '-c',
          'user.email=ada@example.org',
          '-c',
          'protocol.file.allow=always',
          ...args,
        ],
        { cwd: at, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      ).trim(),
    write: async (path, text = path) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    },
    repository: async (...names) => {
      const path = join(directory, ...names);
      for (const file of filesOf(path)) await place.write(file);
      place.git(path, 'init', '-q', '-b', 'main');
      place.git(path, 'add', '.');
      place.git(path, 'commit', '-q', '-m', `Begin ${path}`);
      return path;
    },
    used: async (path, choose) => {
      const opened = await openProject(around, path, { choose });
      if (!opened.ok) throw new Error(opened.error.message);
      const made = await ensureStateDirectory(around, opened.value);
      if (!made.ok) throw new Error(made.error.message);
      return made.value;
    },
    belonging: async (traces, here) => {
      const relinker = await createRelinker({ ...around, here });
      if (!relinker.ok) throw new Error(relinker.error.message);
      return relinker.value.belonging(session(traces));
    },
  };
  return place;
}

/** Files of the repository that was made with this name, by where it is now. */
export function filesOf(root: string, name = basename(root)): readonly string[] {
  return [join(root, 'src', `${name}.ts`), join(root, `${name}.md`)];
}

export function session(traces: Partial<SessionTraces> = {}): SessionTraces {
  return { tool: 'claude-code', id: 'one', cwd: '', files: [], commits: [], ...traces };
}
