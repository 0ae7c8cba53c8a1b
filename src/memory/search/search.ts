/** What was found where. */
export interface SearchHit {
  readonly kind: 'record' | 'proposal' | 'entry' | 'file';
  /** Record id, or path and entry id: unique among hits, stable while the text stays. */
  readonly id: string;
  readonly title: string;
  /** The lines that answer, at most 300 units, plain text. */
  readonly excerpt: string;
  readonly path: string;
  /** Zero-based. */
  readonly line?: number;
  /** Scope of the hierarchy the file stands in, or the kind of the record. */
  readonly place: string;
  /** Higher is nearer; comparable within one answer only. */
  readonly score: number;
}

export interface SearchOptions {
  /** Default 20, at most 200. */
  readonly limit?: number;
  /** For search as you type: the last word may be the beginning of one. */
  readonly prefix?: boolean;
  readonly signal?: AbortSignal;
}
