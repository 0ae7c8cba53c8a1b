import { relative } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { sha256 } from '../../base/hash.ts';
import type { LockOwner } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { openSessionNotes } from '../session/notes.ts';
import { readSession } from '../session/session.ts';
import { isSessionId } from '../session/session-id.ts';
import { listSessions, type SessionSummary } from '../session/session-list.ts';
import type { SessionProblem } from '../session/session-problem.ts';
import type { SessionState, WrittenFile } from '../session/session-state.ts';
import { type SinceThen, writeBrief } from './brief.ts';

/** How a session goes on. `pending`: a turn waits, so a run without a prompt continues it; else a new prompt is needed. */
export interface ResumePlan {
  readonly session: string;
  readonly title: string;
  readonly pending: boolean;
  readonly brief: string;
  /** What goes on, or what to do next, in a sentence. */
  readonly next: string;
  /** Set where it can only be looked at. */
  readonly readOnlyReason?: string;
  readonly problems: readonly string[];
}

export interface ResumeSurroundings {
  readonly files: Files;
  readonly git: Git;
  readonly owner: LockOwner;
  readonly workspace: MemoryWorkspace;
}

/** The session that is meant by an id or the beginning of one; by nothing: the one last active that does not run now. */
export async function findSession(
  { files, owner, workspace }: ResumeSurroundings,
  word: string | undefined,
): Promise<Result<string, SessionProblem>> {
  const directory = workspace.sessionsDirectory;
  if (word !== undefined && isSessionId(word)) return success(word);
  const all = await listSessions({ files, owner, directory, ...(word !== undefined && { limit: 10_000 }) });
  const found =
    word === undefined ? all.filter(isResumable).slice(0, 1) : all.filter(({ id }) => id.startsWith(word));
  const [first, second] = found;
  if (first && second) {
    return failure({
      kind: 'ambiguous',
      message: `Several sessions begin with "${word}". Give more of the id.`,
    });
  }
  if (first) return success(first.id);
  const message =
    word === undefined
      ? 'There is no earlier work in this project yet. Start with varve -p "…".'
      : `No session found with session ID: ${word}`;
  return failure({ kind: 'not-found', message });
}

function isResumable(summary: SessionSummary): boolean {
  const isOwn = summary.subagent === undefined;
  return isOwn && summary.state !== 'running' && summary.problem === undefined;
}

/** Reads only: nothing of the session changes until a run goes on with it. */
export async function planResume(
  surroundings: ResumeSurroundings,
  session: string,
): Promise<Result<ResumePlan, SessionProblem>> {
  const { files, workspace } = surroundings;
  const read = await readSession(files, workspace.sessionsDirectory, session);
  if (!read.ok) return read;
  const { state, problems, readOnlyReason } = read.value;
  const decisions = (await workspace.records())
    .filter(({ kind, status }) => kind === 'decision' && status === 'accepted')
    .sort((one, other) => (one.modified < other.modified ? 1 : -1))
    .map(({ description }) => description);
  const { root, sessionsDirectory: directory } = workspace;
  const notes = await openSessionNotes({ files, directory, session }).read();
  const since = await sinceThen(surroundings, state);
  const pending = isPending(state) && readOnlyReason === undefined;
  return success({
    session,
    title: state.title,
    pending,
    brief: writeBrief({ state, root, decisions, since, notes }),
    next: pending ? pendingSentence(state) : `Go on with: varve -p --resume ${session} "…"`,
    problems,
    ...(readOnlyReason !== undefined && { readOnlyReason }),
  });
}

export function isPending(state: SessionState): boolean {
  return state.openCalls.length > 0 || state.requestPending || state.capturePending;
}

function pendingSentence(state: SessionState): string {
  if (state.capturePending) return 'The work was done: what it leaves for memory is proposed now.';
  const count = state.openCalls.length;
  if (count === 0) return 'The last request was not answered: it is sent again.';
  return `${count} ${count === 1 ? 'call was' : 'calls were'} not finished: each is checked first, and nothing is done twice.`;
}

async function sinceThen(
  { files, git, workspace }: ResumeSurroundings,
  state: SessionState,
): Promise<SinceThen> {
  const after = new Date(state.modified).toISOString();
  const log = await git.text(['log', '--max-count=10', `--since=${after}`, '--format=%h %s', 'HEAD']);
  const commits = log.ok && log.value !== '' ? log.value.split('\n') : [];
  const changed = await Promise.all(state.filesWritten.map((file) => isChanged(files, file)));
  const changedFiles = state.filesWritten
    .filter((_, index) => changed[index])
    .map(({ path }) => relative(workspace.root, path));
  return { commits, changedFiles };
}

async function isChanged(files: Files, { path, after }: WrittenFile): Promise<boolean> {
  const now = await files.readFile(path).then(sha256, () => null);
  return now !== after;
}
