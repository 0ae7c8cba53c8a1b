import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files } from '../../../src/base/files.ts';
import type { Git } from '../../../src/base/git.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import type { Result } from '../../../src/base/result.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../../../src/memory/workspace/open-workspace.ts';
import {
  idOf,
  makeReviewScene,
  openReviewScene,
  proposalNamed,
  propose,
  type ReviewScene,
  value,
} from '../inbox/review-scene.ts';
import { DEAD_PID, deadOwner } from './scene.ts';

export type Outcome = Result<unknown, MemoryProblem>;

/** One kind of operation on a whole workspace: what stands before it, and the doing of it. */
export interface WholeOperation {
  readonly name: string;
  /** Of how many calls one is failed in a short test. */
  readonly step: number;
  /** Makes what stands before in an empty directory. */
  prepare(directory: string): Promise<void>;
  /** A process that ends right afterwards, as far as its locks can tell. Rejects only where even opening failed. */
  attempt(directory: string, files: Files): Promise<Outcome>;
  /** As a process that comes later finds it: settles what was left, and writes once more. */
  reopen(directory: string): Promise<Outcome>;
  /** Of the files below the directory those that the operation is about. */
  isJudged(path: string): boolean;
}

type Act = (scene: ReviewScene) => Promise<Outcome>;

function reviewed(name: string, before: Act, act: Act): WholeOperation {
  return {
    name,
    step: 1,
    prepare: async (directory) => {
      value(await before(await makeReviewScene(directory)));
    },
    attempt: async (directory, files) =>
      act(await openReviewScene(directory, { files, owner: await deadOwner() })),
    reopen: async (directory) => (await openReviewScene(directory)).reviewer.regenerate(),
    isJudged: (path) => path.startsWith('root') || path.startsWith(join('state', 'inbox')),
  };
}

const acceptA: Act = async (scene) => scene.reviewer.accept([await propose(scene, 'A')]);

export const reviewOperations: readonly WholeOperation[] = [
  reviewed(
    'accept',
    async (scene) => {
      await propose(scene, 'B', { place: 'machineInbox' });
      return acceptA(scene);
    },
    async (scene) => scene.reviewer.accept([await proposalNamed(scene, 'B')]),
  ),
  reviewed(
    'accept what supersedes',
    async (scene) => {
      const done = await acceptA(scene);
      await propose(scene, 'B', { supersedes: ['A'] });
      return done;
    },
    async (scene) => scene.reviewer.accept([await proposalNamed(scene, 'B')]),
  ),
  reviewed(
    'reject',
    async (scene) => {
      await propose(scene, 'R');
      return acceptA(scene);
    },
    async (scene) => scene.reviewer.reject([await proposalNamed(scene, 'R')]),
  ),
  reviewed(
    'edit',
    async (scene) => {
      await propose(scene, 'E');
      return acceptA(scene);
    },
    async (scene) => {
      const proposal = await proposalNamed(scene, 'E');
      const text = await readFile(proposal.path, 'utf8');
      return scene.reviewer.edit([proposal], text.replace('Body', 'New body'), text);
    },
  ),
  reviewed('retire', acceptA, (scene) => scene.reviewer.retire([idOf('A')], 'Over.')),
  reviewed(
    'restore what was retired',
    async (scene) => {
      await acceptA(scene);
      return scene.reviewer.retire([idOf('A')]);
    },
    (scene) => scene.reviewer.restore(idOf('A')),
  ),
  reviewed(
    'restore what was rejected',
    async (scene) => scene.reviewer.reject([await propose(scene, 'R')]),
    (scene) => scene.reviewer.restore(idOf('R')),
  ),
  reviewed(
    'undo',
    async (scene) => {
      await acceptA(scene);
      return scene.reviewer.accept([await propose(scene, 'B', { supersedes: ['A'] })]);
    },
    (scene) => scene.reviewer.undo(undefined),
  ),
];

const setUpOptions = {
  place: 'repository',
  claudeRules: true,
  agentsPointer: true,
  capture: 'proposed',
} as const;

