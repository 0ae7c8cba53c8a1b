import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import { linkIfPossible } from './hard-link.ts';
import { errorCode, type IoProblem, ioProblem } from './io-problem.ts';
import { hasEnded, type ProcessOwner } from './process-identity.ts';
import { failure, type Result, success } from './result.ts';

export type LockOwner = ProcessOwner;

export type LockProblem =
  | { readonly kind: 'busy'; readonly owner: LockOwner | undefined; readonly message: string }
  | { readonly kind: 'cancelled'; readonly message: string }
  | IoProblem;

export interface Lock {
  /** Fencing number: every later holder of the same lock has a greater one. */
  readonly number: number;
  /** False when another process took it over: stop writing. */
  stillHeld(): Promise<boolean>;
  /** Never rejects; when even trying again fails, the lock is free once this process has ended. */
  release(): Promise<void>;
}

export interface LockRequest {
  readonly files: Files;
  /** A directory of its own; made when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly owner: LockOwner;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for a living owner. 0 tries once. */
  readonly timeoutMs: number;
}

interface Ticket {
  readonly number: number;
  readonly isFree: boolean;
}

const TICKET = /^(\d{10})(\.free)?$/;
const FREE = '.free';
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;
const RELEASE_ATTEMPTS = 3;
// Old tickets are kept for a while so that a listing made meanwhile cannot miss every newer one.
const TICKETS_KEPT = 4;
// Without hard links a record is written in place: one that stays unreadable for this long was left by a crash.
const HALF_WRITTEN_MS = 10_000;

/**
 * A lock between processes: a directory of numbered tickets, each made exclusively (O_EXCL or hard link) with its
 * owner's record. The greatest number holds the lock; released means renamed to `NUMBER.free`. Taking over from an
 * owner that has ended is the same act as taking a free lock, making the next number, so of two that try only one
 * can succeed, and the number is the fencing number. The greatest ticket is never removed.
 *
 * Between machines that share a disk an owner of another host counts as living; the message says which file to remove.
 */
export async function acquireLock(request: LockRequest): Promise<Result<Lock, LockProblem>> {
  const { files, path, signal, timeoutMs } = request;
  let waited = 0;
  let pause = FIRST_PAUSE_MS;
  try {
    await files.makeDirectory(path, 0o700);
    for (;;) {
      if (signal?.aborted) return failure({ kind: 'cancelled', message: 'Cancelled.' });
      const attempt = await tryOnce(request);
      if (attempt.lock !== undefined) return success(attempt.lock);
      if (waited >= timeoutMs) return failure(busy(request, attempt.owner));
      await wait(pause, undefined, signal === undefined ? {} : { signal }).catch(() => {});
      waited += pause;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  } catch (error) {
    return failure(ioProblem(error, `lock ${path}`));
  }
}

/** Who holds the lock now and lives; undefined when it is free or its owner ended. Only looks; `owner` is this process. */
export async function livingHolder(
  request: Pick<LockRequest, 'files' | 'path' | 'owner'>,
): Promise<LockOwner | undefined> {
  const { files, path, owner } = request;
  if ((await files.status(path)) === undefined) return undefined;
  const newest = newestOf(await tickets(request));
  if (newest === undefined || newest.isFree) return undefined;
  const holder = await readOwner(request, newest.number);
  return holder === undefined || (await hasEnded(holder, owner)) ? undefined : holder;
}

async function tryOnce(
  request: LockRequest,
): Promise<{ lock: Lock; owner?: undefined } | { lock?: undefined; owner: LockOwner | undefined }> {
  const newest = newestOf(await tickets(request));
  if (newest !== undefined && !newest.isFree) {
    const owner = await readOwner(request, newest.number);
    if (!(await isLeft(request, newest.number, owner))) return { owner };
  }
  const number = (newest?.number ?? 0) + 1;
  if (!(await makeTicket(request, number))) return { owner: undefined };
  try {
    if (await isHolder(request, number)) {
      await clearOldTickets(request, number);
      return { lock: createLock(request, number) };
    }
  } catch (error) {
    await release(request, number);
    throw error;
  }
  // We were so slow that this number had been used and cleared away: a greater one holds the lock, and its holder
  // may have cleared ours away as well.
  await request.files.removeFile(ticketPath(request, number)).catch(() => {});
  return { owner: undefined };
}

function createLock(request: LockRequest, number: number): Lock {
  return {
    number,
    stillHeld: () => isHolder(request, number),
    release: () => release(request, number),
  };
}

async function release(request: LockRequest, number: number): Promise<void> {
  const path = ticketPath(request, number);
  for (let attempt = 1; attempt <= RELEASE_ATTEMPTS; attempt += 1) {
    try {
      // Taken over by mistake (a machine that slept for long): the newer ticket stands, ours means nothing.
      return await request.files.rename(path, path + FREE);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
    }
  }
}

/** Made with its record in one step where there are hard links, so that nobody sees it half-written. */
async function makeTicket(request: LockRequest, number: number): Promise<boolean> {
  const { files, path, clock, owner } = request;
  const record = Buffer.from(`${JSON.stringify({ ...owner, since: clock.now() })}\n`);
  const draft = join(path, `draft-${randomBytes(8).toString('hex')}`);
  const ticket = ticketPath(request, number);
  try {
    await files.writeNew(draft, record, 0o600);
    if (!(await linkIfPossible(files, draft, ticket))) await writeWhole(files, ticket, record);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await files.removeFile(draft).catch(() => {});
  }
}

async function writeWhole(files: Files, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await files.writeNew(path, bytes, 0o600);
  } catch (error) {
    // Half a record would count as somebody's for a while; nobody ever held this number.
    if (errorCode(error) !== 'EEXIST') await files.removeFile(path).catch(() => {});
    throw error;
  }
}

