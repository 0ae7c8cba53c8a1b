import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { createUuidV7 } from '../../base/ids.ts';
import type { LockOwner } from '../../base/lock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { Mask } from '../guard/secret-mask.ts';
import { createJournalFile, type Journal, openJournal } from './journal.ts';
import {
  JOURNAL_VERSION,
  type JournalEventBody,
  type JournalHeader,
  type SessionOrigin,
  type SessionTotals,
} from './journal-event.ts';
import { type JournalReading, readJournal } from './journal-reading.ts';
import { acquireLease, type Lease } from './lease.ts';
import { foldSession, SessionFold } from './session-fold.ts';
import { isSessionId } from './session-id.ts';
import type { SessionProblem } from './session-problem.ts';
import type { SessionState } from './session-state.ts';

export interface SessionSurroundings {
  readonly files: Files;
  readonly clock: Clock;
  readonly owner: LockOwner;
  /** `sessions/` of the project. */
  readonly directory: string;
  /** Takes secrets out of all that is written; the state in this process keeps what was said as it was. */
  readonly mask: Mask;
}

export interface NewSession {
  /** A UUID chosen by the caller; a new one of version 7 unless told. */
  readonly id?: string;
  readonly project: string;
  readonly cwd: string;
  readonly worktree: string;
  readonly parent?: string;
  /** Name of the subagent whose work it is. */
  readonly agent?: string;
  /** The session of any tool whose brief it begins with. */
  readonly from?: SessionOrigin;
}

/** A session this process may continue: its journal is open and its lease is held. */
export interface Session {
  readonly id: string;
  readonly header: JournalHeader;
  readonly state: SessionState;
  readonly totals: SessionTotals;
  /**
   * On disk when it resolves, several by one write, in this order. Rejects when they cannot be written or the lease was
   * lost: nothing announced may be done then.
   */
  append(...events: readonly JournalEventBody[]): Promise<void>;
  stream(text: string): void;
  close(): Promise<void>;
}

/** A session as it stands on disk, to be looked at only. */
export interface SessionReading {
  readonly state: SessionState;
  /** Sentences about what could not be read. */
  readonly problems: readonly string[];
  /** Set where it must not be continued. */
  readonly readOnlyReason?: string;
}

/** A journal larger than this is not read into memory. */
export const MAX_JOURNAL_BYTES = 256 * 1024 * 1024;

/** Makes a session and takes its lease. Fails with `invalid` for an id that is no UUID or is taken. */
export async function createSession(
  surroundings: SessionSurroundings,
  request: NewSession,
): Promise<Result<Session, SessionProblem>> {
  const { files, clock, directory } = surroundings;
  const id = request.id ?? createUuidV7(clock.now());
  if (!isSessionId(id)) {
    return failure({
      kind: 'invalid',
      message: `"${id}" is not a session id: it must be a UUID in lower case.`,
    });
  }
  const header: JournalHeader = {
    version: JOURNAL_VERSION,
    session: id,
    project: request.project,
    cwd: request.cwd,
    worktree: request.worktree,
    created: clock.now(),
    ...(request.parent !== undefined && { parent: request.parent }),
    ...(request.agent !== undefined && { agent: request.agent }),
    ...(request.from !== undefined && { from: request.from }),
  };
  try {
    await files.makeDirectory(directory, 0o700);
    const lease = await acquireLease({ ...surroundings, session: id });
    if (!lease.ok) return lease;
    return await createUnderLease(surroundings, header, lease.value);
  } catch (error) {
    return failure(ioProblem('The session could not be made', error));
  }
}

async function createUnderLease(
  { files, clock, directory, mask }: SessionSurroundings,
  header: JournalHeader,
  lease: Lease,
): Promise<Result<Session, SessionProblem>> {
  try {
    const place = await createJournalFile(files, directory, header);
    return success(
      new LeasedSession(header, openJournal(files, clock, place, mask), new SessionFold(header), lease),
    );
  } catch (error) {
    await lease.release();
    if (codeOf(error) !== 'EEXIST') throw error;
    return failure({
      kind: 'invalid',
      message: `Session ID ${header.session} is already in use. Continue it with --resume, or choose another id.`,
    });
  }
}

/** Takes the lease, cuts off and keeps aside what a crash tore, and rebuilds the state. */
export async function openSession(
  surroundings: SessionSurroundings,
  id: string,
): Promise<Result<Session, SessionProblem>> {
  const { files, clock, directory, mask } = surroundings;
  const path = `${directory}/${id}.jsonl`;
  // Looked at first: taking the lease of a session that is not there would leave a directory behind.
  const known = await readBytes(files, path, id);
  if (!known.ok) return known;
  const lease = await acquireLease({ ...surroundings, session: id });
  if (!lease.ok) return lease;
  const opened = await openUnderLease(surroundings, path, id, lease.value);
  if (!opened.ok) await lease.value.release();
  if (!opened.ok) return opened;
  const { reading, size } = opened.value;
  const journal = openJournal(files, clock, { path, size, lastSeq: reading.lastSeq }, mask);
  const fold = new SessionFold(reading.header);
  for (const event of reading.events) fold.add(event);
  return success(new LeasedSession(reading.header, journal, fold, lease.value));
}

