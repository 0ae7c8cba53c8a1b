import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { createMaskedStream, type Mask, type MaskedStream } from '../guard/secret-mask.ts';
import type { JournalEventBody, JournalHeader } from './journal-event.ts';
import { maskedEvent } from './masked-event.ts';

/** The open end of a journal: one process writes it, under the session's lease. */
export interface Journal {
  readonly path: string;
  /**
   * Appends events as one write without the secrets in them; they are on disk (fsync) when this resolves, with the place of
   * the last one in the journal. Streamed text waiting to be written goes before them.
   * Rejects with the file system's error; lines half written are cut off before the next ones.
   */
  append(...events: readonly JournalEventBody[]): Promise<EventPlace>;
  /**
   * Takes streamed text. Whole lines of it are written within 250 ms or with the next event, without fsync: in a line
   * that has not ended a secret may not be known for one yet.
   */
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

export function openJournal(files: Files, clock: Clock, place: JournalPlace, mask: Mask): Journal {
  return new FileJournal(files, clock, place, mask);
}

class FileJournal implements Journal {
  readonly path: string;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #mask: Mask;
  readonly #stream: MaskedStream;
  #size: number;
  #seq: number;
  /** Masked and whole. */
  #streamed = '';
  #timer: NodeJS.Timeout | undefined;
  /** Writes go one after another; a failed one does not stop the next. */
  #tail: Promise<unknown> = Promise.resolve();
  #halfWritten = false;

  constructor(files: Files, clock: Clock, place: JournalPlace, mask: Mask) {
    this.#files = files;
    this.#clock = clock;
    this.#mask = mask;
    this.#stream = createMaskedStream(mask);
    this.path = place.path;
    this.#size = place.size;
    this.#seq = place.lastSeq;
  }

  append(...events: readonly JournalEventBody[]): Promise<EventPlace> {
    const rest = this.#stream.end();
    this.#streamed += events[0]?.type === 'message-assistant' ? rest : withoutLastWord(rest);
    const masked = events.map((event) => maskedEvent(event, this.#mask));
    return this.#enqueue([...this.#takeStreamed(), ...masked], true);
  }

  stream(text: string): void {
    this.#streamed += this.#stream.add(text);
    if (this.#streamed === '') return;
    this.#timer ??= setTimeout(() => {
      // Lost streamed text costs nothing: the whole message follows as an event, and that one reports the error.
      this.#enqueue(this.#takeStreamed(), false).catch(() => {});
    }, STREAM_INTERVAL_MS);
  }

  async close(): Promise<void> {
    this.#streamed += withoutLastWord(this.#stream.end());
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

/** Of text that broke off: its last word may be the beginning of a secret. */
function withoutLastWord(text: string): string {
  return text.replace(/\S+$/, '');
}

function lineOf(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
