import type { Result } from '../../base/result.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { MemoryProblem } from './memory-problem.ts';

/**
 * What another program did to a memory file, seen after the fact: neither Varve nor the person in the editor nor git
 * wrote it. Writes to one file that nobody looked at in between are one.
 */
export interface ForeignWrite {
  /** ULID. */
  readonly id: string;
  /** Absolute. */
  readonly path: string;
  /** For people: relative within the project, `~/…` at home. */
  readonly label: string;
  readonly kind: 'created' | 'changed' | 'deleted';
  /** The program, as far as the place of the file tells: "Claude Code" for its own memory. */
  readonly by: string;
  /** The session that Claude Code (2.1.330) says a topic file comes from: the only provenance it leaves. */
  readonly session?: string;
  /** ISO 8601: when it was first and last seen. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Text before and after; undefined where there was no file. Untrusted: show it inert. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Sentences: what looks like a secret (never the secret itself), what cannot be seen. */
  readonly risks: readonly string[];
}

/** Other programs' writes to memory files of a project that is set up. Nothing is followed elsewhere. */
export interface ForeignWrites {
  /** What nobody has kept or undone yet, newest first. Reads local state only. Never rejects. */
  list(): Promise<readonly ForeignWrite[]>;
  /**
   * Compares the memory files with what was last seen of them. The first look takes everything as it stands. Files
   * over 256 KiB are not followed. Answers how many writes wait afterwards.
   */
  look(): Promise<Result<number, MemoryProblem>>;
  /** What these wrote stays; they are not shown again. */
  keep(ids: readonly string[]): Promise<Result<readonly string[], MemoryProblem>>;
  /**
   * Brings back what stood there before, in one ledger transaction: the exact bytes, or a three-way merge where the
   * file was edited since; `conflict` where that touched the same lines, `unsaved` for unsaved edits.
   */
  undo(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>>;
  /** The person is about to save this file in an editor: until {@link saved} nobody else is blamed for it. */
  saving(path: string): void;
  /** What stands there now was written by the person. */
  saved(path: string): Promise<void>;
}
