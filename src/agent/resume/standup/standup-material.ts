import type { SessionTool, TranscriptState } from '../../history/transcript.ts';

/** All that a standup is made from. */
export interface StandupMaterial {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** How the beginning was named, e.g. `yesterday`, `2026-11-30`, or a milestone's title; inert when it is written. */
  readonly sinceWords: string;
  readonly now: number;
  /** IANA name of the time zone whose days count; that of this process unless told. */
  readonly zone?: string;
  /** Real path of the workspace root: links go from here. */
  readonly root: string;
  /** Sessions of every project on this machine. */
  readonly isAll: boolean;
  readonly sessions: readonly StandupSession[];
  readonly commits: readonly StandupCommit[];
  readonly records: readonly StandupRecord[];
}

export interface StandupSession {
  readonly tool: SessionTool;
  readonly id: string;
  readonly title: string;
  readonly state: TranscriptState;
  readonly branch?: string;
  readonly cwd: string;
  readonly modified: number;
  /** Absolute, in the order of their first write. */
  readonly files: readonly string[];
  readonly fileCount: number;
  /** What is left of it; empty where it came to its end. */
  readonly unfinished: readonly Unfinished[];
}

/** One thing that is left: our words, and somebody's behind them. */
export interface Unfinished {
  readonly what: string;
  readonly said?: string;
  /** A command, shown as code. */
  readonly command?: string;
}

/** A commit of the owner of this clone. */
export interface StandupCommit {
  readonly hash: string;
  readonly time: number;
  readonly subject: string;
  /** The branch by which it was reached. */
  readonly branch?: string;
}

/** A record that was accepted. */
export interface StandupRecord {
  readonly kind: string;
  readonly description: string;
  /** From the root, with `/`. */
  readonly path: string;
  /** When it was accepted, else its own date. */
  readonly time: number;
}
