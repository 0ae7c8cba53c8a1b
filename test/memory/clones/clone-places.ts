import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import type { Result } from '../../../src/base/result.ts';
import type { Proposal } from '../../../src/memory/inbox/proposal.ts';
import type { MemoryWorkspace, SetUpOptions } from '../../../src/memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../../../src/memory/workspace/open-workspace.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

export const inRepository: SetUpOptions = {
  place: 'repository',
  claudeRules: true,
  agentsPointer: true,
  capture: 'proposed',
};

/** Seconds since the epoch of the next commit: one minute apart, so nothing hangs on the clock. */
let now = 1_780_000_000;

/** One person's clone on a machine of its own (`$VARVE_HOME`), with its memory open. */
export interface Clone {
  readonly root: string;
  readonly home: string;
  readonly workspace: MemoryWorkspace;
  /** Standard output without white space around it; throws where git ends with an error. */
  git(...args: readonly string[]): string;
  /** The same, told whether git was content. */
  tryGit(...args: readonly string[]): { readonly ok: boolean; readonly said: string };
  path(name: string): string;
  read(name: string): Promise<string>;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Everything in the working tree. */
  commit(message: string, ...options: readonly string[]): string;
  /** What a new process on the same machine sees, below `directory` where another one is meant. */
  again(directory?: string): Promise<Clone>;
}

export interface Person {
  readonly name: string;
  readonly mail: string;
}

export const ada: Person = { name: 'Ada', mail: 'ada@example.org' };
export const bob: Person = { name: 'Bob', mail: 'bob@example.org' };

export interface CloneOptions {
  /** Home of the machine; a new one unless told. */
  readonly home?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** A bare server on disk and clones of it. */
export interface Server {
  readonly path: string;
  readonly base: string;
  clone(person: Person, options?: CloneOptions): Promise<Clone>;
}

/** A server whose first commit has memory set up, by Ada. */
export async function serverWithMemory(tree: Readonly<Record<string, string>> = {}): Promise<{
  readonly server: Server;
  readonly first: Clone;
}> {
  const server = await emptyServer();
  const first = await server.clone(ada);
  await first.write('package.json', packageJson([]));
  for (const [name, text] of Object.entries(tree)) await first.write(name, text);
  first.commit('Start');
  await setUp(first.workspace);
  first.commit('Set up memory');
  first.git('push', '-q', 'origin', 'HEAD');
  return { server, first };
}

export async function emptyServer(): Promise<Server> {
  const base = await temporaryDirectory();
  const path = join(base, 'server.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', path], { env: environment(base) });
  let count = 0;
  return {
    path,
    base,
    clone: async (person, options = {}) => {
      const place = join(base, `machine-${count++}`);
      const root = join(place, 'harbor');
      const home = options.home ?? join(place, 'home');
      await mkdir(place, { recursive: true });
      await mkdir(home, { recursive: true });
      const config = Object.entries(options.config ?? {}).flatMap(([key, value]) => [
        '-c',
        `${key}=${value}`,
      ]);
      execFileSync('git', ['clone', '-q', ...config, path, root], {
        env: environment(home),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const [key, value] of Object.entries({ 'user.name': person.name, 'user.email': person.mail }))
        execFileSync('git', ['-C', root, 'config', key, value]);
      return openClone(base, root, home);
    },
  };
}

function environment(home: string): NodeJS.ProcessEnv {
  const date = `${now} +0000`;
  const { PATH } = process.env;
  return {
    PATH,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_EDITOR: ':',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_DATE: date,
  };
}

async function openClone(base: string, root: string, home: string): Promise<Clone> {
  const workspace = await openAt(base, root, home);
  const tryGit: Clone['tryGit'] = (...args) => {
    now += 60;
    const ran = spawnSync('git', ['-C', root, ...args], { env: environment(home), encoding: 'utf8' });
    return { ok: ran.status === 0, said: `${ran.stdout}${ran.stderr}` };
  };
  const git = (...args: readonly string[]): string => {
    now += 60;
    return execFileSync('git', ['-C', root, ...args], {
      env: environment(home),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    }).trim();
  };
  const path = (name: string): string => join(root, name);
  return {
    root,
    home,
    workspace,
    git,
    tryGit,
    path,
    read: (name) => readFile(path(name), 'utf8'),
    write: async (name, text) => {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), text);
    },
    remove: (name) => rm(path(name)),
    commit: (message, ...options) => {
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', message, ...options);
      return git('rev-parse', 'HEAD');
    },
    again: (directory = root) => openClone(base, directory, home),
  };
}

async function openAt(base: string, folder: string, home: string): Promise<MemoryWorkspace> {
  const opened = await openMemoryWorkspace({
    folder,
    files: nodeFiles,
    gitFor: (directory) =>
      createGit({ directory, environment: { ...environment(home), GIT_CEILING_DIRECTORIES: base } }),
    clock: { now: () => now * 1000 },
    environment: { VARVE_HOME: join(home, '.varve') },
    homeDirectory: home,
    managedDirectory: join(base, 'managed'),
    platform: process.platform,
    random: (count) => randomBytes(count),
    trusted: true,
    unsavedFiles: { isUnsaved: () => Promise.resolve(false) },
    runTimes: () => Promise.resolve([]),
  });
  const workspace = unwrap(opened);
  onTestFinished(() => workspace.dispose());
  return workspace;
}

export async function setUp(workspace: MemoryWorkspace, options = inRepository): Promise<void> {
  unwrap(await workspace.apply(unwrap(await workspace.planSetUp(options))));
}

/** A commit that states a decision, by a new dependency. */
export async function decide(clone: Clone, name: string, why = 'it is much faster'): Promise<string> {
  const text = await clone.read('package.json');
  const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
  await clone.write('package.json', packageJson([...Object.keys(dependencies), name]));
  return clone.commit(`Use ${name}\n\nWe use ${name} instead of our own code because ${why}.`);
}

/** Every name on a line of its own, far from the next: two clones may add one each and merge without a conflict. */
export function packageJson(names: readonly string[]): string {
  const dependencies = Object.fromEntries([...names].sort().map((name) => [name, '^1.0.0']));
  return `${JSON.stringify({ name: 'harbor', dependencies }, undefined, 2)}\n`;
}

export async function capture(clone: Clone): Promise<readonly Proposal[]> {
  return unwrap(await clone.workspace.capture()).proposed;
}

export async function only(clone: Clone): Promise<Proposal> {
  const proposals = await clone.workspace.proposals();
  if (proposals.length !== 1 || proposals[0] === undefined)
    throw new Error(
      `${proposals.length} proposals: ${proposals.map(({ record }) => record.name).join(', ')}`,
    );
  return proposals[0];
}

export function unwrap<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
