import { describe, expect, it, vi } from 'vitest';
import type { OutlineNode } from '../../src/memory/outline/outline.ts';
import { isEmptyOutline, memoryMessage, memoryRows } from '../../src/views/memory/memory-rows.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

function node(kind: OutlineNode['kind'], label: string, rest: Partial<OutlineNode> = {}): OutlineNode {
  return {
    id: label,
    kind,
    label,
    description: '',
    tokens: 0,
    explanation: '',
    state: 'loaded',
    children: [],
    ...rest,
  };
}

const entry = node('entry', 'Use tabs', { path: '/r/CLAUDE.md', line: 4, explanation: 'in Style' });
const file = node('file', 'CLAUDE.md', { path: '/r/CLAUDE.md', line: 0, tokens: 40, children: [entry] });
const project = node('scope', 'Project', { scope: 'project', children: [file] });

describe('the rows of memory', () => {
  it('open an entry at its line and a file where the person left it', () => {
    const row = memoryRows([{ folder: '/r', name: 'r', outline: [project] }])[0]?.children?.[0];
    expect(row?.open).toEqual({ kind: 'file', path: '/r/CLAUDE.md' });
    expect(row?.children?.[0]?.open).toEqual({ kind: 'file', path: '/r/CLAUDE.md', line: 4 });
  });

  it('say to a screen reader why something loads', () => {
    const row = memoryRows([{ folder: '/r', name: 'r', outline: [project] }])[0]?.children?.[0]
      ?.children?.[0];
    expect(row?.spoken).toBe('Use tabs, in Style');
  });

  it('stand below their folder in a window with several', () => {
    const rows = memoryRows([
      { folder: '/a', name: 'a', outline: [project] },
      { folder: '/b', name: 'b', outline: [project] },
    ]);
    expect(rows.map(({ label, description }) => [label, description])).toEqual([
      ['a', '40 tokens'],
      ['b', '40 tokens'],
    ]);
    const ids = rows.flatMap((row) => [row.id, ...(row.children ?? []).map(({ id }) => id)]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are none where only places for files are known, so that the welcome shows', () => {
    const missing = node('scope', 'Project', { children: [node('file', 'CLAUDE.md', { state: 'missing' })] });
    expect(isEmptyOutline([missing])).toBe(true);
    expect(memoryRows([{ folder: '/r', name: 'r', outline: [missing] }])).toEqual([]);
    expect(isEmptyOutline([project])).toBe(false);
  });

  it('have a line above them with what loads and how full the index is', () => {
    expect(memoryMessage(3100, 4)).toBe('3.1k tokens load here · index 4/200 lines');
    expect(memoryMessage(0, 0)).toBe('0 tokens load here');
  });
});
