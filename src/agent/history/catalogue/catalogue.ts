import type { Disposable } from '../../../base/disposable.ts';
import type { Event } from '../../../base/event.ts';
import type { Result } from '../../../base/result.ts';
import type { TextSpan } from '../../../memory/search/search.ts';
import type { SessionRow } from '../session-row.ts';
import type { TranscriptEntry } from '../transcript.ts';
import type { SessionFilter } from './session-filter.ts';
import type { IndexedEntry } from './session-index.ts';

/** A row of a list. Its texts are other people's: they are shown inert. */
export interface ListedSession extends SessionRow {
  /** Unique among all, and the same as long as the session stands where it stands. */
  readonly key: string;
  /** Its tool deleted it, and Varve's archive has it. */
  readonly archived?: true;
}

export interface ListRequest {
  readonly filter?: SessionFilter;
  /** Rows at most. */
  readonly limit: number;
}

export interface SessionList {
  /** The last changed first. */
  readonly sessions: readonly ListedSession[];
  /** How many pass the filter. */
  readonly total: number;
  /** How many there are in the cache. */
  readonly known: number;
}

export interface SearchRequest {
  /** As a person types it, see `readSessionQuery`. */
  readonly query: string;
  /** Holds besides what the query says. */
  readonly filter?: SessionFilter;
  /** Sessions at most. */
  readonly limit: number;
}

export interface SessionHit {
  readonly session: ListedSession;
  /** Where it answers, the nearest first: what to ask excerpts of. Empty where filters alone were asked for. */
  readonly entries: readonly IndexedEntry[];
}

export interface FoundList {
  /** The nearest first. */
  readonly hits: readonly SessionHit[];
  /** What was not understood, not looked at or done another way, in sentences. */
  readonly notes: readonly string[];
}

export interface ExcerptRequest {
  readonly query: string;
  readonly hits: readonly { readonly key: string; readonly entries: readonly string[] }[];
}

export interface SessionExcerpts {
  readonly key: string;
  readonly excerpts: readonly SessionExcerpt[];
}

/** What answers, read again from the session itself. Inert, one line, at most 300 units. */
export interface SessionExcerpt {
  /** Id of the entry it is from. */
  readonly entry: string;
  readonly kind: TranscriptEntry['kind'];
  readonly time?: number;
  readonly text: string;
  /** Where the words asked for stand in it, in order. */
  readonly matches: readonly TextSpan[];
}

export interface RefreshProgress {
  /** Sessions of those that have to be read. */
  readonly done: number;
  readonly total: number;
}

export interface RefreshReport {
  readonly found: number;
  readonly read: number;
  readonly removed: number;
  /** False where there is no index: searching looks through the sessions themselves. */
  readonly isSearchable: boolean;
  /** What could not be looked at, in sentences. */
  readonly problems: readonly string[];
}

/** `busy`: another process refreshes; what it has so far is listed. */
export interface CatalogueProblem {
  readonly kind: 'cancelled' | 'busy' | 'failed';
  readonly message: string;
}

/** Sessions of all tools of this user on this machine, by list and by search. Its methods never reject. */
export interface SessionCatalogue extends Disposable {
  /** Of a refresh that goes on, and of a search that looks through the sessions themselves. */
  readonly onProgress: Event<RefreshProgress>;
  /** Lists may be others than before. */
  readonly onDidChange: Event<void>;
  /** From the cache, at once. */
  list(request: ListRequest): Promise<Result<SessionList, CatalogueProblem>>;
  search(request: SearchRequest, signal?: AbortSignal): Promise<Result<FoundList, CatalogueProblem>>;
  /** In the order asked for; a session that cannot be read any more has none. */
  excerpts(
    request: ExcerptRequest,
    signal?: AbortSignal,
  ): Promise<Result<readonly SessionExcerpts[], CatalogueProblem>>;
  /** Looks at what the tools' directories hold now. A second one waits for the first; its answer is theirs, unless that was stopped. */
  refresh(signal?: AbortSignal): Promise<Result<RefreshReport, CatalogueProblem>>;
}
