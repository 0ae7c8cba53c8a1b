import type { FileStatus, Files } from '../../base/files.ts';
import { type LockOwner, livingHolder } from '../../base/lock.ts';
import type { Usage } from '../model/model.ts';
import {
  JOURNAL_VERSION,
  type JournalEvent,
  type JournalHeader,
  type SessionTotals,
} from './journal-event.ts';
import { readHead, readJournal, readTail } from './journal-reading.ts';
import { leasePath } from './lease.ts';
import { newerMessage } from './session.ts';
import { foldSession } from './session-fold.ts';
import { isSessionId } from './session-id.ts';
import { NO_TOTALS } from './session-state.ts';
import { titleOf } from './session-title.ts';

/**
 * `running`: a living process holds its lease. `interrupted`: its last run never came to its end, or was told to end
 * with its process. `stopped`: by a person, or at its turn limit. `failed`: by an error. All but `running` and `done` have something to go on with.
 */
export type SessionActivity = 'running' | 'done' | 'stopped' | 'interrupted' | 'failed';

/** One row of the Sessions view and of `varve sessions`. */
export interface SessionSummary {
  readonly id: string;
  readonly path: string;
  /** The first prompt in one line; empty where it could not be read. */
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly modified: number;
  readonly state: SessionActivity;
  readonly cwd: string;
  readonly branch?: string;
  readonly model?: string;
  /** The subagent whose work it is, for the session that is its parent. */
  readonly subagent?: { readonly agent: string; readonly parent: string };
  readonly files: number;
  readonly turns: number;
  readonly usage: Usage;
  readonly costUsd: number | null;
  /** Why the row is incomplete or cannot be continued, in a sentence. */
  readonly problem?: string;
}

export interface ListSurroundings {
  readonly files: Files;
  /** This process, to tell living lease holders from dead ones. */
  readonly owner: LockOwner;
  readonly directory: string;
  /** Rows at most, newest first; 200 unless told. */
  readonly limit?: number;
}

/** Journals up to this size are read whole; of larger ones only their two ends. */
const WHOLE_BYTES = 1024 * 1024;
const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 256 * 1024;

/** Newest first by last change. Never rejects: what cannot be read becomes a row with a problem; no directory, no rows. */
export async function listSessions(surroundings: ListSurroundings): Promise<readonly SessionSummary[]> {
  const { files, directory, limit = 200 } = surroundings;
  const entries = await files.readDirectory(directory).catch(() => []);
  const ids = entries.flatMap(({ name }) => {
    const id = name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : '';
    return isSessionId(id) ? [id] : [];
  });
  const found = await Promise.all(
    ids.map(async (id) => ({
      id,
      status: await files.status(`${directory}/${id}.jsonl`).catch(() => undefined),
    })),
  );
  const newest = found
    .flatMap(({ id, status }) => (status ? [{ id, status }] : []))
    .sort((one, other) => other.status.modified - one.status.modified || (one.id < other.id ? 1 : -1))
    .slice(0, limit);
  const rows: SessionSummary[] = [];
  for (const { id, status } of newest) rows.push(await summarize(surroundings, id, status));
  return rows;
}

/** The row of one session, wherever its journal stands; undefined where nothing stands. Never rejects. */
export async function describeSession(
  surroundings: ListSurroundings,
  id: string,
): Promise<SessionSummary | undefined> {
  const status = await surroundings.files
    .status(`${surroundings.directory}/${id}.jsonl`)
    .catch(() => undefined);
  return status && summarize(surroundings, id, status);
}

async function summarize(
  surroundings: ListSurroundings,
  id: string,
  status: FileStatus,
): Promise<SessionSummary> {
  const path = `${surroundings.directory}/${id}.jsonl`;
  try {
    const read = await readEnds(surroundings.files, path, status.size);
    if (!read) return unreadable(id, path, status, 'The session file has no readable first line.');
    const running = await isRunning(surroundings, id);
    return summaryOf(path, status, read, running);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unreadable(id, path, status, `The session file cannot be read: ${why}`);
  }
}

async function isRunning({ files, owner, directory }: ListSurroundings, id: string): Promise<boolean> {
  return (
    (await livingHolder({ files, owner, path: leasePath(directory, id) }).catch(() => undefined)) !==
    undefined
  );
}

interface Ends {
  readonly header: JournalHeader;
  readonly events: readonly JournalEvent[];
  /** False where the middle was left out. */
  readonly whole: boolean;
}

async function readEnds(files: Files, path: string, size: number): Promise<Ends | undefined> {
  if (size <= WHOLE_BYTES) {
    const read = readJournal(await files.readFile(path));
    return read.ok ? { header: read.value.header, events: read.value.events, whole: true } : undefined;
  }
  const head = await files.readPart(path, 0, HEAD_BYTES);
  const header = readHead(head);
  const tail = await files.readPart(path, size - TAIL_BYTES, TAIL_BYTES);
  return header && { header, events: [...readTail(head), ...readTail(tail)], whole: false };
}

function summaryOf(
  path: string,
  status: FileStatus,
  { header, events, whole }: Ends,
  running: boolean,
): SessionSummary {
  const totals = whole ? foldSession(header, events).totals : lastTotals(events);
  const start = events.findLast((event) => event.type === 'run-start');
  const prompt = events.find((event) => event.type === 'message-user');
  return {
    id: header.session,
    path,
    title: titleOf(prompt?.text ?? ''),
    created: header.created,
    modified: Math.max(status.modified, header.created),
    state: running ? 'running' : activityOf(events),
    cwd: header.cwd,
    ...(start?.branch !== undefined && { branch: start.branch }),
    ...(start && { model: start.model }),
    ...(header.agent !== undefined && { subagent: { agent: header.agent, parent: header.parent ?? '' } }),
    ...totals,
    ...(header.version > JOURNAL_VERSION && { problem: newerMessage(header) }),
  };
}

/** What the last run of a journal came to; of its end alone, too. */
export function activityOf(events: readonly JournalEvent[]): SessionActivity {
  const last = events.findLast((event) => event.type === 'run-start' || event.type === 'run-end');
  if (last?.type !== 'run-end') return 'interrupted';
  switch (last.outcome) {
    case 'success':
      return 'done';
    case 'stopped':
    case 'max-turns':
    case 'max-budget':
      return 'stopped';
    case 'interrupted':
      return 'interrupted';
    case 'no-structured-output':
    case 'failed':
      return 'failed';
  }
}

function lastTotals(events: readonly JournalEvent[]): SessionTotals {
  const last = events.findLast((event) => event.type === 'request-start' || event.type === 'run-end');
  return last?.totals ?? NO_TOTALS;
}

function unreadable(id: string, path: string, status: FileStatus, problem: string): SessionSummary {
  return {
    id,
    path,
    title: '',
    created: status.modified,
    modified: status.modified,
    state: 'failed',
    cwd: '',
    ...NO_TOTALS,
    problem,
  };
}
