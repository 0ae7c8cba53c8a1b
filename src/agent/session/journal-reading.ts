import { failure, type Result, success } from '../../base/result.ts';
import { JOURNAL_VERSION, type JournalEvent, type JournalHeader } from './journal-event.ts';
import { readEvent, readHeader } from './journal-schema.ts';
import { settleMoves } from './session-place.ts';
import type { SessionProblem } from './session-problem.ts';

/** A journal as read: what was whole, and where its torn end begins. Where the session moved, all is as if it had begun there. */
export interface JournalReading {
  readonly header: JournalHeader;
  readonly events: readonly JournalEvent[];
  /** Bytes up to and with the last whole line; what stands after it was torn by a crash. */
  readonly wholeBytes: number;
  readonly tornBytes: number;
  /** Highest `seq` seen, 0 in a journal without events. */
  readonly lastSeq: number;
  /** True where a newer Varve wrote it: it may be shown, never continued. */
  readonly newer: boolean;
  /** Lines in the middle that could not be read, in words. */
  readonly problems: readonly string[];
}

/**
 * Reads a journal's bytes. Never throws: broken lines are named in `problems`, a torn end is measured.
 * Fails with `damaged` only where the first line is no header.
 */
export function readJournal(bytes: Uint8Array): Result<JournalReading, SessionProblem> {
  const lines = wholeLines(bytes);
  const first = lines[0];
  const header = first && readHeader(jsonOf(bytes, first));
  if (!first || !header) {
    return failure({ kind: 'damaged', message: 'The session file has no readable first line.' });
  }
  const { events, problems, wholeBytes, lastSeq } = readEvents(bytes, lines.slice(1), first.end);
  return success({
    ...settleMoves(header, events),
    wholeBytes,
    tornBytes: bytes.length - wholeBytes,
    lastSeq,
    newer: header.version > JOURNAL_VERSION,
    problems,
  });
}

/** Reads whole event lines out of a piece of a journal, e.g. its last kilobytes; anything else is passed over. */
export function readTail(bytes: Uint8Array): readonly JournalEvent[] {
  return wholeLines(bytes).flatMap((line) => {
    const event = readEvent(jsonOf(bytes, line));
    return typeof event === 'string' ? [] : [event];
  });
}

/** The header from the first bytes of a journal, where they hold its whole first line. */
export function readHead(bytes: Uint8Array): JournalHeader | undefined {
  const first = wholeLines(bytes)[0];
  return first && readHeader(jsonOf(bytes, first));
}

interface Line {
  readonly start: number;
  /** After the line end. */
  readonly end: number;
}

const LINE_END = 0x0a;

function wholeLines(bytes: Uint8Array): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LINE_END, start); end >= 0; end = bytes.indexOf(LINE_END, start)) {
    lines.push({ start, end: end + 1 });
    start = end + 1;
  }
  return lines;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function jsonOf(bytes: Uint8Array, line: Line): unknown {
  try {
    // A byte order mark is dropped by the decoder, a carriage return is white space to JSON.
    return JSON.parse(decoder.decode(bytes.subarray(line.start, line.end)));
  } catch {
    return undefined;
  }
}

function readEvents(bytes: Uint8Array, lines: readonly Line[], start: number) {
  const events: JournalEvent[] = [];
  const unread: { readonly line: number; readonly why: string }[] = [];
  let wholeBytes = start;
  let lastSeq = 0;
  let countedAtWhole = 0;
  for (const [index, line] of lines.entries()) {
    const value = jsonOf(bytes, line);
    const event = readEvent(value);
    if (event === 'invalid') {
      unread.push({ line: index + 2, why: 'cannot be read' });
      continue;
    }
    wholeBytes = line.end;
    countedAtWhole = unread.length;
    const seq = event === 'unknown-type' ? seqOf(value) : event.seq;
    if (seq <= lastSeq) {
      unread.push({ line: index + 2, why: `repeats event ${seq}` });
      countedAtWhole = unread.length;
      continue;
    }
    lastSeq = seq;
    if (event !== 'unknown-type') events.push(event);
  }
  // Unreadable lines after the last good one are the torn end, not a problem in the middle.
  const problems = unread
    .slice(0, countedAtWhole)
    .map(({ line, why }) => `Line ${line} ${why} and was passed over.`);
  return { events, problems, wholeBytes, lastSeq };
}

function seqOf(value: unknown): number {
  const seq = typeof value === 'object' && value !== null && 'seq' in value ? value.seq : undefined;
  return typeof seq === 'number' ? seq : 0;
}
