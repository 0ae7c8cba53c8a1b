import type { RunBudget, RunEvent } from '../../agent/engine/run-channel.ts';
import type { ApprovalRequest } from '../../agent/guard/guard.ts';
import type { RunOutcome } from '../../agent/loop/loop-event.ts';
import type { Usage } from '../../agent/model/model.ts';
import { NO_USAGE } from '../../agent/model/usage.ts';
import type { TodoItem } from '../../agent/tools/tool.ts';

/** A file that a run changed. */
export interface RunChange {
  readonly path: string;
  readonly diff: string;
  /** File with the bytes from before; absent for a new file. */
  readonly beforeObject?: string;
}

/** What the model asks the person. */
export interface RunQuestion {
  readonly id: string;
  readonly question: string;
  readonly options: readonly string[];
}

/** What a run's events add up to, for its row and its terminal. */
export interface RunState {
  /** Of a subagent's run: the id of the call that started it. */
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
  readonly questions: readonly RunQuestion[];
  /** Its own list of work; empty where it made none. */
  readonly todos: readonly TodoItem[];
  /** The runs of its subagents, in the order in which they began; each titled with its agent's name. */
  readonly subagents: readonly RunState[];
  /** What limits it; absent until it started, or where nothing does. */
  readonly budget?: RunBudget;
  /** It goes on when this window closes. */
  readonly detached?: boolean;
  /** Who carries it out, where that is not our own loop. */
  readonly engine?: string;
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

export function newRunState(id: string, folder: string, title: string, now: number): RunState {
  return {
    id,
    folder,
    title,
    startedAt: now,
    heardAt: now,
    approvals: [],
    questions: [],
    todos: [],
    subagents: [],
    changes: [],
    turns: 0,
    usage: NO_USAGE,
    costUsd: 0,
  };
}

export function phaseOf(state: RunState, now: number): RunPhase {
  if (state.endedAt !== undefined) return 'ended';
  if (waitingOf(state).length > 0) return 'waiting';
  return now - state.heardAt <= FRESH_MS ? 'running' : 'silent';
}

/** Takes one event in. `now` is this side's clock: the child's may differ in a container. */
export function afterEvent(state: RunState, event: RunEvent, now: number): RunState {
  const heard = { ...state, heardAt: now };
  switch (event.type) {
    case 'run-start':
      return {
        ...heard,
        session: event.session,
        model: event.model,
        ...(event.budget && { budget: event.budget }),
        ...(event.engine !== undefined && { engine: event.engine }),
      };
    case 'tool-start':
      return { ...heard, doing: event.summary };
    case 'tool-end':
      return without(event.change ? { ...heard, changes: [...state.changes, event.change] } : heard, 'doing');
    case 'approval-ask':
      return { ...heard, approvals: [...state.approvals, event.request] };
    case 'approval-answer':
      return { ...heard, approvals: state.approvals.filter(({ id }) => id !== event.id) };
    case 'question-ask': {
      const { id, question, options } = event;
      return { ...heard, questions: [...state.questions, { id, question, options }] };
    }
    case 'question-answer':
      return { ...heard, questions: state.questions.filter(({ id }) => id !== event.id) };
    case 'todo-update':
      return { ...heard, todos: event.items };
    case 'subagent-event':
      return afterSubagent(heard, event, now);
    case 'usage-update':
      return { ...heard, turns: event.turns, usage: event.usage, costUsd: event.costUsd };
    case 'run-end':
      return {
        ...over(heard, now),
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
    case 'checkpoint-create':
    case 'compaction-end':
    case 'model-ask':
    case 'model-stop':
      return heard;
  }
}

/** The process is gone. Without a `run-end` before it, it was cut off. */
export function afterExit(state: RunState, errorText: string, now: number): RunState {
  if (state.endedAt !== undefined) return state;
  return { ...over(state, now), outcome: 'interrupted', message: errorText };
}

/** Nothing waits any more, and what went on below it has ended with it. */
function over(state: RunState, now: number): RunState {
  const subagents = state.subagents.map((part) => afterExit(part, '', now));
  return { ...without(state, 'doing'), approvals: [], questions: [], subagents, endedAt: now };
}

type SubagentEvent = Extract<RunEvent, { readonly type: 'subagent-event' }>;

/** What a subagent changed is a change of the run: it stands with the others. */
function afterSubagent(state: RunState, { id, agent, event }: SubagentEvent, now: number): RunState {
  const known = state.subagents.find((part) => part.id === id);
  const part = afterEvent(known ?? newRunState(id, state.folder, agent, now), event, now);
  const subagents = known
    ? state.subagents.map((one) => (one === known ? part : one))
    : [...state.subagents, part];
  const changes = [...state.changes, ...part.changes.slice(known?.changes.length ?? 0)];
  return { ...state, subagents, changes };
}

/** A question of a run that somebody has to answer; `agent` is set where a subagent asks. */
export type Waiting =
  | {
      readonly kind: 'approval';
      readonly id: string;
      readonly agent?: string;
      readonly request: ApprovalRequest;
    }
  | {
      readonly kind: 'question';
      readonly id: string;
      readonly agent?: string;
      readonly question: RunQuestion;
    };

/** All that waits for an answer, the run's own before its subagents'. */
export function waitingOf(state: RunState, agent?: string): readonly Waiting[] {
  const whose = agent === undefined ? {} : { agent };
  return [
    ...state.approvals.map((request) => ({ kind: 'approval', id: request.id, ...whose, request }) as const),
    ...state.questions.map(
      (question) => ({ kind: 'question', id: question.id, ...whose, question }) as const,
    ),
    ...state.subagents.flatMap((part) => waitingOf(part, part.title)),
  ];
}

function without(state: RunState, key: 'doing'): RunState {
  const { [key]: _, ...rest } = state;
  return rest;
}
