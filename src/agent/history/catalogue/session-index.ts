import type { Disposable } from '../../../base/disposable.ts';
import type { TranscriptEntry } from '../transcript.ts';
import type { IndexDocument } from './index-document.ts';
import type { QueryTerm } from './session-query.ts';

/** What the index holds of a session. */
export interface IndexedSession {
  /** See {@link sessionKey}. */
  readonly key: string;
  /** Of the file as it was read. */
  readonly stamp: string;
  /** Last change; milliseconds since the epoch. */
  readonly modified: number;
  readonly documents: readonly IndexDocument[];
}

export interface IndexRequest {
  /** At least one. */
  readonly terms: readonly QueryTerm[];
  /** Keys of the sessions that come into question; all unless told. */
  readonly among?: ReadonlySet<string>;
  /** Sessions at most. */
  readonly limit: number;
  readonly now: number;
}

export interface IndexedEntry {
  /** First of the group that answers; empty where only the title does. */
  readonly entry: string;
  readonly kind: TranscriptEntry['kind'];
  readonly time: number;
}

export interface IndexHit {
  readonly key: string;
  /** Higher is nearer; comparable within one answer only. */
  readonly score: number;
  /** The nearest first, a few. */
  readonly entries: readonly IndexedEntry[];
}

/**
 * Port: full-text search over sessions. It is synchronous, and belongs where nothing waits for the thread. What it
 * says can be built again from the tools' files; a fault of its own throws, and the owner goes on without it.
 */
export interface SessionIndex extends Disposable {
  /** Stamps by key of what it holds. */
  stamps(): ReadonlyMap<string, string>;
  /** How many sessions it holds. */
  count(): number;
  /** Sessions that will come, the last changed last: it keeps a place for each in that order. */
  expect(keys: readonly string[]): void;
  /** All of these or, after a crash, none. What it held of them before goes. */
  replace(sessions: readonly IndexedSession[]): void;
  remove(keys: readonly string[]): void;
  search(request: IndexRequest): readonly IndexHit[];
}
