import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import type { JournalEventBody, JournalHeader } from './journal-event.ts';

/** The open end of a journal: one process writes it, under the session's lease. */
export interface Journal {
  readonly path: string;
  /**
   * Appends one event; it is on disk (fsync) when this resolves, with its place in the journal. Streamed text waiting
   * to be written goes before it.
   * Rejects with the file system's error; a line half written is cut off before the next one.
   */
  append(event: JournalEventBody): Promise<EventPlace>;
  /** Takes streamed text. It is written within 250 ms or with the next event, without fsync. */
  stream(text: string): void;
  /** Waits for everything handed in. */
  close(): Promise<void>;
}

export interface EventPlace {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface JournalPlace {
  readonly path: string;
  /** Bytes that stand in the file and are whole. */
  readonly size: number;
  readonly lastSeq: number;
}

/** Streamed text is worth little on disk and comes in hundreds of pieces: it is gathered this long. */
export const STREAM_INTERVAL_MS = 250;

/** Makes the file with its header, durable with its directory entry. Rejects with EEXIST where it stands already. */
export async function createJournalFile(
  files: Files,
  directory: string,
  header: JournalHeader,
): Promise<JournalPlace> {
  await files.makeDirectory(directory, 0o700);
  const path = `${directory}/${header.session}.jsonl`;
  const bytes = lineOf(header);
  await files.writeNew(path, bytes, 0o600);
  await files.syncDirectory(directory);
  return { path, size: bytes.length, lastSeq: 0 };
}

export function openJournal(files: Files, clock: Clock, place: JournalPlace): Journal {
  return new FileJournal(files, clock, place);
}

class FileJournal implements Journal {
  readonly path: string;
  readonly #files: Files;
  readonly #clock: Clock;
  #size: number;
  #seq: number;
  #streamed = '';
  #timer: NodeJS.Timeout | undefined;
  /** Writes go one after another; a failed one does not stop the next. */
  #tail: Promise<unknown> = Promise.resolve();
  #halfWritten = false;

  constructor(files: Files, clock: Clock, place: JournalPlace) {
    this.#files = files;
    this.#clock = clock;
    this.path = place.path;
    this.#size = place.size;
    this.#seq = place.lastSeq;
  }

  append(event: JournalEventBody): Promise<EventPlace> {
    return this.#enqueue([...this.#takeStreamed(), event], true);
  }

  stream(text: string): void {
    this.#streamed += text;
    this.#timer ??= setTimeout(() => {
      // Lost streamed text costs nothing: the whole message follows as an event, and that one reports the error.
      this.#enqueue(this.#takeStreamed(), false).catch(() => {});
    }, STREAM_INTERVAL_MS);
  }

  async close(): Promise<void> {
    const streamed = this.#takeStreamed();
    if (streamed.length > 0) await this.#enqueue(streamed, false).catch(() => {});
    await this.#tail;
  }

  #takeStreamed(): readonly JournalEventBody[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#streamed;
    this.#streamed = '';
    return text === '' ? [] : [{ type: 'text-delta', text }];
  }

  #enqueue(events: readonly JournalEventBody[], durable: boolean): Promise<EventPlace> {
    const done = this.#tail.then(() => this.#write(events, durable));
    this.#tail = done.catch(() => {});
    return done;
  }

  /** Answers the place of the last one. */
  async #write(events: readonly JournalEventBody[], durable: boolean): Promise<EventPlace> {
    if (this.#halfWritten) {
      await this.#files.truncate(this.path, this.#size);
      this.#halfWritten = false;
    }
    const time = this.#clock.now();
    const lines = events.map((event, index) => lineOf({ seq: this.#seq + 1 + index, time, ...event }));
    const bytes = Buffer.concat(lines);
    try {
      await this.#files.append(this.path, bytes, 0o600, durable ? 'synced' : 'unsynced');
    } catch (error) {
      this.#halfWritten = true;
      throw error;
    }
    this.#size += bytes.length;
    this.#seq += events.length;
    return { seq: this.#seq, time };
  }
}

function lineOf(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
