import type { Dialect, LoadState, Scope } from '../hierarchy.ts';

/** One step on the way of a file into the context: the first stands where the program looks by itself. */
export interface ExplanationStep {
  readonly path: string;
  readonly state: LoadState;
  readonly reason: string;
}

/** A pattern of a rule's `paths:`, and whether it calls for the active file. */
export interface ExplainedPattern {
  readonly pattern: string;
  /** Undefined without an active file, and for programs whose patterns are not tried here. */
  readonly matches?: boolean;
}

/** A memory file at or below a directory that was asked about. */
export interface ExplainedFile {
  readonly path: string;
  readonly kind: Scope;
  readonly state: LoadState;
  readonly reason: string;
  readonly tokens: number;
}

/** Why a path is or is not part of the effective memory. */
export interface Explanation {
  /** Absolute. */
  readonly path: string;
  readonly dialect: Dialect;
  readonly activeFile?: string;
  readonly what: 'file' | 'directory' | 'missing' | 'neither';
  /** `not-read`: the program would not look at it at all. For a directory: what stands in it. */
  readonly state: LoadState | 'not-read';
  /** A sentence. */
  readonly reason: string;
  /** How it comes in, the file itself last; empty where it does not. */
  readonly chain: readonly ExplanationStep[];
  readonly patterns: readonly ExplainedPattern[];
  /** Sentences: size, limits, settings that count here, what a compaction does. */
  readonly facts: readonly string[];
  /** Sentences: what would make it load. */
  readonly remedies: readonly string[];
  /** Programs that would read it here, now or when a file it governs is read. */
  readonly readBy: readonly Dialect[];
  /** For a directory: the memory files in it, in load order. */
  readonly below: readonly ExplainedFile[];
}
