import type { RunEvent, RunOutcome } from '../../agent/engine/run-channel.ts';
import type { ApprovalRequest } from '../../agent/guard/guard.ts';
import type { Usage } from '../../agent/model/model.ts';

/** A file that a run changed. */
export interface RunChange {
  readonly path: string;
  readonly diff: string;
  /** File with the bytes from before; absent for a new file. */
  readonly beforeObject?: string;
}

/** What a run's events add up to, for its row and its terminal. */
export interface RunState {
  readonly id: string;
  readonly folder: string;
  /** What it is about: its prompt, or the session's title where it goes on without one. */
  readonly title: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly session?: string;
  readonly model?: string;
  /** When the child last said anything; a spinner needs it fresh. */
  readonly heardAt: number;
  readonly approvals: readonly ApprovalRequest[];
  /** What it is doing now, in words. */
  readonly doing?: string;
  readonly changes: readonly RunChange[];
  readonly turns: number;
  readonly usage: Usage;
  readonly costUsd: number | null;
  readonly outcome?: RunOutcome;
  readonly message?: string;
}

export type RunPhase = 'running' | 'silent' | 'waiting' | 'ended';

/** Without a sign of life for this long a run is not shown as busy. */
export const FRESH_MS = 15_000;

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

export function newRunState(id: string, folder: string, title: string, now: number): RunState {
  return {
    id,
    folder,
    title,
    startedAt: now,
    heardAt: now,
    approvals: [],
    changes: [],
    turns: 0,
    usage: NO_USAGE,
    costUsd: 0,
  };
}

export function phaseOf(state: RunState, now: number): RunPhase {
  if (state.endedAt !== undefined) return 'ended';
  if (state.approvals.length > 0) return 'waiting';
  return now - state.heardAt <= FRESH_MS ? 'running' : 'silent';
}

/** Takes one event in. `now` is this side's clock: the child's may differ in a container. */
export function afterEvent(state: RunState, event: RunEvent, now: number): RunState {
  const heard = { ...state, heardAt: now };
  switch (event.type) {
    case 'run-start':
      return { ...heard, session: event.session, model: event.model };
    case 'tool-start':
      return { ...heard, doing: event.summary };
    case 'tool-end':
      return without(event.change ? { ...heard, changes: [...state.changes, event.change] } : heard, 'doing');
    case 'approval-ask':
      return { ...heard, approvals: [...state.approvals, event.request] };
    case 'approval-answer':
      return { ...heard, approvals: state.approvals.filter(({ id }) => id !== event.id) };
    case 'usage-update':
      return { ...heard, turns: event.turns, usage: event.usage, costUsd: event.costUsd };
    case 'run-end':
      return {
        ...without(heard, 'doing'),
        approvals: [],
        endedAt: now,
        outcome: event.outcome,
        message: event.message,
        turns: event.turns,
        usage: event.usage,
        costUsd: event.costUsd,
      };
    case 'message-user':
    case 'message-assistant':
    case 'text-delta':
    case 'tool-output':
    case 'unsaved-ask':
    case 'retry-wait':
    case 'notice':
    case 'heartbeat':
    case 'question-ask':
    case 'question-answer':
    case 'todo-update':
    case 'checkpoint-create':
    case 'compaction-end':
    case 'subagent-event':
    case 'model-ask':
    case 'model-stop':
      return heard;
  }
}

/** The process is gone. Without a `run-end` before it, it was cut off. */
export function afterExit(state: RunState, errorText: string, now: number): RunState {
  if (state.endedAt !== undefined) return state;
  return {
    ...without(state, 'doing'),
    approvals: [],
    endedAt: now,
    outcome: 'interrupted',
    message: errorText,
  };
}

function without(state: RunState, key: 'doing'): RunState {
  const { [key]: _, ...rest } = state;
  return rest;
}

export function tokensOf({ usage }: RunState): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}
