/**
 * A place that a record is about. `path` is relative to the project's root, with `/`. `hash` is 64 hex digits over
 * syntax tokens, or `text:` and 64 hex digits over text with white space normalised; without one only the path counts.
 */
export interface Anchor {
  readonly path: string;
  readonly symbol?: string;
  readonly hash?: string;
}

/**
 * What became of the code a record speaks of. `moved`: the same code stands elsewhere; `stale`: something else stands
 * there now; `gone`: it is nowhere any more; `unknown`: it cannot be told (no hash was taken, a shallow clone, a file
 * too large to read).
 */
export type Freshness = 'fresh' | 'moved' | 'stale' | 'gone' | 'unknown';

/** Where the code of an anchor stands now, lines zero-based and inclusive. */
export interface CodePlace {
  readonly path: string;
  readonly symbol?: string;
  readonly first: number;
  readonly last: number;
}

/** What comparing one anchor with the working tree says. */
export interface AnchorState {
  readonly state: Freshness;
  /** Absent where it is gone. */
  readonly now?: CodePlace;
  /** The anchor as it would be taken of what stands at `now`. */
  readonly taken?: Anchor;
  /** Why, in a sentence. */
  readonly reason: string;
}

/** One anchor of an accepted record, compared with the working tree. */
export interface AnchorFreshness {
  readonly recordId: string;
  /** As the evidence has it: relative to the project's root. */
  readonly path: string;
  readonly symbol?: string;
  /** Whether the evidence has a hash: without one only the path can be compared. */
  readonly hasHash: boolean;
  readonly state: Freshness;
  /** Where the code stands now, lines zero-based and inclusive; absent where it is gone. */
  readonly now?: CodePlace;
  /** Why, in a sentence. */
  readonly reason: string;
}

/** A hash of a kind that this version knows how to take. */
export function isKnownHash(hash: string): boolean {
  return /^(?:text:)?[0-9a-f]{64}$/.test(hash);
}

export function isTextHash(hash: string): boolean {
  return hash.startsWith('text:');
}

/** As an anchor's own name for a person: `src/search.ts, Search.find`. */
export function anchorName({ path, symbol }: Pick<Anchor, 'path' | 'symbol'>): string {
  return symbol === undefined ? path : `${path}, ${symbol}`;
}
