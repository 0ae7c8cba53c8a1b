import type { LoadState, Scope } from '../hierarchy/hierarchy.ts';
import type { RecordKind } from '../project/record-kind.ts';
import type { RecordStatus } from '../record/record.ts';

/** A half-open range of UTF-16 units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** What was found where. Its texts are other people's: inert, one line each, hidden characters shown by their code. */
export interface SearchHit {
  readonly kind: 'record' | 'proposal' | 'entry' | 'file';
  /** Record id, or path and entry id: unique among hits of a kind, stable while the text stays. */
  readonly id: string;
  readonly title: string;
  /** What answers, at most 300 units, white space collapsed; `…` where it was cut. */
  readonly excerpt: string;
  /** Where the words of the query stand in the excerpt, in order. */
  readonly matches: readonly TextSpan[];
  readonly path: string;
  /** Zero-based line of the excerpt. */
  readonly line?: number;
  /** Scope of the hierarchy the file stands in, or the kind of the record. */
  readonly place: Scope | RecordKind;
  /** Headings above an entry, outermost first, `›` between them. */
  readonly section?: string;
  /** Whether agents read it: how its file loads, or what became of the record. */
  readonly state: LoadState | RecordStatus;
  /** Higher is nearer; comparable within one answer only. */
  readonly score: number;
}

export interface SearchOptions {
  /** Default 20, at most 200. */
  readonly limit?: number;
  /** For search as you type: the last word may be the beginning of one. */
  readonly prefix?: boolean;
  /** An aborted search answers nothing. */
  readonly signal?: AbortSignal;
}
