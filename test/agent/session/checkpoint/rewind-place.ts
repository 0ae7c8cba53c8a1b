import { execFileSync } from 'node:child_process';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { applyRewind, type RewindReport } from '../../../../src/agent/session/checkpoint/apply-rewind.ts';
import type { CheckpointPlace } from '../../../../src/agent/session/checkpoint/capture-tree.ts';
import type {
  RewindRequest,
  RewindSurroundings,
} from '../../../../src/agent/session/checkpoint/plan-rewind.ts';
import {
  type CheckpointFact,
  createRunCheckpoints,
} from '../../../../src/agent/session/checkpoint/run-checkpoints.ts';
import type { JournalEvent, JournalEventBody } from '../../../../src/agent/session/journal-event.ts';
import {
  createSession,
  openSession,
  readSessionJournal,
  type Session,
} from '../../../../src/agent/session/session.ts';
import { noUnsavedFiles } from '../../../../src/agent/tools/unsaved-files.ts';
import { createGit } from '../../../../src/base/git-process.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import { mask, prompt, runStart } from '../fixtures.ts';

const environment = {
  PATH: process.env['PATH'],
  HOME: '/nowhere',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

/** A working tree, a session in it, and what a run would do: prompts, checkpoints, rewinds. */
export interface RewindPlace {
  readonly root: string;
  readonly state: string;
  readonly session: string;
  readonly around: RewindSurroundings;
  git(...args: readonly string[]): string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** A prompt with its checkpoint, as a run takes it. */
  prompted(text: string): Promise<readonly CheckpointFact[]>;
  /** As before the first effect of a later turn. */
  turn(): Promise<readonly CheckpointFact[]>;
  append(...events: readonly JournalEventBody[]): Promise<void>;
  rewind(request: RewindRequest, given?: Partial<RewindSurroundings>): Promise<RewindReport>;
  events(): Promise<readonly JournalEvent[]>;
  /** Every file, link and mode below the root, git's own left out; raw bytes as Latin-1. */
  tree(): Promise<Record<string, string>>;
}

export async function makeRewindPlace(
  given: { readonly git?: boolean; readonly keepIgnored?: boolean } = {},
): Promise<RewindPlace> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'varve-rewind-')));
  onTestFinished(() => rm(base, { recursive: true, force: true, maxRetries: 5 }));
  const [root, state] = [join(base, 'tree'), join(base, 'state')];
  await mkdir(root);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...args], {
      cwd: root,
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  if (given.git !== false) git('init', '-q', '-b', 'main');
  const place = { project: 'demo-12345678', cwd: root, worktree: root };
  const owner = await currentOwner();
  const clock = { now: () => Date.now() };
  const directory = join(state, 'sessions');
  const made = await createSession({ files: nodeFiles, clock, owner, directory, mask }, place);
  if (!made.ok) throw new Error(made.error.message);
  const session = made.value.id;
  await made.value.append(runStart);
  await made.value.close();
  const around: RewindSurroundings = {
    files: nodeFiles,
    clock,
    owner,
    gitFor: (at) => createGit({ directory: at, environment }),
    sessionsDirectory: directory,
    objectsDirectory: join(state, 'objects'),
    cacheDirectory: join(state, 'cache'),
    keepIgnored: given.keepIgnored ?? false,
    platform: process.platform,
    unsavedFiles: noUnsavedFiles,
  };
  const capturing: CheckpointPlace = { ...around, git: around.gitFor(root), root };
  const withSession = async <T>(act: (open: Session) => Promise<T>): Promise<T> => {
    const opened = await openSession({ files: nodeFiles, clock, owner, directory, mask }, session);
    if (!opened.ok) throw new Error(opened.error.message);
    return act(opened.value).finally(() => opened.value.close());
  };
  const record = (open: Session, facts: CheckpointFact[]) => async (fact: CheckpointFact) => {
    facts.push(fact);
    await open.append(fact);
  };
  const events = async (): Promise<readonly JournalEvent[]> => {
    const read = await readSessionJournal(nodeFiles, directory, session);
    if (!read.ok) throw new Error(read.error.message);
    return read.value.events;
  };
  return {
    root,
    state,
    session,
    around,
    git,
    write: async (path, content) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    prompted: (text) =>
      withSession(async (open) => {
        const facts: CheckpointFact[] = [];
        await open.append(prompt(text));
        const checkpoints = createRunCheckpoints(capturing, open.state.lastCheckpoint);
        checkpoints.beginPrompt();
        await checkpoints.settle(record(open, facts));
        return facts;
      }),
    turn: () =>
      withSession(async (open) => {
        const facts: CheckpointFact[] = [];
        const checkpoints = createRunCheckpoints(capturing, open.state.lastCheckpoint);
        await checkpoints.beforeEffect(record(open, facts));
        return facts;
      }),
    append: (...some) =>
      withSession(async (open) => {
        for (const event of some) await open.append(event);
      }),
    rewind: async (request, changed = {}) => {
      const done = await applyRewind({ ...around, ...changed }, session, request);
      if (!done.ok) throw new Error(done.error.message);
      return done.value;
    },
    events,
    tree: () => treeOf(root),
  };
}

async function treeOf(root: string, below = ''): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of (await readdir(join(root, below))).sort()) {
    if (name === '.git') continue;
    const path = below === '' ? name : `${below}/${name}`;
    const status = await lstat(join(root, path));
    if (status.isSymbolicLink()) tree[path] = `-> ${await readlink(join(root, path))}`;
    else if (status.isDirectory()) Object.assign(tree, await treeOf(root, path));
    else tree[path] = `${(status.mode & 0o777).toString(8)} ${await readFile(join(root, path), 'latin1')}`;
  }
  return tree;
}
