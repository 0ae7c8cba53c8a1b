import type { ApprovalDecision, ApprovalRequest, Effect, PermissionMode } from '../guard/guard.ts';
import type { RunOutcome } from '../loop/loop-event.ts';
import type { ContentBlock, Usage } from '../model/model.ts';
import type { TodoItem } from '../tools/tool.ts';

export const JOURNAL_VERSION = 1;

/** First line of a journal. */
export interface JournalHeader {
  readonly version: number;
  readonly session: string;
  /** Name of the project's state directory, `<slug>-<id8>`. */
  readonly project: string;
  readonly cwd: string;
  /** Root of the worktree, else `cwd`. */
  readonly worktree: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** The session this one was forked from. */
  readonly parent?: string;
  /** Name of the subagent whose work this is; `parent` is then the session that asked for it. */
  readonly agent?: string;
  /** The session of any tool whose brief this one began with. */
  readonly from?: SessionOrigin;
}

/** A session by the program that made it (its name in code, e.g. `claude-code`) and by that program's own id. */
export interface SessionOrigin {
  readonly tool: string;
  readonly id: string;
}

/** Where a session is at home; absolute. */
export interface SessionPlace {
  readonly cwd: string;
  /** Root of the worktree, else `cwd`. */
  readonly worktree: string;
}

/** What has been used so far in the whole session; repeated in the journal so that its end alone tells it. */
export interface SessionTotals {
  readonly turns: number;
  readonly usage: Usage;
  /** Null as soon as one turn's price is not known. */
  readonly costUsd: number | null;
  /** How many different files were written. */
  readonly files: number;
}

/**
 * What a call came to that was under way when its process ended, found out when the session is continued. Calls that
 * are safe to carry out again (reads, writes that did not happen) get no result then: the loop carries them out.
 */
export type RecoveredState = 'completed' | 'changed-since' | 'unknown';

/** What happened, without place and time in the journal. Types are noun-action. */
export type JournalEventBody =
  | {
      readonly type: 'run-start';
      readonly model: string;
      readonly permissionMode: PermissionMode;
      readonly branch?: string;
      readonly memory: { readonly files: readonly string[]; readonly tokens: number };
      /** SHA-256 of the system prompt that was sent. */
      readonly systemHash: string;
      readonly pid: number;
    }
  | { readonly type: 'message-user'; readonly text: string; readonly steer?: boolean }
  | { readonly type: 'request-start'; readonly turn: number; readonly totals: SessionTotals }
  | { readonly type: 'text-delta'; readonly text: string }
  | {
      readonly type: 'message-assistant';
      readonly content: readonly ContentBlock[];
      readonly stopReason: string;
      readonly model: string;
      readonly usage: Usage;
      readonly costUsd: number | null;
      /** Ids of the calls whose input held a secret and is not here as it was: they are never carried out from here. */
      readonly masked?: readonly string[];
    }
  | { readonly type: 'approval-ask'; readonly request: ApprovalRequest }
  | {
      readonly type: 'approval-answer';
      readonly id: string;
      readonly decision: ApprovalDecision;
      readonly message?: string;
    }
  | {
      readonly type: 'tool-intent';
      /** Id of the `tool_use` block. */
      readonly id: string;
      /** The same for the same call of the same session: whoever does it may refuse to do it again. */
      readonly key: string;
      readonly name: string;
      readonly summary: string;
      readonly effect: Effect;
      readonly write?: JournalWrite;
    }
  | {
      readonly type: 'process-start';
      /** Id of the call it serves. */
      readonly id: string;
      /** Also the id of its process group. */
      readonly pid: number;
      readonly startTime?: string;
      /** It goes on when the call has its result, until it ends or the run does. */
      readonly background?: boolean;
    }
  | {
      readonly type: 'tool-result';
      readonly id: string;
      readonly name: string;
      readonly ok: boolean;
      readonly text: string;
      readonly recovered?: RecoveredState;
      /** Files the model has seen through this call or since the last result. */
      readonly seen?: readonly SeenFile[];
      readonly change?: { readonly path: string; readonly diff: string; readonly beforeObject?: string };
      readonly images?: readonly KeptPicture[];
    }
  | {
      readonly type: 'retry-wait';
      readonly attempt: number;
      readonly delayMs: number;
      readonly message: string;
    }
  | { readonly type: 'notice'; readonly text: string }
  /** The working tree as it stood before this turn's first effect; see `docs/formats/checkpoint.md`. */
  | {
      readonly type: 'checkpoint-create';
      /** Name of the checkpoint within the session, from 1. */
      readonly checkpoint: number;
      /** The manifest in `objects/`, by its SHA-256. */
      readonly manifest: string;
      readonly reason: 'prompt' | 'turn' | 'end' | 'rewind';
      /** With reason `rewind`: what is about to be gone back to. No `rewind` after it: that was interrupted. */
      readonly rewindTo?: {
        readonly checkpoint: number;
        readonly restored: 'files' | 'conversation' | 'both';
      };
    }
  /** The conversation goes on from before the event with this `seq`; files were put back or not. */
  | {
      readonly type: 'rewind';
      readonly checkpoint: number;
      readonly restored: 'files' | 'conversation' | 'both';
      /** Where the conversation goes on: events from this `seq` on do not count. Absent for files alone. */
      readonly beforeSeq?: number;
    }
  /** The folder was renamed, or the work goes on in another copy of it; earlier paths are read as below the new one. */
  | {
      readonly type: 'session-move';
      readonly from: SessionPlace;
      readonly to: SessionPlace;
    }
  /** What is said from here to `compaction-end` is no part of the conversation. */
  | { readonly type: 'compaction-start'; readonly tokensBefore: number }
  | {
      readonly type: 'compaction-end';
      readonly summary: string;
      readonly kept: number;
      readonly tokensBefore: number;
      readonly model: string;
      readonly usage: Usage;
      readonly costUsd: number | null;
    }
  /** What the work leaves for memory was proposed, behind the end of its run. */
  | { readonly type: 'capture-end' }
  | { readonly type: 'todo-update'; readonly items: readonly TodoItem[] }
  /** A run of its own for a part of the work; its journal is its own session's, with `parent`. */
  | {
      readonly type: 'subagent-start';
      /** Id of the call it serves. */
      readonly id: string;
      readonly agent: string;
      readonly session: string;
    }
  | {
      readonly type: 'run-end';
      readonly outcome: RunOutcome;
      readonly message: string;
      readonly totals: SessionTotals;
    };

/** A file the model has seen, with the SHA-256 of the bytes it saw. */
export interface SeenFile {
  readonly path: string;
  readonly hash: string;
}

/** A picture of a result: its bytes stand in `objects/` under their SHA-256. */
export interface KeptPicture {
  readonly media_type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  readonly object: string;
}

/** A write about to happen. Hashes are SHA-256 of the bytes; null where there is no file. */
export interface JournalWrite {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One line of a journal. `seq` counts from 1 without gaps, `time` is milliseconds since the epoch. */
export type JournalEvent = { readonly seq: number; readonly time: number } & JournalEventBody;
