export type LedgerAction =
  | 'set-up'
  | 'remove'
  | 'propose'
  | 'accept'
  | 'edit'
  | 'reject'
  | 'undo'
  | 'move'
  | 'retire'
  | 'restore'
  | 'regenerate'
  | 'write';

/** One file before and after; null: not there. Paths are absolute. */
export interface FileChange {
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** What a plan comes to: the changes, and where a person should know more, a sentence that the history keeps with them. */
export interface PlannedChanges {
  readonly changes: readonly FileChange[];
  readonly note?: string;
}

export interface Operation {
  readonly action: LedgerAction;
  /** Record ids or paths, as a person would name them. */
  readonly subject: readonly string[];
  /** Source: `person:NAME <mail>`, `run:ID`, `commit:HASH`. */
  readonly who: string;
  /** The worktree it happened in: its root path. */
  readonly worktree: string;
  readonly note?: string;
}

export interface LedgerTarget {
  /** As stored: `root:REL`, `state:REL` or an absolute path. */
  readonly path: string;
  /** SHA-256 of the content before and after; null: not there. */
  readonly pre: string | null;
  readonly post: string | null;
  /** Permission bits before, where it was there. */
  readonly mode?: number;
}

/** A committed operation. */
export interface LedgerEntry extends Operation {
  readonly seq: number;
  /** ULID of the operation. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Absolute path that `root:` stood for. */
  readonly root: string;
  readonly targets: readonly LedgerTarget[];
  /** Id of the entry this one takes back. */
  readonly undoes?: string;
  readonly previous: string;
  readonly hash: string;
}

export type LedgerProblem =
  | { readonly kind: 'changed-meanwhile'; readonly path: string; readonly message: string }
  | { readonly kind: 'conflict'; readonly path: string; readonly message: string }
  | { readonly kind: 'busy'; readonly owner: string; readonly message: string }
  | { readonly kind: 'cancelled'; readonly message: string }
  | { readonly kind: 'read-only'; readonly message: string }
  | { readonly kind: 'newer-version'; readonly version: number; readonly message: string }
  | { readonly kind: 'unknown-entry'; readonly id: string; readonly message: string }
  | { readonly kind: 'already-undone'; readonly id: string; readonly message: string }
  | { readonly kind: 'content-gone'; readonly path: string; readonly message: string }
  | { readonly kind: 'io'; readonly code: string; readonly message: string };
