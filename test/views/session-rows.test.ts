import { describe, expect, it, vi } from 'vitest';
import type { SessionSummary } from '../../src/agent/session/session-list.ts';
import { sessionRows } from '../../src/views/sessions/session-rows.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const NOW = new Date(2026, 10, 22, 9, 0).getTime();
const HOUR = 3_600_000;

function session(id: string, modified: number, rest: Partial<SessionSummary> = {}): SessionSummary {
  return {
    id,
    path: `/s/${id}.jsonl`,
    title: `Task ${id}`,
    created: modified,
    modified,
    state: 'done',
    cwd: '/r',
    files: 0,
    turns: 1,
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: 0,
    ...rest,
  };
}

const rows = (...sessions: SessionSummary[]) =>
  sessionRows(
    sessions.map((one) => ({ folder: '/r', name: undefined, session: one })),
    NOW,
  );

describe('the rows of sessions', () => {
  it('stand by calendar day, not by hours', () => {
    const groups = rows(
      session('a', NOW - HOUR),
      session('b', NOW - 10 * HOUR),
      session('c', NOW - 3 * 24 * HOUR),
      session('d', NOW - 30 * 24 * HOUR),
    );
    expect(groups.map(({ label, children }) => [label, children?.[0]?.label])).toEqual([
      ['Today', 'Task a'],
      ['Yesterday', 'Task b'],
      ['Last 7 days', 'Task c'],
      ['Older', 'Task d'],
    ]);
  });

  it('put a session from a clock that went back into today', () => {
    expect(rows(session('a', NOW + 48 * HOUR))[0]?.label).toBe('Today');
  });

  it('say that work was interrupted and offer to resume it', () => {
    const [first] = rows(
      session('b', NOW),
      session('a', NOW - HOUR, { state: 'interrupted', branch: 'main', files: 2 }),
    );
    expect(first?.label).toBe('Interrupted');
    const row = first?.children?.[0];
    expect(row?.description).toBe('interrupted · 1 h ago · main · 2 files');
    expect(row?.context?.split(' ')).toContain('resumable');
  });

  it.each([
    ['running', session('a', NOW, { state: 'running' })],
    ['unreadable', session('a', NOW, { state: 'failed', problem: 'The session file cannot be read.' })],
  ])('do not offer to resume what is %s', (_, one) => {
    expect(rows(one)[0]?.children?.[0]?.context?.split(' ')).not.toContain('resumable');
  });

  it('have a name also without a title', () => {
    expect(rows(session('0198-abcdefgh', NOW, { title: '' }))[0]?.children?.[0]?.label).toBe(
      'Session abcdefgh',
    );
  });
});
