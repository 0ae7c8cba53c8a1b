import type { ApprovalDecision, ApprovalRequest, Effect, PermissionKey } from '../guard/guard.ts';
import type { ContentBlock, ImageBlock, ModelProblem, Usage } from '../model/model.ts';
import type { ToolFact } from '../tools/tool.ts';

/**
 * What the loop says while it goes, in the names of the session journal (`docs/formats`); the journal adds `seq`
 * and `time`. The prompt of a run is journalled by whoever starts the loop; `message-user` comes from here only
 * for steering.
 */
export type LoopEvent =
  | { readonly type: 'message-user'; readonly text: string }
  /** A request is about to leave. `turn` counts from 1 within the run. */
  | {
      readonly type: 'request-start';
      readonly turn: number;
      readonly model: string;
      readonly messages: number;
    }
  /** Void when a `retry-wait` follows before `message-assistant`. */
  | { readonly type: 'text-delta'; readonly text: string }
  | {
      readonly type: 'retry-wait';
      readonly attempt: number;
      readonly maxRetries?: number;
      readonly delayMs: number;
      readonly problem: ModelProblem;
    }
  | {
      readonly type: 'message-assistant';
      /** The server's id of the message. */
      readonly messageId?: string;
      readonly content: readonly ContentBlock[];
      readonly stopReason: string;
      readonly usage: Usage;
      readonly model: string;
      /** Milliseconds from request to the end of the answer, waits included. */
      readonly apiDurationMs: number;
    }
  | { readonly type: 'approval-ask'; readonly request: ApprovalRequest }
  | {
      readonly type: 'approval-answer';
      readonly id: string;
      readonly decision: ApprovalDecision;
      readonly message?: string;
      /** The rule that `session` or `always` added. */
      readonly rule?: string;
    }
  /** Allowed, and about to be done. Without a `tool-result` after it the call is ambiguous. */
  | {
      readonly type: 'tool-intent';
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      readonly effect: Effect;
      readonly summary: string;
      readonly detail: string;
      readonly permission: PermissionKey;
      /** For writes: SHA-256 of the file before (`null`: not there) and after. */
      readonly write?: {
        readonly path: string;
        readonly before: string | null;
        readonly after: string | null;
      };
      /** Equal for the same call of the same answer, whoever carries it out. */
      readonly idempotencyKey: string;
    }
  | {
      readonly type: 'process-start';
      readonly id: string;
      readonly pid: number;
      readonly startTime: string | undefined;
      /** It goes on when the call has its result. */
      readonly background?: boolean;
    }
  | { readonly type: 'tool-output'; readonly id: string; readonly text: string }
  | {
      readonly type: 'tool-result';
      readonly id: string;
      readonly name: string;
      readonly ok: boolean;
      readonly text: string;
      readonly images?: readonly ImageBlock[];
      /** For writes that were done. */
      readonly change?: { readonly path: string; readonly diff: string };
      /** Present when a rule, the mode or a person said no: nothing was done. */
      readonly denial?: { readonly input: unknown; readonly reason: string };
    }
  | { readonly type: 'notice'; readonly text: string }
  /** What a tool told beside its result; `id` is its call's. */
  | ({ readonly id: string } & ToolFact)
  /** What is said from here to `compaction-end` is no part of the conversation; its calls are carried out all the same. */
  | { readonly type: 'compaction-start'; readonly tokensBefore: number }
  /** From here on a request begins with `summary` and what was said after it; what stood before is kept in the journal. */
  | {
      readonly type: 'compaction-end';
      readonly summary: string;
      /** Messages at the end of the history that stay as they are. */
      readonly kept: number;
      /** Tokens of the prompt, as the server counted the last one. */
      readonly tokensBefore: number;
      readonly usage: Usage;
      readonly model: string;
    }
  | {
      readonly type: 'turn-end';
      readonly turn: number;
      /** Sums of the run so far. */
      readonly usage: Usage;
      /** US dollars so far; `null` when a model without a known price took part. */
      readonly costUsd: number | null;
    };

/**
 * How a run ended. `stopped`: by the signal, every call answered. `interrupted`: by the signal with the reason
 * `interruption`, calls that were not begun stay open and the session can be continued. `failed`: no answer from the
 * model, or no journal.
 */
export type RunOutcome =
  | 'success'
  | 'stopped'
  | 'interrupted'
  | 'max-turns'
  | 'max-budget'
  | 'no-structured-output'
  | 'failed';

/** How a loop ended, and what it came to. */
export interface LoopEnd {
  readonly outcome: RunOutcome;
  /** What the model handed in where a schema was asked for; it fits the schema. */
  readonly structuredOutput?: unknown;
  /** On success the last answer's text; else a sentence with the next step. */
  readonly message: string;
  readonly turns: number;
  readonly durationMs: number;
  readonly apiDurationMs: number;
  readonly usage: Usage;
  readonly costUsd: number | null;
  readonly denials: readonly { readonly tool: string; readonly id: string; readonly input: unknown }[];
  /** The model's problem when that is what ended it. */
  readonly problem?: ModelProblem;
}
