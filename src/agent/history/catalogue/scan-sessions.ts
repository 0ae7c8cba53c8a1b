import { setImmediate as breathe } from 'node:timers/promises';
import type { Result } from '../../../base/result.ts';
import type { Transcript } from '../transcript.ts';
import { plainWords } from './asked-words.ts';
import type { RefreshProgress } from './catalogue.ts';
import { entryGroups, textOf } from './entry-groups.ts';
import { spaced } from './index-document.ts';
import type { CachedRow } from './row-line.ts';
import type { IndexedEntry } from './session-index.ts';
import type { QueryTerm } from './session-query.ts';

export interface ScanRequest {
  /** The last changed first. */
  readonly sessions: readonly CachedRow[];
  readonly terms: readonly QueryTerm[];
  readonly limit: number;
  readonly read: (session: CachedRow) => Promise<Result<Transcript, unknown>>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (progress: RefreshProgress) => void;
}

export interface Scan {
  readonly hits: readonly { readonly cached: CachedRow; readonly entries: readonly IndexedEntry[] }[];
  /** How many sessions were read. */
  readonly looked: number;
}

/** What is read at most, so that a search comes to its end on every machine. */
const MOST_SESSIONS = 2_000;
const MOST_BYTES = 512 * 1024 * 1024;
const ENTRIES_SHOWN = 3;
/** Progress is told of every so many sessions. */
const STEP = 20;

/** Searches without an index: reads the newest sessions until enough of them answer. The order is theirs, by time. */
export async function scanSessions(request: ScanRequest): Promise<Scan> {
  const { sessions, terms, limit, read, signal, onProgress } = request;
  const hits: { cached: CachedRow; entries: readonly IndexedEntry[] }[] = [];
  const asked = terms.map(
    ({ text, isBeginning }) => ` ${plainWords(spaced(text)).join(' ')}${isBeginning ? '' : ' '}`,
  );
  const total = Math.min(sessions.length, MOST_SESSIONS);
  let bytes = 0;
  let looked = 0;
  for (const cached of sessions.slice(0, total)) {
    bytes += cached.file.size;
    if (signal?.aborted || hits.length >= limit || (looked > 0 && bytes > MOST_BYTES)) break;
    const transcript = await read(cached);
    const entries = transcript.ok ? answersIn(transcript.value, asked) : undefined;
    if (entries) hits.push({ cached, entries });
    looked += 1;
    if (looked % STEP === 0) onProgress({ done: looked, total });
    await breathe();
  }
  return { hits, looked };
}

/** Undefined where not all of it is said in one group, or in the title. */
function answersIn(transcript: Transcript, asked: readonly string[]): readonly IndexedEntry[] | undefined {
  const holdsAll = (text: string): boolean => {
    const words = ` ${plainWords(spaced(text)).join(' ')} `;
    return asked.every((one) => words.includes(one));
  };
  const found: IndexedEntry[] = [];
  for (const { entry, entries } of entryGroups(transcript)) {
    if (found.length >= ENTRIES_SHOWN) break;
    const paths = entries.flatMap((one) => (one.kind === 'call' ? [...one.reads, ...one.writes] : []));
    if (!holdsAll([...entries.map(textOf), ...paths].join('\n'))) continue;
    found.push({ entry, kind: entries[0]?.kind ?? 'notice', time: entries[0]?.time ?? 0 });
  }
  return found.length > 0 || holdsAll(transcript.title) ? found : undefined;
}
