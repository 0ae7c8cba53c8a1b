import { describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../src/agent/engine/run-channel.ts';
import { runRows } from '../../src/views/runs/run-rows.ts';
import {
  afterEvent,
  afterExit,
  FRESH_MS,
  newRunState,
  phaseOf,
  type RunState,
  waitingOf,
} from '../../src/views/runs/run-state.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const START = 1_000_000;
const usage = { inputTokens: 10_000, outputTokens: 2_000, cacheReadTokens: 0, cacheWriteTokens: 0 };
const request = {
  id: 'a1',
  tool: 'Edit',
  summary: 'Edit src/a.ts',
  detail: '-1\n+2',
  path: '/r/src/a.ts',
  reason: 'first write',
};
const ask: RunEvent = { type: 'approval-ask', time: 0, request };

function told(
  events: readonly RunEvent[],
  from: RunState = newRunState('run-1', '/r', 'Make it pass', START),
): RunState {
  return events.reduce((state, event) => afterEvent(state, event, START + 1000), from);
}

function endOf(outcome: 'success' | 'failed'): RunEvent {
  return {
    type: 'run-end',
    time: 0,
    outcome,
    message: '',
    turns: 2,
    durationMs: 1,
    apiDurationMs: 1,
    usage,
    costUsd: 0.04,
    denials: [],
  };
}

const change = (diff: string, beforeObject?: string): RunEvent => ({
  type: 'tool-end',
  time: 0,
  id: 't',
  name: 'Edit',
  ok: true,
  text: '',
  change: { path: '/r/src/a.ts', diff, ...(beforeObject ? { beforeObject } : {}) },
});

describe('a run', () => {
  it('is busy only while the child gives signs of life', () => {
    const state = told([{ type: 'heartbeat', time: 0 }]);
    expect(phaseOf(state, START + 1000 + FRESH_MS)).toBe('running');
    expect(phaseOf(state, START + 1001 + FRESH_MS)).toBe('silent');
    expect(runRows([state], START + 1001 + FRESH_MS)[0]?.icon).not.toContain('spin');
  });

  it('waits while a question is open, and no longer than that', () => {
    expect(phaseOf(told([ask]), START)).toBe('waiting');
    const answered = told([ask, { type: 'approval-answer', time: 0, id: 'a1', decision: 'once' }]);
    expect(phaseOf(answered, START)).toBe('running');
  });

  it('counts as interrupted when its process is gone without a last word', () => {
    const state = afterExit(told([ask]), 'killed', START + 5);
    expect(state).toMatchObject({
      outcome: 'interrupted',
      message: 'killed',
      approvals: [],
      endedAt: START + 5,
    });
  });

  it('keeps how it ended when the process ends after its last word', () => {
    expect(afterExit(told([endOf('success')]), 'late noise', START + 9).outcome).toBe('success');
  });
});

const questionAsk: RunEvent = {
  type: 'question-ask',
  time: 0,
  id: 'q1',
  question: 'Which one?',
  options: ['a', 'b'],
};
const inSubagent = (event: RunEvent): RunEvent => ({
  type: 'subagent-event',
  time: 0,
  id: 'call-1',
  agent: 'tester',
  event,
});

describe('what a run tells beside its text', () => {
  it('waits for an answer to a question of the model', () => {
    const state = told([questionAsk]);
    expect(phaseOf(state, START)).toBe('waiting');
    expect(waitingOf(state)).toMatchObject([
      { kind: 'question', id: 'q1', question: { options: ['a', 'b'] } },
    ]);
    const [row] = runRows([state], START);
    expect(row?.icon).toBe('bell-dot');
    expect(row?.children?.[0]).toMatchObject({
      context: 'question',
      subject: { kind: 'question', id: 'q1' },
    });
    expect(waitingOf(told([questionAsk, { type: 'question-answer', time: 0, id: 'q1' }]))).toEqual([]);
  });

  it('waits for what a subagent asks, named after it', () => {
    const state = told([inSubagent(ask)]);
    expect(phaseOf(state, START)).toBe('waiting');
    expect(waitingOf(state)).toMatchObject([{ kind: 'approval', id: 'a1', agent: 'tester' }]);
    const answered = told([
      inSubagent(ask),
      inSubagent({ type: 'approval-answer', time: 0, id: 'a1', decision: 'deny' }),
    ]);
    expect(phaseOf(answered, START)).toBe('running');
  });

  it('shows a subagent below its run, and its changes with those of the run', () => {
    const state = told([
      inSubagent({ type: 'heartbeat', time: 0 }),
      inSubagent(change('-a\n+b', '/objects/1')),
    ]);
    const rows = runRows([state], START)[0]?.children ?? [];
    expect(rows.map(({ label }) => label)).toEqual(['tester', 'src/a.ts']);
    expect(afterExit(state, '', START + 5).subagents[0]?.outcome).toBe('interrupted');
  });

  it('says used and limit where there is a budget, and which step it is at', () => {
    const start: RunEvent = {
      type: 'run-start',
      time: 0,
      session: 's',
      model: 'm',
      cwd: '/r',
      tools: [],
      permissionMode: 'default',
      memory: { files: [], tokens: 0 },
      resumed: false,
      engine: 'claude',
      budget: { usd: 1, tokens: 200_000 },
    };
    const todos: RunEvent = {
      type: 'todo-update',
      time: 0,
      items: [
        { text: 'read', state: 'done' },
        { text: 'write', state: 'active' },
      ],
    };
    const used: RunEvent = { type: 'usage-update', time: 0, turns: 3, usage, costUsd: 0.042 };
    const [row] = runRows([told([start, used, todos])], START);
    expect(row?.description).toContain('12k of 200k tokens · $0.04 of $1.00');
    expect(row?.description).toContain('step 2 of 2');
    expect(row?.tooltip).toContain('Carried out by claude');
  });
});

describe('the rows of runs', () => {
  it('say what waits, with turns, tokens, cost and time', () => {
    const state = told([{ type: 'usage-update', time: 0, turns: 3, usage, costUsd: 0.042 }, ask]);
    const [row] = runRows([state], START + 65_000);
    expect(row?.description).toBe('waiting for you · 3 turns · 12k tokens · $0.04 · 1:05 min');
    expect(row?.children?.map(({ label }) => label)).toEqual(['Allow? Edit src/a.ts']);
  });

  it('say that the cost is not known rather than nothing', () => {
    const state = told([{ type: 'usage-update', time: 0, turns: 1, usage, costUsd: null }]);
    expect(runRows([state], START)[0]?.description).toContain('cost unknown');
  });

  it('offer to allow for the session only where a rule is offered', () => {
    const words = (state: RunState) => runRows([state], START)[0]?.children?.[0]?.context?.split(' ');
    expect(words(told([ask]))).toEqual(['approval']);
    const withRule: RunEvent = {
      type: 'approval-ask',
      time: 0,
      request: { ...request, offeredRule: 'Edit(src/**)' },
    };
    expect(words(told([withRule]))).toContain('approvalWithRule');
  });

  it('show a changed file once, from before its first change', () => {
    const state = told([change('-a\n+b', '/objects/1'), change('-b\n+c\n+d', '/objects/2')]);
    const rows = runRows([state], START)[0]?.children ?? [];
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ label: 'src/a.ts', description: '+1 −1', subject: { index: 0 } });
  });

  it('stand newest first', () => {
    const old = newRunState('run-1', '/r', 'old', START);
    const young = newRunState('run-2', '/r', 'young', START + 1);
    expect(runRows([old, young], START + 2).map(({ label }) => label)).toEqual(['young', 'old']);
  });
});
