import type { PermissionMode } from '../guard/guard.ts';
import type { RunOutcome } from '../loop/loop-event.ts';
import type { Message } from '../model/model.ts';
import { NO_USAGE } from '../model/usage.ts';
import type {
  JournalEvent,
  JournalHeader,
  RecoveredState,
  SeenFile,
  SessionTotals,
} from './journal-event.ts';

/** A call of the model that has no result yet. Without an intent nothing of it was done. */
export interface OpenCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly intent?: JournalEvent & { readonly type: 'tool-intent' };
  readonly process?: { readonly pid: number; readonly startTime?: string };
  /** Its input held a secret that is not kept: it must not be carried out with what stands here. */
  readonly isMasked?: true;
  /** Session of the subagent that carries it out. */
  readonly subagent?: string;
}

export interface WrittenFile {
  readonly path: string;
  readonly after: string | null;
}

export interface FinishedCall {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly ok: boolean;
  readonly text: string;
  readonly effect: 'read' | 'write' | 'execute' | 'external' | undefined;
  readonly path?: string;
  readonly recovered?: RecoveredState;
  readonly time: number;
}

/** What a journal's events add up to: all that a run needs to go on, and all that is shown of a session. */
export interface SessionState {
  readonly header: JournalHeader;
  /** The first prompt, in one line. */
  readonly title: string;
  readonly messages: readonly Message[];
  readonly prompts: readonly string[];
  readonly openCalls: readonly OpenCall[];
  readonly calls: readonly FinishedCall[];
  /** Tokens of the last request and its answer; 0 where nothing is known, as after a compaction. */
  readonly promptTokens: number;
  /** True when a request would be the next thing to do: the last message waits for the model. */
  readonly requestPending: boolean;
  /** True when the work came to its end and what it leaves for memory was not proposed yet: its process died between. */
  readonly capturePending: boolean;
  /** How the last run ended; absent while it goes on or when its process died. */
  readonly outcome?: RunOutcome;
  readonly outcomeMessage?: string;
  readonly totals: SessionTotals;
  /** In the order of their first write; absolute paths with the hash the last write left (null: removed). */
  readonly filesWritten: readonly WrittenFile[];
  /** What the model has seen, by path its last sight. */
  readonly seenFiles: readonly SeenFile[];
  /** Rules that answers of *session* added. */
  readonly sessionRules: readonly string[];
  readonly model?: string;
  readonly branch?: string;
  readonly permissionMode?: PermissionMode;
  /** Process groups that went on when their calls had their results; where a run died they may still be there. */
  readonly backgroundProcesses: readonly { readonly pid: number; readonly startTime?: string }[];
  readonly runs: number;
  /** Roots of worktrees it was at home in before, oldest first. */
  readonly movedFrom: readonly string[];
  /** Number of the last checkpoint, 0 for none. */
  readonly lastCheckpoint: number;
  /** The checkpoint that a rewind was on its way to when its process ended; no run has begun since. */
  readonly cutOffRewind?: number;
  readonly modified: number;
}

export const NO_TOTALS: SessionTotals = { turns: 0, usage: NO_USAGE, costUsd: 0, files: 0 };
