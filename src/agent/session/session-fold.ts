import type { ApprovalRequest } from '../guard/guard.ts';
import { historyFrom, staysQuiet, toolCalls } from '../loop/history.ts';
import type { RunOutcome } from '../loop/loop-event.ts';
import type { Message, Usage } from '../model/model.ts';
import { addUsage, tokensOf } from '../model/usage.ts';
import { CallFold } from './call-fold.ts';
import { EventLine } from './event-line.ts';
import type { JournalEvent, JournalHeader, SessionTotals } from './journal-event.ts';
import { NO_TOTALS, type SessionState } from './session-state.ts';
import { titleOf } from './session-title.ts';

/** Adds events up, pure. {@link SessionFold.add} takes one more at a time, so a running session need not be read again. */
export function foldSession(header: JournalHeader, events: readonly JournalEvent[]): SessionState {
  const fold = new SessionFold(header);
  for (const event of events) fold.add(event);
  return fold.state();
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
  readonly #calls = new CallFold();
  readonly #asked = new Map<string, ApprovalRequest>();
  readonly #rules = new Set<string>();
  #totals: SessionTotals = NO_TOTALS;
  #lastRun: (JournalEvent & { readonly type: 'run-start' }) | undefined;
  #captured = false;
  #end: { readonly outcome: RunOutcome; readonly message: string } | undefined;
  #runs = 0;
  readonly #movedFrom: string[] = [];
  #lastCheckpoint = 0;
  #cutOffRewind: number | undefined;
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
        this.#cutOffRewind = undefined;
        this.#runs += 1;
        this.#end = undefined;
        return;
      case 'message-user':
        this.#captured = false;
        if (!event.steer) this.#prompts.push(event.text);
        this.#firstPrompt ??= event.text;
        this.#calls.dropOpen();
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
        this.#calls.intended(event);
        return;
      case 'process-start':
        this.#calls.processStarted(event);
        return;
      case 'tool-result':
        if (this.#calls.finish(event)) this.#spoken.push(event);
        return;
      case 'checkpoint-create':
        this.#lastCheckpoint = Math.max(this.#lastCheckpoint, event.checkpoint);
        this.#cutOffRewind = event.rewindTo?.checkpoint;
        return;
      case 'rewind':
        this.#cutOffRewind = undefined;
        if (event.beforeSeq !== undefined) this.#goBack();
        return;
      case 'subagent-start':
        this.#calls.subagentStarted(event);
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
    return { ...this.#totals, files: this.#calls.written.length };
  }

  state(): SessionState {
    const messages = historyFrom(this.#spoken);
    return {
      header: this.#header,
      title: titleOf(this.#firstPrompt ?? ''),
      messages,
      prompts: [...this.#prompts],
      openCalls: this.#calls.open,
      promptTokens: this.#promptTokens,
      calls: this.#calls.finished,
      requestPending:
        this.#calls.open.length === 0 && messages.at(-1)?.role === 'user' && this.#end?.outcome !== 'success',
      capturePending: !this.#captured && this.#isDone(messages),
      ...(this.#end && { outcome: this.#end.outcome, outcomeMessage: this.#end.message }),
      totals: this.totals,
      filesWritten: this.#calls.written,
      seenFiles: this.#calls.seen,
      sessionRules: [...this.#rules],
      ...(this.#lastRun && { model: this.#lastRun.model, permissionMode: this.#lastRun.permissionMode }),
      ...(this.#lastRun?.branch !== undefined && { branch: this.#lastRun.branch }),
      backgroundProcesses: this.#calls.background,
      runs: this.#runs,
      movedFrom: [...this.#movedFrom],
      lastCheckpoint: this.#lastCheckpoint,
      ...(this.#cutOffRewind !== undefined && { cutOffRewind: this.#cutOffRewind }),
      modified: this.#modified,
    };
  }

  /** The conversation as what counts now makes it. What was used and which rules were given stay as they are. */
  #goBack(): void {
    const again = new SessionFold(this.#header);
    for (const event of this.#line.events()) again.add(event);
    this.#spoken = again.#spoken;
    this.#prompts = again.#prompts;
    this.#calls.goBackTo(again.#calls);
    this.#isQuiet = again.#isQuiet;
    this.#promptTokens = again.#promptTokens;
    // The work that is left ended with a prompt after it, and what was gone back on is not wanted.
    this.#captured = true;
  }

  #ofAssistant(event: JournalEvent & { readonly type: 'message-assistant' }): void {
    this.#spoken.push(event);
    this.#calls.asked(toolCalls(event.content), event.masked);
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
    this.#calls.dropNotBegun();
  }

  #answered(event: JournalEvent & { readonly type: 'approval-answer' }): void {
    const rule = this.#asked.get(event.id)?.offeredRule;
    const lasting = event.decision === 'session' || event.decision === 'always';
    if (rule !== undefined && lasting) this.#rules.add(rule);
  }
}
