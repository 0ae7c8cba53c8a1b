import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { type LockOwner, livingHolder } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { SessionTool } from '../history/transcript.ts';
import { transcriptOf } from '../history/varve/varve-transcript.ts';
import { leasePath } from '../session/lease.ts';
import { openSessionNotes } from '../session/notes.ts';
import { newerMessage, readSessionJournal } from '../session/session.ts';
import { foldSession } from '../session/session-fold.ts';
import { isSessionId } from '../session/session-id.ts';
import { listSessions, type SessionSummary } from '../session/session-list.ts';
import type { SessionProblem } from '../session/session-problem.ts';
import type { SessionState } from '../session/session-state.ts';
import { type CitedSource, citedSources } from './brief/cited-sources.ts';
import { gatherBrief } from './brief/gather-brief.ts';
import { type BriefWording, wordBrief } from './brief/word-brief.ts';

/** How a session goes on. `pending`: a turn waits, so a run without a prompt continues it; else a new prompt is needed. */
export interface ResumePlan {
  readonly tool: SessionTool;
  readonly session: string;
  readonly title: string;
  readonly pending: boolean;
  /** Markdown. */
  readonly brief: string;
  /** What the citations of the brief stand for. */
  readonly sources: readonly CitedSource[];
  /** Command lines that go on with it, the best first. */
  readonly commands: readonly string[];
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
  wording: BriefWording = {},
): Promise<Result<ResumePlan, SessionProblem>> {
  const { files, owner, workspace } = surroundings;
  const { sessionsDirectory: directory } = workspace;
  const read = await readSessionJournal(files, directory, session);
  if (!read.ok) return read;
  const { header, events, problems, newer } = read.value;
  const state = foldSession(header, events);
  const path = `${directory}/${session}.jsonl`;
  const [status, holder, notes] = await Promise.all([
    files.status(path).catch(() => undefined),
    livingHolder({ files, owner, path: leasePath(directory, session) }).catch(() => undefined),
    openSessionNotes({ files, directory, session }).read(),
  ]);
  const file = {
    tool: 'varve',
    id: session,
    path,
    size: status?.size ?? 0,
    modified: state.modified,
  } as const;
  const transcript = transcriptOf(read.value, file, holder !== undefined);
  const hashes = new Map(state.filesWritten.map(({ path: written, after }) => [written, after]));
  const material = await gatherBrief(surroundings, transcript, { notes, hashes });
  const pending = isPending(state) && !newer;
  const { brief, problems: unworded } = await wordBrief(material, wording);
  return success({
    tool: 'varve',
    session,
    title: state.title,
    pending,
    brief: brief.text,
    sources: citedSources(brief, material),
    commands: [pending ? `varve resume ${session}` : `varve -p --resume ${session} "…"`],
    next: pending ? pendingSentence(state) : `Go on with: varve -p --resume ${session} "…"`,
    problems: [...problems, ...unworded, ...cutOffRewind(state)],
    ...(newer && { readOnlyReason: newerMessage(header) }),
  });
}

function cutOffRewind({ header, cutOffRewind: checkpoint }: SessionState): readonly string[] {
  if (checkpoint === undefined) return [];
  return [
    `A rewind to checkpoint ${checkpoint} was cut off. When the session goes on it is finished first, unless files were changed since; or finish it now: varve rewind ${header.session} ${checkpoint}`,
  ];
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
