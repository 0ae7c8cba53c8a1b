import { randomBytes } from 'node:crypto';
import type { Files } from '../../base/files.ts';
import { linkIfPossible } from '../../base/hard-link.ts';
import { createUuidV7 } from '../../base/ids.ts';
import { errorCode } from '../../base/io-problem.ts';
import { failure, type Result } from '../../base/result.ts';
import { countingEvents } from './event-line.ts';
import { JOURNAL_VERSION, type JournalEvent, type JournalHeader } from './journal-event.ts';
import { maskedEvent } from './masked-event.ts';
import {
  newerMessage,
  openSession,
  readSessionJournal,
  type Session,
  type SessionSurroundings,
} from './session.ts';
import { foldSession } from './session-fold.ts';
import { isSessionId } from './session-id.ts';
import { placeIn } from './session-place.ts';
import type { SessionProblem } from './session-problem.ts';
import type { OpenCall } from './session-state.ts';

export interface ForkRequest {
  /** The new session holds what counted right before the event with this `seq`; everything unless told. */
  readonly beforeSeq?: number;
  /** A UUID chosen by the caller; a new one of version 7 unless told. */
  readonly id?: string;
  /** Root of the worktree in which the new session is at home; that of the old one unless told. */
  readonly root?: string;
}

const NOT_DONE =
  'The session was forked before this call was carried out: nothing of it was done. Do it again if it is still needed.';
const UNKNOWN =
  'The session was forked while this call was under way in the session it comes from. Whether it was completed is not known here. Check the state before you decide whether to do it again.';

/**
 * Makes a session that goes on from another one, which stays as it is and may even be running. Events that count are
 * copied in order and with their times, calls under way are settled as not done, working notes are copied; what was
 * gone back on is left behind. The new session is open and its lease is held.
 */
export async function forkSession(
  surroundings: SessionSurroundings,
  id: string,
  request: ForkRequest = {},
): Promise<Result<Session, SessionProblem>> {
  const { files, clock, directory, mask } = surroundings;
  const child = request.id ?? createUuidV7(clock.now());
  if (!isSessionId(child)) {
    const message = `"${child}" is not a session id: it must be a UUID in lower case.`;
    return failure({ kind: 'invalid', message });
  }
  const read = await readSessionJournal(files, directory, id);
  if (!read.ok) return read;
  const { header, events, newer } = read.value;
  if (newer) return failure({ kind: 'newer-version', message: newerMessage(header) });
  const counting = countingEvents(events, request.beforeSeq);
  const forked: JournalHeader = {
    version: JOURNAL_VERSION,
    session: child,
    project: header.project,
    cwd: header.cwd,
    worktree: header.worktree,
    created: clock.now(),
    parent: id,
  };
  try {
    await assertFree(files, directory, child);
    await copyNotes(files, directory, id, child);
    const copied = [...counting, ...settled(header, counting, clock.now())];
    // A journal from before they were masked may hold secrets.
    const masked = copied.map((event) => ({ ...event, ...maskedEvent(event, mask) }));
    await writeJournal(files, directory, forked, [...masked, ...moved(header, request.root, clock.now())]);
  } catch (error) {
    return failure(forkProblem(id, child, error));
  }
  return openSession(surroundings, child);
}

/** The copied events name their files by the old place. */
function moved(header: JournalHeader, root: string | undefined, time: number): readonly JournalEvent[] {
  if (root === undefined || root === header.worktree) return [];
  const from = { cwd: header.cwd, worktree: header.worktree };
  return [{ seq: 0, time, type: 'session-move', from, to: placeIn(from, root) }];
}

/** Results for the calls that have none: in this session nobody carries them out any more. */
function settled(
  header: JournalHeader,
  events: readonly JournalEvent[],
  time: number,
): readonly JournalEvent[] {
  return foldSession(header, events).openCalls.map((call) => {
    const { id, name } = call;
    return { seq: 0, time, type: 'tool-result', id, name, ok: false, ...settlement(call) };
  });
}

function settlement({ intent }: OpenCall): { readonly text: string; readonly recovered?: 'unknown' } {
  const mayHaveHappened = intent !== undefined && intent.effect !== 'read';
  return mayHaveHappened ? { text: UNKNOWN, recovered: 'unknown' } : { text: NOT_DONE };
}

/** Whole or not at all, and never over another session: a reader never sees half of it. */
async function writeJournal(
  files: Files,
  directory: string,
  header: JournalHeader,
  events: readonly object[],
): Promise<void> {
  const path = `${directory}/${header.session}.jsonl`;
  const scratch = `${directory}/${header.session}.${randomBytes(6).toString('hex')}.tmp`;
  const lines = [header, ...events.map((event, index) => ({ ...event, seq: index + 1 }))];
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await files.writeNew(scratch, bytes, 0o600);
  try {
    // Without hard links two forks to one id could race; the id is random or the caller's own.
    if (!(await linkIfPossible(files, scratch, path))) await files.writeNew(path, bytes, 0o600);
  } finally {
    await files.removeFile(scratch).catch(() => {});
  }
  await files.syncDirectory(directory);
}

async function assertFree(files: Files, directory: string, id: string): Promise<void> {
  if ((await files.linkStatus(`${directory}/${id}.jsonl`)) === undefined) return;
  throw Object.assign(new Error(`${id} is taken`), { code: 'EEXIST' });
}

/** The working notes of the session, where it has some. */
async function copyNotes(files: Files, directory: string, id: string, child: string): Promise<void> {
  const path = `${directory}/${id}.notes.md`;
  if ((await files.status(path))?.kind !== 'file') return;
  await files.writeNew(`${directory}/${child}.notes.md`, await files.readFile(path), 0o600);
}

function forkProblem(id: string, child: string, error: unknown): SessionProblem {
  if (errorCode(error) === 'EEXIST') {
    return {
      kind: 'invalid',
      message: `Session ID ${child} is already in use. Continue it with --resume, or choose another id.`,
    };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'io', message: `Session ${id} could not be forked: ${why}` };
}
