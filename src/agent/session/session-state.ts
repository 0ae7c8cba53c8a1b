import type { ApprovalRequest, PermissionMode } from '../guard/guard.ts';
import { historyFrom, toolCalls } from '../loop/history.ts';
import type { Message, Usage } from '../model/model.ts';
import type {
  JournalEvent,
  JournalHeader,
  JournalOutcome,
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
  /** True when a request would be the next thing to do: the last message waits for the model. */
  readonly requestPending: boolean;
  /** How the last run ended; absent while it goes on or when its process died. */
  readonly outcome?: JournalOutcome;
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
  readonly runs: number;
  readonly modified: number;
}

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
export const NO_TOTALS: SessionTotals = { turns: 0, usage: NO_USAGE, costUsd: 0, files: 0 };

/** Adds events up, pure. {@link SessionFold.add} takes one more at a time, so a running session need not be read again. */
export function foldSession(header: JournalHeader, events: readonly JournalEvent[]): SessionState {
  const fold = new SessionFold(header);
  for (const event of events) fold.add(event);
  return fold.state();
}

const TITLE_UNITS = 120;

export function titleOf(prompt: string): string {
  const line = prompt.trim().replace(/\s+/g, ' ');
  return line.length <= TITLE_UNITS ? line : `${line.slice(0, TITLE_UNITS - 1).trimEnd()}…`;
}

export class SessionFold {
  readonly #header: JournalHeader;
  /** What the conversation is made of. */
  readonly #spoken: Extract<
    JournalEvent,
    { readonly type: 'message-user' | 'message-assistant' | 'tool-result' }
  >[] = [];
  readonly #prompts: string[] = [];
  readonly #open = new Map<string, OpenCall>();
  readonly #calls: FinishedCall[] = [];
  readonly #files = new Map<string, string | null>();
  readonly #seen = new Map<string, string>();
  readonly #asked = new Map<string, ApprovalRequest>();
  readonly #rules = new Set<string>();
  #totals: SessionTotals = NO_TOTALS;
  #lastRun: (JournalEvent & { readonly type: 'run-start' }) | undefined;
  #end: { readonly outcome: JournalOutcome; readonly message: string } | undefined;
  #runs = 0;
  #modified: number;

  constructor(header: JournalHeader) {
    this.#header = header;
    this.#modified = header.created;
  }

  add(event: JournalEvent): void {
    this.#modified = Math.max(this.#modified, event.time);
    switch (event.type) {
      case 'run-start':
        this.#lastRun = event;
        this.#runs += 1;
        this.#end = undefined;
        return;
      case 'message-user':
        if (!event.steer) this.#prompts.push(event.text);
        this.#open.clear();
        this.#spoken.push(event);
        return;
      case 'message-assistant':
        this.#ofAssistant(event);
        return;
      case 'approval-ask':
        this.#asked.set(event.request.id, event.request);
        return;
      case 'approval-answer':
        this.#answered(event);
        return;
      case 'tool-intent':
        this.#intended(event);
        return;
      case 'process-start':
        this.#processStarted(event);
        return;
      case 'tool-result':
        this.#finished(event);
        return;
      case 'run-end':
        this.#end = { outcome: event.outcome, message: event.message };
        return;
      case 'request-start':
      case 'text-delta':
      case 'retry-wait':
      case 'notice':
      case 'checkpoint-create':
      case 'rewind':
      case 'compaction-end':
      case 'todo-update':
      case 'subagent-start':
        return;
    }
  }

  get totals(): SessionTotals {
    return { ...this.#totals, files: this.#files.size };
  }

  state(): SessionState {
    const messages = historyFrom(this.#spoken);
    return {
      header: this.#header,
      title: titleOf(this.#prompts[0] ?? ''),
      messages,
      prompts: [...this.#prompts],
      openCalls: [...this.#open.values()],
      calls: [...this.#calls],
      requestPending: this.#open.size === 0 && messages.at(-1)?.role === 'user',
      ...(this.#end && { outcome: this.#end.outcome, outcomeMessage: this.#end.message }),
      totals: this.totals,
      filesWritten: [...this.#files].map(([path, after]) => ({ path, after })),
      seenFiles: [...this.#seen].map(([path, hash]) => ({ path, hash })),
      sessionRules: [...this.#rules],
      ...(this.#lastRun && { model: this.#lastRun.model, permissionMode: this.#lastRun.permissionMode }),
      ...(this.#lastRun?.branch !== undefined && { branch: this.#lastRun.branch }),
      runs: this.#runs,
      modified: this.#modified,
    };
  }

  #ofAssistant(event: JournalEvent & { readonly type: 'message-assistant' }): void {
    this.#spoken.push(event);
    // Calls of an earlier answer that never got a result can get none any more.
    this.#open.clear();
    for (const call of toolCalls(event.content)) this.#open.set(call.id, call);
    const { usage } = this.#totals;
    const cost = this.#totals.costUsd;
    this.#totals = {
      turns: this.#totals.turns + 1,
      usage: addUsage(usage, event.usage),
      costUsd: cost === null || event.costUsd === null ? null : cost + event.costUsd,
      files: this.#files.size,
    };
  }

  #answered(event: JournalEvent & { readonly type: 'approval-answer' }): void {
    const rule = this.#asked.get(event.id)?.offeredRule;
    const lasting = event.decision === 'session' || event.decision === 'always';
    if (rule !== undefined && lasting) this.#rules.add(rule);
  }

  #intended(event: JournalEvent & { readonly type: 'tool-intent' }): void {
    const call = this.#open.get(event.id);
    if (call) this.#open.set(event.id, { ...call, intent: event });
  }

  #processStarted(event: JournalEvent & { readonly type: 'process-start' }): void {
    const call = this.#open.get(event.id);
    if (!call) return;
    const { pid, startTime } = event;
    this.#open.set(event.id, { ...call, process: { pid, ...(startTime !== undefined && { startTime }) } });
  }

  #finished(event: JournalEvent & { readonly type: 'tool-result' }): void {
    for (const { path, hash } of event.seen ?? []) this.#seen.set(path, hash);
    const call = this.#open.get(event.id);
    // A result nobody waits for: a journal with a line lost.
    if (!call) return;
    this.#open.delete(event.id);
    const intent = call.intent;
    const write = event.ok || event.change ? intent?.write : undefined;
    if (write) this.#files.set(write.path, write.after);
    this.#calls.push({
      id: event.id,
      name: event.name,
      summary: intent?.summary ?? event.name,
      ok: event.ok,
      text: event.text,
      effect: intent?.effect,
      ...(write && { path: write.path }),
      ...(event.recovered !== undefined && { recovered: event.recovered }),
      time: event.time,
    });
    this.#spoken.push(event);
  }
}

export function addUsage(one: Usage, other: Usage): Usage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
  };
}
