import { beforeEach, describe, expect, it, vi } from 'vitest';
import { success } from '../../src/base/result.ts';
import type { OutlineNode } from '../../src/memory/outline/outline.ts';
import type { MoveTarget, PieceAddress } from '../../src/memory/workspace/edit-requests.ts';
import { rowsOf, selectedRows } from '../../src/views/command/subject.ts';
import { dropTarget, MemoryDrag } from '../../src/views/memory/memory-drag.ts';
import { memoryRows } from '../../src/views/memory/memory-rows.ts';
import {
  type ChosenNode,
  type MemoryBoard,
  nodesOf,
  piecesOf,
  rowIdAt,
  withoutThese,
} from '../../src/views/memory/memory-selection.ts';
import type { Row, TreeNode } from '../../src/views/tree/row.ts';
import { answers, DataTransferItem, seen } from '../fakes/vscode.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const path = '/r/CLAUDE.md';
const shared = { description: '', explanation: '', state: 'loaded', scope: 'project' } as const;
const entry = (hash: string, label: string, line: number, tokens: number): OutlineNode => ({
  ...shared,
  id: `scope.project:file.${path}:section.Style:entry.${hash}`,
  kind: 'entry',
  label,
  path,
  line,
  tokens,
  children: [],
});
const tabs = entry('aaaaaaaaaaaa', 'Use tabs', 3, 10);
const names = entry('bbbbbbbbbbbb-2', 'Short names', 4, 20);
const style: OutlineNode = {
  ...shared,
  id: `scope.project:file.${path}:section.Style`,
  kind: 'section',
  label: 'Style',
  path,
  line: 1,
  tokens: 1200,
  children: [tabs, names],
};
const file: OutlineNode = {
  ...shared,
  id: `scope.project:file.${path}`,
  kind: 'file',
  label: 'CLAUDE.md',
  path,
  tokens: 1300,
  children: [style],
};
const scope: OutlineNode = {
  ...shared,
  id: 'scope.project',
  kind: 'scope',
  label: 'Project',
  tokens: 1300,
  children: [file],
};
const topic: OutlineNode = {
  ...entry('cccccccccccc', 'Docker', 0, 0),
  id: 'scope.auto:file./a/docker.md',
  kind: 'file',
  scope: 'auto',
  path: '/a/docker.md',
};
const records: OutlineNode = {
  ...scope,
  id: 'records.decisions',
  kind: 'records',
  label: 'Decisions',
  tokens: 0,
  children: [],
};
const outlines = [
  {
    folder: '/r',
    name: 'r',
    outline: [scope, { ...scope, id: 'scope.auto', scope: 'auto' as const, children: [topic] }, records],
  },
];

const all = (rows: readonly Row[]): readonly Row[] =>
  rows.flatMap((row) => [row, ...all(row.children ?? [])]);
const rowFor = (node: OutlineNode): Row =>
  all(memoryRows(outlines)).find(({ id }) => id === `/r#${node.id}`)!;
const treeNode = (node: OutlineNode): TreeNode => {
  const row = rowFor(node);
  return { id: row.id, row, parent: undefined, children: [] };
};
const chosen = (...nodes: readonly OutlineNode[]): readonly ChosenNode[] =>
  nodesOf(outlines, nodes.map(rowFor));

beforeEach(() => {
  seen.length = 0;
  answers.length = 0;
});

