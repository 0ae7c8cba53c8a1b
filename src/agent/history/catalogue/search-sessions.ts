import type { Result } from '../../../base/result.ts';
import type { Transcript } from '../transcript.ts';
import type { FoundList, ListedSession, RefreshProgress, SessionHit } from './catalogue.ts';
import type { IndexHolder } from './index-holder.ts';
import type { CachedRow } from './row-line.ts';
import { scanSessions } from './scan-sessions.ts';
import type { IndexHit, IndexRequest } from './session-index.ts';
import { sessionKey } from './session-key.ts';
import type { SessionQuery } from './session-query.ts';

export interface SessionSearch {
  readonly asked: SessionQuery;
  /** Those that pass all filters, the last changed first. */
  readonly sessions: readonly CachedRow[];
  readonly known: ReadonlyMap<string, CachedRow>;
  readonly limit: number;
  readonly now: number;
  readonly signal: AbortSignal | undefined;
  readonly index: IndexHolder;
  readonly read: (cached: CachedRow) => Promise<Result<Transcript, unknown>>;
  readonly onProgress: (progress: RefreshProgress) => void;
}

/** Filters alone list; words are asked of the index, and where there is none, of the sessions themselves. */
export async function searchSessions(search: SessionSearch): Promise<FoundList> {
  const { asked, sessions, known, limit, now } = search;
  const { terms, problems } = asked;
  if (terms.length === 0) {
    const hits = sessions.slice(0, limit).map((cached) => ({ session: listed(cached), entries: [] }));
    return { hits, notes: problems };
  }
  const among =
    sessions.length === known.size ? undefined : new Set(sessions.map(({ file }) => sessionKey(file)));
  const answer = await askIndex(search.index, { terms, limit, now, ...(among && { among }) });
  if (answer === undefined) return scan(search);
  const missing = known.size - answer.count;
  const isPartial = missing > 0 ? [`${missing} of ${known.size} sessions are not indexed yet.`] : [];
  const hits = answer.hits.flatMap(({ key, entries }): readonly SessionHit[] => {
    const cached = known.get(key);
    return cached ? [{ session: listed(cached), entries: entries.filter(({ entry }) => entry !== '') }] : [];
  });
  return { hits, notes: [...problems, ...isPartial] };
}

async function askIndex(
  holder: IndexHolder,
  request: IndexRequest,
): Promise<{ readonly hits: readonly IndexHit[]; readonly count: number } | undefined> {
  const index = await holder.forReading();
  try {
    return index && { hits: index.search(request), count: index.count() };
  } catch {
    holder.fail();
    return undefined;
  }
}

async function scan(search: SessionSearch): Promise<FoundList> {
  const { asked, sessions, limit, read, signal, onProgress } = search;
  const { hits, looked } = await scanSessions({
    sessions,
    terms: asked.terms,
    limit,
    read,
    signal,
    onProgress,
  });
  const note =
    hits.length >= limit || looked === sessions.length
      ? `There is no index of sessions here: ${looked} of them were looked through.`
      : `There is no index of sessions here: the newest ${looked} of ${sessions.length} were looked through.`;
  return {
    hits: hits.map(({ cached, entries }) => ({ session: listed(cached), entries })),
    notes: [...asked.problems, note],
  };
}

export function listed({ file, row, isArchived }: CachedRow): ListedSession {
  return { ...row, key: sessionKey(file), ...(isArchived && { archived: true }) };
}
