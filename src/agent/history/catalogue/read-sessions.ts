import { setImmediate as breathe } from 'node:timers/promises';
import type { SessionFile } from '../history-reader.ts';
import { rowOf, type SessionRow } from '../session-row.ts';
import type { FoundSession } from './find-sessions.ts';
import { documentsOf, type IndexDocument } from './index-document.ts';
import type { CachedRow } from './row-line.ts';

/** What is kept of a session that was read. */
export interface ReadSession {
  readonly cached: CachedRow;
  readonly documents: readonly IndexDocument[];
}

export interface ReadingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for as many as are read, one after the other: reading goes on when it is done. */
  readonly onRead: (sessions: readonly ReadSession[]) => Promise<void>;
  readonly onDone: () => void;
}

/** No system has longer paths; what claims to be one would fill the cache. */
const PATH_UNITS = 4_096;
/** Sessions that are read at once: one waits for the disk while the other is parsed. Readers bound what each takes. */
const AT_ONCE = 2;
/** What is handed over at once: written in one transaction, during which nobody is answered. */
const BATCH_SESSIONS = 128;
const BATCH_UNITS = 2 * 1024 * 1024;

/** Reads sessions in this order, with bounded memory. Rejects only with what `onRead` does. */
export async function readSessions(found: readonly FoundSession[], options: ReadingOptions): Promise<void> {
  const batch = new Batch(options.onRead);
  let next = 0;
  const work = async (): Promise<void> => {
    while (!options.signal?.aborted) {
      const session = found[next];
      if (session === undefined) return;
      next += 1;
      await batch.add(await readOne(session));
      options.onDone();
      // Whoever waits for an answer comes in between.
      await breathe();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await batch.end();
}

async function readOne({ file, isArchived, read }: FoundSession): Promise<ReadSession> {
  const result = await read();
  if (!result.ok) {
    const row = unreadableRow(file, result.error.message);
    return { cached: { file, row, isArchived }, documents: [] };
  }
  const whole = rowOf(result.value, file);
  // A reader may name another tool than it was asked for; the row is found again by what was found.
  const row = { ...whole, tool: file.tool, files: whole.files.filter(({ length }) => length <= PATH_UNITS) };
  return { cached: { file, row, isArchived }, documents: documentsOf(result.value) };
}

/** So that it is listed, says why, and is not read again before it changes. */
function unreadableRow({ tool, id, path, size, modified }: SessionFile, problem: string): SessionRow {
  return {
    tool,
    id,
    path,
    size,
    created: modified,
    modified,
    title: '',
    firstPrompt: '',
    state: 'failed',
    cwd: '',
    prompts: 0,
    turns: 0,
    costUsd: null,
    fileCount: 0,
    files: [],
    branchCount: 0,
    problem,
  };
}

/** Collects what was read and hands it over, one batch after the other. */
class Batch {
  readonly #handOver: ReadingOptions['onRead'];
  #sessions: ReadSession[] = [];
  #units = 0;
  #handing: Promise<void> = Promise.resolve();

  constructor(handOver: ReadingOptions['onRead']) {
    this.#handOver = handOver;
  }

  /** Resolves when there is room for more. */
  async add(session: ReadSession): Promise<void> {
    this.#sessions.push(session);
    for (const { prompt, answer, command, path } of session.documents)
      this.#units += prompt.length + answer.length + command.length + path.length;
    if (this.#sessions.length >= BATCH_SESSIONS || this.#units >= BATCH_UNITS) await this.end();
  }

  end(): Promise<void> {
    const sessions = this.#sessions;
    this.#sessions = [];
    this.#units = 0;
    this.#handing = this.#handing.then(() => (sessions.length > 0 ? this.#handOver(sessions) : undefined));
    return this.#handing;
  }
}