async function openUnderLease(
  { files }: SessionSurroundings,
  path: string,
  id: string,
  lease: Lease,
): Promise<Result<{ readonly reading: JournalReading; readonly size: number }, SessionProblem>> {
  const bytes = await readBytes(files, path, id);
  if (!bytes.ok) return bytes;
  const read = readJournal(bytes.value);
  if (!read.ok) return read;
  const reading = read.value;
  if (reading.newer) return failure({ kind: 'newer-version', message: newerMessage(reading.header) });
  try {
    if (!(await lease.stillHeld()))
      return failure({ kind: 'busy', message: `Session ${id} was taken over by another process.` });
    if (reading.tornBytes > 0) await keepTornEnd(files, path, bytes.value, reading.wholeBytes);
  } catch (error) {
    return failure(ioProblem(`Session ${id} cannot be continued`, error));
  }
  return success({ reading, size: reading.wholeBytes });
}

/** `<id>.torn-N` beside the journal: cutting must not lose what a person may want to look at. */
async function keepTornEnd(files: Files, path: string, bytes: Uint8Array, wholeBytes: number): Promise<void> {
  const base = path.slice(0, -'.jsonl'.length);
  for (let number = 1; ; number += 1) {
    try {
      await files.writeNew(`${base}.torn-${number}`, bytes.subarray(wholeBytes), 0o600);
      break;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  await files.truncate(path, wholeBytes);
}

/** The whole lines of a session's journal, read without a lease; changes nothing. */
export async function readSessionJournal(
  files: Files,
  directory: string,
  id: string,
): Promise<Result<JournalReading, SessionProblem>> {
  const bytes = await readBytes(files, `${directory}/${id}.jsonl`, id);
  return bytes.ok ? readJournal(bytes.value) : bytes;
}

/** Reads without a lease; changes nothing. */
export async function readSession(
  files: Files,
  directory: string,
  id: string,
): Promise<Result<SessionReading, SessionProblem>> {
  const read = await readSessionJournal(files, directory, id);
  if (!read.ok) return read;
  const { header, events, problems, newer } = read.value;
  return success({
    state: foldSession(header, events),
    problems,
    ...(newer && { readOnlyReason: newerMessage(header) }),
  });
}

async function readBytes(
  files: Files,
  path: string,
  id: string,
): Promise<Result<Uint8Array, SessionProblem>> {
  const notFound = { kind: 'not-found', message: `No session found with session ID: ${id}` } as const;
  if (!isSessionId(id)) return failure(notFound);
  try {
    const status = await files.status(path);
    if (status?.kind !== 'file') return failure(notFound);
    if (status.size > MAX_JOURNAL_BYTES) {
      return failure({
        kind: 'damaged',
        message: `The session file ${path} is larger than 256 MB and is not read.`,
      });
    }
    return success(await files.readFile(path));
  } catch (error) {
    return failure(ioProblem(`The session file ${path} cannot be read`, error));
  }
}

class LeasedSession implements Session {
  readonly id: string;
  readonly header: JournalHeader;
  readonly #journal: Journal;
  readonly #fold: SessionFold;
  readonly #lease: Lease;

  constructor(header: JournalHeader, journal: Journal, fold: SessionFold, lease: Lease) {
    this.id = header.session;
    this.header = header;
    this.#journal = journal;
    this.#fold = fold;
    this.#lease = lease;
  }

  get state(): SessionState {
    return this.#fold.state();
  }

  get totals(): SessionTotals {
    return this.#fold.totals;
  }

  async append(...events: readonly JournalEventBody[]): Promise<void> {
    const beforeEffect = events.some(({ type }) => type === 'request-start' || type === 'tool-intent');
    if (beforeEffect && !(await this.#lease.stillHeld())) {
      throw new Error('Another process has taken over this session.');
    }
    const { seq, time } = await this.#journal.append(...events);
    for (const [index, event] of events.entries())
      this.#fold.add({ seq: seq - events.length + 1 + index, time, ...event });
  }

  stream(text: string): void {
    this.#journal.stream(text);
  }

  async close(): Promise<void> {
    await this.#journal.close();
    await this.#lease.release();
  }
}

export function newerMessage(header: JournalHeader): string {
  return `Session ${header.session} was written by a newer Varve (format ${header.version}): it can be looked at here; update Varve to continue it.`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function ioProblem(what: string, error: unknown): SessionProblem {
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'io', message: `${what}: ${why}` };
}
