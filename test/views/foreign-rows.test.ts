import { describe, expect, it, vi } from 'vitest';
import type { ForeignWrite } from '../../src/memory/workspace/foreign-writes.ts';
import { inboxRows } from '../../src/views/inbox/inbox-rows.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const NOW = Date.parse('2026-11-22T12:00:00.000Z');

const write: ForeignWrite = {
  id: '01KB1000000000000000000000',
  path: '/home/ada/.claude/projects/-r/memory/MEMORY.md',
  label: '~/.claude/projects/-r/memory/MEMORY.md',
  kind: 'changed',
  by: 'Claude Code',
  firstSeen: '2026-11-22T11:00:00.000Z',
  lastSeen: '2026-11-22T11:55:00.000Z',
  before: '- one\n',
  after: '- one\n- two\n',
  risks: [],
};

describe('what other programs wrote', () => {
  it('is a group of the Inbox with a row each, that opens the diff', () => {
    const folder = { folder: '/r', name: 'r', proposals: [], unreadable: [], writes: [write] };
    const [group, ...others] = inboxRows([folder], NOW);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ label: 'Written by other agents', description: '1', icon: 'hubot' });
    expect(group?.children).toMatchObject([
      {
        label: write.label,
        description: 'changed · Claude Code · 5 min ago',
        icon: 'diff',
        context: 'foreignWrite',
        open: { kind: 'command', command: 'varve.showWrite' },
        subject: { kind: 'foreign-write', folder: '/r', id: write.id, path: write.path },
      },
    ]);
  });

  it('says its risks in the tooltip and to a screen reader', () => {
    const risky = { ...write, risks: ['Line 2 holds what looks like a secret (github-token).'] };
    const folder = { folder: '/r', name: 'r', proposals: [], unreadable: [], writes: [risky] };
    const row = inboxRows([folder], NOW)[0]?.children?.[0];
    expect(row).toMatchObject({ icon: 'warning' });
    expect(row?.tooltip).toContain('github-token');
    expect(row?.spoken).toContain('github-token');
  });
});
