import type { ApprovalRequest, PermissionMode } from '../guard/guard.ts';
import { historyFrom, staysQuiet, toolCalls } from '../loop/history.ts';
import type { RunOutcome } from '../loop/loop-event.ts';
import { tokensOf } from '../loop/loop-run.ts';
import type { Message, Usage } from '../model/model.ts';
import { EventLine } from './event-line.ts';
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

/** Its first paragraph in one line: what a person attached stands behind their own words. */
export function titleOf(prompt: string): string {
  const [said = ''] = prompt.trim().split(/\n\s*\n/, 1);
  const line = said.replace(/\s+/g, ' ');
  return line.length <= TITLE_UNITS ? line : `${line.slice(0, TITLE_UNITS - 1).trimEnd()}…`;
}

type SpokenEvent = Extract<
  JournalEvent,
  {
    readonly type:
      | 'message-user'
      | 'message-assistant'
      | 'tool-result'
      | 'run-start'
      | 'compaction-start'
      | 'compaction-end';
  }
>;

export class SessionFold {
  readonly #header: JournalHeader;
  readonly #line = new EventLine();
  #firstPrompt: string | undefined;
  /** What the conversation is made of. */
  #spoken: SpokenEvent[] = [];
  /** Inside a compaction: what is said now is no part of the conversation. */
  #isQuiet = false;
  #promptTokens = 0;
  #prompts: string[] = [];
  #open = new Map<string, OpenCall>();
  #calls: FinishedCall[] = [];
  readonly #files = new Map<string, string | null>();
  #seen = new Map<string, string>();
  readonly #asked = new Map<string, ApprovalRequest>();
  readonly #rules = new Set<string>();
  readonly #background: { readonly pid: number; readonly startTime?: string }[] = [];
  #totals: SessionTotals = NO_TOTALS;
  #lastRun: (JournalEvent & { readonly type: 'run-start' }) | undefined;
  #captured = false;
  #end: { readonly outcome: RunOutcome; readonly message: string } | undefined;
  #runs = 0;
  readonly #movedFrom: string[] = [];
  #lastCheckpoint = 0;
  #modified: number;

  constructor(header: JournalHeader) {
    this.#header = header;
    this.#modified = header.created;
  }

  add(event: JournalEvent): void {
    this.#modified = Math.max(this.#modified, event.time);
    this.#line.add(event);
    if (event.type === 'run-start' && this.#isQuiet) this.#leaveQuiet(event);
    this.#isQuiet = staysQuiet(this.#isQuiet, event.type);
    switch (event.type) {
      case 'run-start':
        this.#lastRun = event;
        this.#runs += 1;
        this.#end = undefined;
        return;
      case 'message-user':
        this.#captured = false;
        if (!event.steer) this.#prompts.push(event.text);
        this.#firstPrompt ??= event.text;
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
      case 'checkpoint-create':
        this.#lastCheckpoint = Math.max(this.#lastCheckpoint, event.checkpoint);
        return;
      case 'rewind':
        if (event.beforeSeq !== undefined) this.#goBack();
        return;
      case 'subagent-start':
        this.#subagentStarted(event);
        return;
      case 'session-move':
        this.#movedFrom.push(event.from.worktree);
        return;
      case 'compaction-start':
        this.#spoken.push(event);
        return;
      case 'compaction-end':
        this.#spoken.push(event);
        this.#promptTokens = 0;
        this.#use(event);
        return;
      case 'capture-end':
        this.#captured = true;
        return;
      case 'run-end':
        this.#end = { outcome: event.outcome, message: event.message };
        return;
      case 'request-start':
      case 'text-delta':
      case 'retry-wait':
      case 'notice':
      case 'todo-update':
        return;
    }
  }

  /** The last run ended well, or died with an answer that asks for nothing more. */
  #isDone(messages: readonly Message[]): boolean {
    if (this.#end !== undefined) return this.#end.outcome === 'success';
    const last = messages.at(-1);
    return last?.role === 'assistant' && toolCalls(last.content).length === 0;
  }

  get totals(): SessionTotals {
    return { ...this.#totals, files: this.#files.size };
  }

  state(): SessionState {
    const messages = historyFrom(this.#spoken);
    return {
      header: this.#header,
      title: titleOf(this.#firstPrompt ?? ''),
      messages,
      prompts: [...this.#prompts],
      openCalls: [...this.#open.values()],
      promptTokens: this.#promptTokens,
      calls: [...this.#calls],
      requestPending:
        this.#open.size === 0 && messages.at(-1)?.role === 'user' && this.#end?.outcome !== 'success',
      capturePending: !this.#captured && this.#isDone(messages),
      ...(this.#end && { outcome: this.#end.outcome, outcomeMessage: this.#end.message }),
      totals: this.totals,
      filesWritten: [...this.#files].map(([path, after]) => ({ path, after })),
      seenFiles: [...this.#seen].map(([path, hash]) => ({ path, hash })),
      sessionRules: [...this.#rules],
      ...(this.#lastRun && { model: this.#lastRun.model, permissionMode: this.#lastRun.permissionMode }),
      ...(this.#lastRun?.branch !== undefined && { branch: this.#lastRun.branch }),
      backgroundProcesses: [...this.#background],
      runs: this.#runs,
      movedFrom: [...this.#movedFrom],
      lastCheckpoint: this.#lastCheckpoint,
      modified: this.#modified,
    };
  }

  /** The conversation as what counts now makes it. What was used and which rules were given stay as they are. */
  #goBack(): void {
    const again = new SessionFold(this.#header);
    for (const event of this.#line.events()) again.add(event);
    this.#spoken = again.#spoken;
    this.#prompts = again.#prompts;
    this.#open = again.#open;
    this.#calls = again.#calls;
    this.#seen = again.#seen;
    this.#isQuiet = again.#isQuiet;
    this.#promptTokens = again.#promptTokens;
    this.#captured = again.#captured;
  }

  #ofAssistant(event: JournalEvent & { readonly type: 'message-assistant' }): void {
    this.#spoken.push(event);
    // Calls of an earlier answer that never got a result can get none any more.
    this.#open.clear();
    for (const call of toolCalls(event.content)) this.#open.set(call.id, call);
    if (!this.#isQuiet) this.#promptTokens = tokensOf(event.usage);
    if (!this.#isQuiet) this.#totals = { ...this.#totals, turns: this.#totals.turns + 1 };
    this.#use(event);
  }

  #use({ usage, costUsd }: { readonly usage: Usage; readonly costUsd: number | null }): void {
    const before = this.#totals;
    this.#totals = {
      ...before,
      usage: addUsage(before.usage, usage),
      costUsd: before.costUsd === null || costUsd === null ? null : before.costUsd + costUsd,
    };
  }

  /** A compaction that its process did not live to end: it begins anew. Calls of it that were not begun are not wanted. */
  #leaveQuiet(event: JournalEvent & { readonly type: 'run-start' }): void {
    this.#spoken.push(event);
    for (const [id, call] of this.#open) if (call.intent === undefined) this.#open.delete(id);
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
    const { pid, startTime } = event;
    if (event.background) this.#background.push({ pid, ...(startTime !== undefined && { startTime }) });
    const call = this.#open.get(event.id);
    if (!call) return;
    this.#open.set(event.id, { ...call, process: { pid, ...(startTime !== undefined && { startTime }) } });
  }

  #subagentStarted({ id, session }: JournalEvent & { readonly type: 'subagent-start' }): void {
    const call = this.#open.get(id);
    if (call) this.#open.set(id, { ...call, subagent: session });
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
