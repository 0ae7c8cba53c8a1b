import { describe, expect, it, vi } from 'vitest';
import type { SessionRow } from '../../src/agent/history/session-row.ts';
import type { SessionSummary } from '../../src/agent/session/session-list.ts';
import type { Grouping, Reached } from '../../src/views/sessions/session-groups.ts';
import { sessionRows } from '../../src/views/sessions/session-rows.ts';
import { listOwn, type ShownSession } from '../../src/views/sessions/shown-session.ts';

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

const facts = { now: NOW, grouping: 'day' as Grouping, milestones: [] as readonly Reached[] };

const rows = (...sessions: SessionSummary[]) =>
  sessionRows(
    sessions.map((one) => listOwn({ folder: '/r', name: undefined, session: one })),
    facts,
  );

function other(id: string, modified: number, rest: Partial<SessionRow> = {}): ShownSession {
  const row: SessionRow = {
    tool: 'claude-code',
    id,
    path: `/home/user/.claude/projects/-r/${id}.jsonl`,
    size: 10,
    created: modified,
    modified,
    title: `Claude's ${id}`,
    firstPrompt: '',
    state: 'done',
    cwd: '/r',
    prompts: 1,
    turns: 2,
    costUsd: null,
    fileCount: 0,
    files: [],
    branchCount: 0,
    ...rest,
  };
  return { folder: '/r', name: undefined, row };
}

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

describe('the rows of sessions of other tools', () => {
  const labels = (groups: ReturnType<typeof sessionRows>) =>
    groups.map(({ label, children }) => [label, children?.map((child) => child.label)]);

  it('say which tool made them, and stand among our own', () => {
    const own = listOwn({ folder: '/r', name: undefined, session: session('a', NOW - HOUR) });
    const [today] = sessionRows([own, other('b', NOW, { branch: 'main', fileCount: 3 })], facts);
    expect(today?.children?.map(({ label }) => label)).toEqual(["Claude's b", 'Task a']);
    const row = today?.children?.[0];
    expect(row?.description).toBe('now · Claude Code · main · 3 files');
    expect(row?.context?.split(' ')).toEqual(['toolSession', 'notPinned']);
    expect(row?.subject).toMatchObject({ kind: 'tool-session', tool: 'claude-code', id: 'b' });
    expect(row?.spoken).toContain("Claude's b");
  });

  it('have what a subagent did below the session it worked for', () => {
    const lineage = { how: 'subagent', from: 'b', agent: 'reviewer' } as const;
    const [today] = sessionRows([other('c', NOW, { lineage }), other('b', NOW - HOUR)], facts);
    expect(today?.children?.map(({ label }) => label)).toEqual(["Claude's b"]);
    expect(today?.children?.[0]?.children?.map(({ description }) => description)).toEqual([
      'now · Claude Code · reviewer',
    ]);
  });

  it('show what was cut off lately first, and leave what is long past where it was', () => {
    const cut = { state: 'interrupted' } as const;
    const groups = sessionRows(
      [other('new', NOW - HOUR, cut), other('old', NOW - 40 * 24 * HOUR, cut)],
      facts,
    );
    expect(labels(groups)).toEqual([
      ['Interrupted', ["Claude's new"]],
      ['Older', ["Claude's old"]],
    ]);
  });

  it('group by branch, by agent and by the milestone that came of them', () => {
    const day = 24 * HOUR;
    const all = [
      other('a', NOW, { branch: 'main' }),
      other('b', NOW - 2 * day, { branch: 'fix', tool: 'codex' }),
      other('c', NOW - 5 * day),
      other('d', NOW - 9 * day, { branch: 'main' }),
    ];
    const by = (grouping: Grouping) =>
      labels(
        sessionRows(all, {
          ...facts,
          grouping,
          milestones: [
            { title: 'Search works', time: NOW - day },
            { title: 'Parser done', time: NOW - 4 * day },
          ],
        }),
      );
    expect(by('branch')).toEqual([
      ['main', ["Claude's a", "Claude's d"]],
      ['fix', ["Claude's b"]],
      ['No branch', ["Claude's c"]],
    ]);
    expect(by('agent')).toEqual([
      ['Claude Code', ["Claude's a", "Claude's c", "Claude's d"]],
      ['Codex', ["Claude's b"]],
    ]);
    expect(by('milestone')).toEqual([
      ['Since the last milestone', ["Claude's a"]],
      ['Search works', ["Claude's b"]],
      ['Parser done', ["Claude's c", "Claude's d"]],
    ]);
  });

  it('say in words what Varve keeps of them and when they go', () => {
    const kept: ShownSession = {
      ...other('a', NOW),
      keeping: 'gone',
      retention: 'Claude Code deletes this in 6 days.',
    };
    const row = sessionRows([kept], facts)[0]?.children?.[0];
    expect(row?.description).toContain('only here');
    expect(row?.tooltip).toContain('Claude Code deletes this in 6 days.');
    const pinned = sessionRows([{ ...kept, keeping: 'pinned' }], facts)[0]?.children?.[0];
    expect(pinned?.context?.split(' ')).toEqual(['toolSession', 'pinned']);
  });
});