describe('a selection in the Memory view', () => {
  it('is what a menu or a key was used on', () => {
    const [one, two] = [treeNode(tabs), treeNode(names)];
    expect(rowsOf([one, [one, two]], [])).toEqual([one.row, two.row]);
    expect(rowsOf([selectedRows], [two])).toEqual([two.row]);
    expect(rowsOf([one, undefined], [two])).toEqual([one.row]);
  });

  it('moves entries by their id; one below a chosen section goes with it', () => {
    expect(piecesOf(chosen(tabs, names)).map(({ piece }) => piece)).toEqual([
      { entryId: 'aaaaaaaaaaaa' },
      { entryId: 'bbbbbbbbbbbb-2' },
    ]);
    expect(piecesOf(chosen(style, tabs))).toEqual([
      { path, piece: { section: { line: 1, title: 'Style' } } },
    ]);
  });

  it('says what would load less without it, and counts nothing twice', () => {
    expect(withoutThese(chosen(tabs))).toBe('without this: −10 tokens');
    expect(withoutThese(chosen(tabs, names))).toBe('without these: −30 tokens');
    expect(withoutThese(chosen(file, style, tabs))).toBe('without this: −1.3k tokens');
    expect(withoutThese(chosen(records))).toBeUndefined();
    expect(withoutThese(chosen(topic))).toBeUndefined();
  });

  it('is found again by file and line, and offers what each row can do', () => {
    expect(rowIdAt(outlines, '/r', path, 4)).toBe(rowFor(names).id);
    expect(rowIdAt(outlines, '/r', path, 9)).toBeUndefined();
    expect([tabs, style, file, topic, records].map((node) => rowFor(node).context)).toEqual([
      'entry openable movable',
      'section openable movable',
      'file openable previewable',
      'file openable previewable promotable',
      'records',
    ]);
  });
});

describe('a drop', () => {
  it('means the file, the end of a section, the place behind an entry, or the scope', () => {
    expect(dropTarget(file)).toEqual({ place: { path } });
    expect(dropTarget(style)).toEqual({
      place: { path },
      spot: { kind: 'section', title: 'Style', line: 1 },
    });
    expect(dropTarget(tabs)).toEqual({ place: { path }, spot: { kind: 'after', entryId: 'aaaaaaaaaaaa' } });
    expect(dropTarget(scope)).toEqual({ place: { scope: 'project' } });
    expect(dropTarget({ ...scope, scope: 'rules', children: [file] })).toEqual({ place: { path } });
  });

  it('that cannot be says why', () => {
    expect(() => dropTarget(undefined)).toThrow(/Drop entries on/);
    expect(() => dropTarget(records)).toThrow(/Records are kept by Varve/);
    expect(() => dropTarget({ ...scope, scope: 'rules', label: 'Rules', children: [file, file] })).toThrow(
      /Rules holds several files/,
    );
    expect(() => dropTarget({ ...scope, scope: 'managed', label: 'Organization' })).toThrow(
      /not written by you/,
    );
  });

  it('hands over rows from the drag and moves them; another window’s text moves nothing', async () => {
    const moves: (readonly [readonly PieceAddress[], MoveTarget])[] = [];
    const said: unknown[] = [];
    const shown: unknown[] = [];
    const workspace = {
      edits: {
        planMove: () => Promise.resolve(success({ changes: [], notes: [], path, lines: [7] })),
        moveEntries: (pieces: readonly PieceAddress[], target: MoveTarget) => {
          moves.push([pieces, target]);
          return Promise.resolve(success({ id: 'x' }));
        },
      },
    };
    const board: MemoryBoard = {
      nodesOf: (rows) => nodesOf(outlines, rows),
      nodesWithIds: (ids) =>
        nodesOf(
          outlines,
          ids.map((id) => ({ id, label: '' })),
        ),
      show: (...args) => Promise.resolve(void shown.push(args)),
      act: (work) => work(),
    };
    const folders = { open: () => Promise.resolve(success(workspace)) };
    const funnel = {
      run: (_name: string, work: () => Promise<void>) =>
        work().catch((error: Error) => said.push(error.message)),
    };
    const drag = new MemoryDrag(board, folders as never, funnel as never);
    const items = new Map<string, DataTransferItem>();
    const transfer = {
      get: (mime: string) => items.get(mime),
      set: (mime: string, item: DataTransferItem) => void items.set(mime, item),
    } as never;
    await drag.handleDrop(treeNode(file), transfer);
    await drag.handleDrag([treeNode(tabs), treeNode(names)], transfer);
    await drag.handleDrop(treeNode(scope), transfer);
    await drag.handleDrop(treeNode(records), transfer);
    expect(moves).toEqual([[piecesOf(chosen(tabs, names)), { place: { scope: 'project' } }]]);
    expect(shown).toEqual([['/r', path, 7]]);
    expect(said).toEqual([expect.stringMatching(/Records are kept by Varve/)]);
    items.set(drag.dropMimeTypes[0]!, new DataTransferItem('not ours'));
    await drag.handleDrop(treeNode(scope), transfer);
    expect(moves.length).toBe(1);
  });
});
