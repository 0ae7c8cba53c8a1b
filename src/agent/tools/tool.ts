import type { Effect, PermissionKey } from '../guard/guard.ts';
import type { ImageBlock, ToolDefinition } from '../model/model.ts';

export interface ToolContext {
  /** Real path of the workspace root; relative paths are taken from here. */
  readonly root: string;
  readonly signal: AbortSignal;
  /** Id of the call, for what goes on longer than it: a run of its own, a process. */
  readonly callId?: string;
  /** Live output of commands. */
  readonly onOutput: (chunk: string) => void;
  /**
   * The process group started for this call, told before it may have had an effect. `background`: it goes on when the
   * call has its result.
   */
  readonly onProcess: (process: {
    readonly pid: number;
    readonly startTime: string | undefined;
    readonly background?: boolean;
  }) => Promise<void>;
  /** Facts of the run that are not the call's result; journalled when it resolves. Nobody listens unless told. */
  readonly tell?: (fact: ToolFact) => Promise<void>;
  /** Whether a file may be shown without asking: searches leave out the others and say so. All unless told. */
  readonly mayRead?: (path: string) => Promise<boolean>;
}

/** A step of the run's own list of work. */
export interface TodoItem {
  readonly text: string;
  readonly state: 'pending' | 'active' | 'done';
}

export type ToolFact =
  | { readonly type: 'todo-update'; readonly items: readonly TodoItem[] }
  | { readonly type: 'subagent-start'; readonly agent: string; readonly session: string };

/** What a call is about to do, known before it is done: shown to a person, journalled as the intent. */
export interface ToolPlan {
  readonly summary: string;
  readonly effect: Effect;
  readonly permission: PermissionKey;
  /** Unified diff or command line. */
  readonly detail: string;
  /** For writes: the file and the hash it will have. */
  readonly write?: { readonly path: string; readonly before: string | null; readonly after: string | null };
  /** Does it. Never throws: a failure is a result the model can act on. */
  run(context: ToolContext): Promise<ToolResult>;
}

export interface ToolResult {
  readonly ok: boolean;
  /** For the model; within the tool's cap. */
  readonly text: string;
  /** Shown to the model behind the text; not kept in the journal beyond their place. */
  readonly images?: readonly ImageBlock[];
  /** The run was interrupted and the call is not over: it stays open and is carried out again when the session goes on. */
  readonly open?: boolean;
}

/** A tool: schema and docs, what it would do, and the doing, side by side in one file. */
export interface Tool {
  readonly definition: ToolDefinition;
  /** Known before the input is: calls that only read go on side by side, the others one after another. */
  readonly effect: Effect;
  /** Whether a call with this input may go on beside others although the tool's effect is more than to read. */
  readonly sideBySide?: (input: unknown) => boolean;
  /** Reads what is needed to know the effect; an input that does not parse comes back as a failed result. */
  plan(input: unknown, context: ToolContext): Promise<ToolPlan | ToolResult>;
}