async function isHolder(request: LockRequest, number: number): Promise<boolean> {
  const all = await tickets(request);
  const rivals = all.filter(
    (ticket) => ticket.number > number || (ticket.number === number && ticket.isFree),
  );
  return rivals.length === 0 && all.some((ticket) => ticket.number === number);
}

/** Whether a ticket has no living owner: it ended, or a crash left the record half-written. */
async function isLeft(request: LockRequest, number: number, owner: LockOwner | undefined): Promise<boolean> {
  if (owner !== undefined) return hasEnded(owner, request.owner);
  const status = await request.files.status(ticketPath(request, number));
  return status !== undefined && Math.abs(request.clock.now() - status.modified) > HALF_WRITTEN_MS;
}

async function tickets(request: Pick<LockRequest, 'files' | 'path'>): Promise<readonly Ticket[]> {
  const names = (await request.files.readDirectory(request.path)).map((entry) => entry.name);
  return names.flatMap((name) => {
    const match = TICKET.exec(name);
    return match?.[1] === undefined ? [] : [{ number: Number(match[1]), isFree: match[2] !== undefined }];
  });
}

function newestOf(all: readonly Ticket[]): Ticket | undefined {
  // Of two tickets of one number the free one is true: the other is about to be withdrawn.
  return [...all].sort((a, b) => b.number - a.number || Number(b.isFree) - Number(a.isFree))[0];
}

async function clearOldTickets(request: LockRequest, number: number): Promise<void> {
  const old = (await tickets(request)).filter((ticket) => ticket.number <= number - TICKETS_KEPT);
  for (const ticket of old) {
    const path = ticketPath(request, ticket.number) + (ticket.isFree ? FREE : '');
    await request.files.removeFile(path).catch(() => {});
  }
}

async function readOwner(
  request: Pick<LockRequest, 'files' | 'path'>,
  number: number,
): Promise<LockOwner | undefined> {
  try {
    const bytes = await request.files.readFile(ticketPath(request, number));
    return parseOwner(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    // Released meanwhile, or half-written. Anything else says nothing about the owner.
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseOwner(value: unknown): LockOwner | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startTime, bootId, host } = value as Record<string, unknown>;
  if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
  return {
    pid,
    host,
    ...(typeof startTime === 'string' ? { startTime } : {}),
    ...(typeof bootId === 'string' ? { bootId } : {}),
  };
}

function busy(request: LockRequest, owner: LockOwner | undefined): LockProblem {
  const who = owner === undefined ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  const advice =
    owner === undefined || owner.host === request.owner.host
      ? 'Try again in a moment.'
      : `If Varve no longer runs there, remove ${request.path}.`;
  return { kind: 'busy', owner, message: `${who} is writing. ${advice}` };
}

function ticketPath(request: Pick<LockRequest, 'path'>, number: number): string {
  return join(request.path, String(number).padStart(10, '0'));
}
