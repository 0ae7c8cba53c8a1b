import type { ApprovalDecision, ApprovalRequest, PermissionMode } from '../guard/guard.ts';
import type { RunOutcome } from '../loop/loop-event.ts';
import type { ContentBlock, ModelEvent, ModelProblem, ModelRequest, Usage } from '../model/model.ts';
import type { TodoItem } from '../tools/tool.ts';

/**
 * What a run says while it goes: one JSON object a line on the child's standard output (`--control`), the same
 * events that text, json and stream-json are rendered from. `time` is milliseconds since the epoch.
 */
export type RunEvent =
  | {
      readonly type: 'run-start';
      readonly time: number;
      readonly session: string;
      readonly model: string;
      readonly cwd: string;
      readonly tools: readonly string[];
      readonly permissionMode: PermissionMode;
      readonly memory: { readonly files: readonly string[]; readonly tokens: number };
      readonly resumed: boolean;
      /** Who carries the run out; our own loop unless told. */
      readonly engine?: string;
      /** Whether commands run in a sandbox; else why not, in a sentence. */
      readonly sandbox?: { readonly on: boolean; readonly reason: string };
      readonly agents?: readonly string[];
      readonly skills?: readonly string[];
      readonly mcpServers?: readonly { readonly name: string; readonly status: string }[];
      readonly budget?: RunBudget;
    }
  /** `steer`: typed while the run went on; else its prompt. */
  | { readonly type: 'message-user'; readonly time: number; readonly text: string; readonly steer?: boolean }
  | { readonly type: 'text-delta'; readonly time: number; readonly text: string }
  | {
      readonly type: 'message-assistant';
      readonly time: number;
      readonly content: readonly ContentBlock[];
      readonly usage: Usage;
      readonly stopReason?: string;
      /** The model that answered, as the server names it. */
      readonly model?: string;
      readonly messageId?: string;
    }
  | {
      readonly type: 'tool-start';
      readonly time: number;
      readonly id: string;
      readonly name: string;
      readonly summary: string;
      readonly input: unknown;
    }
  | { readonly type: 'tool-output'; readonly time: number; readonly id: string; readonly text: string }
  | {
      readonly type: 'tool-end';
      readonly time: number;
      readonly id: string;
      readonly name: string;
      readonly ok: boolean;
      readonly text: string;
      /** Why it was not permitted; nothing was done then. */
      readonly denial?: string;
      /** For writes: what changed. `beforeObject` is the pre-image's file on disk, absent for a new file. */
      readonly change?: { readonly path: string; readonly diff: string; readonly beforeObject?: string };
    }
  | { readonly type: 'approval-ask'; readonly time: number; readonly request: ApprovalRequest }
  | {
      readonly type: 'approval-answer';
      readonly time: number;
      readonly id: string;
      readonly decision: ApprovalDecision;
    }
  /** The child asks the editor whether a file is open with unsaved edits; answered by `unsaved-answer`. */
  | { readonly type: 'unsaved-ask'; readonly time: number; readonly id: string; readonly path: string }
  | {
      readonly type: 'usage-update';
      readonly time: number;
      readonly turns: number;
      readonly usage: Usage;
      readonly costUsd: number | null;
    }
  | {
      readonly type: 'retry-wait';
      readonly time: number;
      readonly attempt: number;
      readonly maxRetries?: number;
      readonly delayMs: number;
      readonly message: string;
      readonly problem?: Pick<ModelProblem, 'kind' | 'status'>;
    }
  /** Something a person should know that is not an error: an ambiguous call after a crash, a cut context. */
  | { readonly type: 'notice'; readonly time: number; readonly text: string }
  /** The model asks the person; answered by `question-answer`. */
  | {
      readonly type: 'question-ask';
      readonly time: number;
      readonly id: string;
      readonly question: string;
      readonly options: readonly string[];
    }
  | { readonly type: 'question-answer'; readonly time: number; readonly id: string; readonly text?: string }
  | { readonly type: 'todo-update'; readonly time: number; readonly items: readonly TodoItem[] }
  | { readonly type: 'checkpoint-create'; readonly time: number; readonly checkpoint: number }
  | {
      readonly type: 'compaction-end';
      readonly time: number;
      readonly tokensBefore: number;
      readonly summary: string;
    }
  /** What a subagent's run says, under the call that started it. */
  | {
      readonly type: 'subagent-event';
      readonly time: number;
      /** Id of the call. */
      readonly id: string;
      readonly agent: string;
      readonly event: RunEvent;
    }
  /** A request for a model that only the editor has (`vscode.lm`); answered by `model-event`s. */
  | { readonly type: 'model-ask'; readonly time: number; readonly id: string; readonly request: ModelRequest }
  | { readonly type: 'model-stop'; readonly time: number; readonly id: string }
  | { readonly type: 'heartbeat'; readonly time: number }
  | {
      readonly type: 'run-end';
      readonly time: number;
      readonly outcome: RunOutcome;
      readonly message: string;
      readonly turns: number;
      readonly durationMs: number;
      readonly apiDurationMs: number;
      readonly usage: Usage;
      readonly costUsd: number | null;
      readonly denials: readonly { readonly tool: string; readonly id: string; readonly input: unknown }[];
      readonly structuredOutput?: unknown;
      /** The model's problem where that is what ended it. */
      readonly problem?: ModelProblem;
    };

/** Hard limits of a run; subagents count. */
export interface RunBudget {
  readonly turns?: number;
  readonly usd?: number;
  /** Input, output and cache tokens together. */
  readonly tokens?: number;
}

/**
 * What the engine tells the child: one JSON object a line on its standard input. End of input ends the run, unless it was
 * told to go on alone (`detach`): what would ask is denied from then on.
 */
export type RunCommand =
  /** The first line, sent by the engine itself: prompts may be longer than an argument can be, and `ps` shows arguments. */
  | { readonly type: 'start'; readonly prompt: string }
  | {
      readonly type: 'approval-answer';
      readonly id: string;
      readonly decision: ApprovalDecision;
      readonly message?: string;
    }
  | { readonly type: 'unsaved-answer'; readonly id: string; readonly unsaved: boolean }
  /** Without text: nobody answers. */
  | { readonly type: 'question-answer'; readonly id: string; readonly text?: string }
  | { readonly type: 'model-event'; readonly id: string; readonly event: ModelEvent }
  | { readonly type: 'steer'; readonly text: string }
  /** Whether the run goes on when its engine is gone. The last word counts; `false` unless told. */
  | { readonly type: 'detach'; readonly on: boolean }
  | { readonly type: 'stop' };