/** Answers of git do not change while files fail: asked once for each question. */
function rememberingGit(): (directory: string) => Git {
  const answers = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    if (!answers.has(key)) answers.set(key, ask());
    return answers.get(key) as Promise<T>;
  };
  return (directory) => {
    const git = createGit({ directory, environment: process.env });
    return {
      directory,
      bytes: (args, options) =>
        options?.input === undefined
          ? once(`bytes ${directory} ${args.join('\0')}`, () => git.bytes(args, options))
          : git.bytes(args, options),
      text: (args, options) =>
        options?.input === undefined
          ? once(`text ${directory} ${args.join('\0')}`, () => git.text(args, options))
          : git.text(args, options),
      talk: (args, options) => git.talk(args, options),
    };
  };
}

async function openWhole(
  directory: string,
  files: Files,
  gitFor: (directory: string) => Git,
): Promise<Result<MemoryWorkspace, MemoryProblem>> {
  return openMemoryWorkspace({
    folder: join(directory, 'root'),
    files,
    gitFor,
    clock: { now: () => Date.UTC(2026, 2, 2) },
    environment: { VARVE_HOME: join(directory, 'home', '.varve') },
    homeDirectory: join(directory, 'home'),
    managedDirectory: join(directory, 'managed'),
    platform: process.platform,
    random: (count) => new Uint8Array(count).fill(7),
    trusted: true,
    unsavedFiles: { isUnsaved: () => Promise.resolve(false) },
    runTimes: () => Promise.resolve([]),
  });
}

/** The locks that this process holds become those of one that has died: it is meant to have ended there. */
async function buryLocks(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && entry.name !== 'root') await buryLocks(path);
    if (!entry.isFile() || !/^\d{10}$/.test(entry.name)) continue;
    const text = await readFile(path, 'utf8').catch(() => '');
    await writeFile(path, text.replace(/"pid":\d+/, `"pid":${DEAD_PID}`).replace(/,"startTime":"[^"]*"/, ''));
  }
}

async function setUpWhole(workspace: MemoryWorkspace): Promise<Outcome> {
  const plan = await workspace.planSetUp(setUpOptions);
  return plan.ok ? workspace.apply(plan.value) : plan;
}

function whole(
  name: string,
  isSetUp: boolean,
  act: (workspace: MemoryWorkspace) => Promise<Outcome>,
): WholeOperation {
  const gitFor = rememberingGit();
  const run = async (directory: string, files: Files, then: typeof act): Promise<Outcome> => {
    const workspace = await openWhole(directory, files, gitFor);
    if (!workspace.ok) return workspace;
    try {
      return await then(workspace.value);
    } finally {
      workspace.value.dispose();
    }
  };
  return {
    name,
    step: 7,
    prepare: async (directory) => {
      await makeRepository(join(directory, 'root'));
      if (isSetUp) value(await run(directory, nodeFiles, setUpWhole));
    },
    attempt: (directory, files) => run(directory, files, act),
    reopen: async (directory) => {
      await buryLocks(directory);
      return run(directory, nodeFiles, async (workspace) =>
        workspace.setUpState === 'no' ? workspace.trash() : workspace.regenerate(),
      );
    },
    isJudged: (path) => path.startsWith('root') || path.includes(`${join('inbox', '')}`),
  };
}

async function makeRepository(root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  const when = '2026-03-01T10:00:00Z';
  const env = { ...process.env, GIT_AUTHOR_DATE: when, GIT_COMMITTER_DATE: when };
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', root, ...args], { env });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.org');
  await writeFile(join(root, 'AGENTS.md'), '# Agents\n\n- Keep functions small');
  await writeFile(join(root, 'package.json'), '{ "name": "harbor", "dependencies": {} }\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  await writeFile(
    join(root, 'package.json'),
    '{ "name": "harbor", "dependencies": { "better-sqlite3": "12.0.0" } }\n',
  );
  git('add', '-A');
  git(
    'commit',
    '-q',
    '-m',
    'Use better-sqlite3 for search\n\nWe use better-sqlite3 instead of an in-memory index because the index was nine times larger.',
  );
}

export const workspaceOperations: readonly WholeOperation[] = [
  whole('set-up', false, setUpWhole),
  whole('capture', true, (workspace) => workspace.capture()),
];

/** A copy of what was prepared, at the same path each time: absolute paths stand in the ledger. */
export async function layOut(prepared: string, directory: string): Promise<void> {
  await cp(prepared, directory, { recursive: true, preserveTimestamps: true });
}
