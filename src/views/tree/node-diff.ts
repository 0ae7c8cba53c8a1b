import type { Row, RowOpening, TreeNode } from './row.ts';

/** What has to be redrawn after an update: single nodes with what is under them, or everything. */
export interface NodeChanges {
  readonly roots: readonly TreeNode[];
  readonly changed: readonly TreeNode[] | 'all';
}

/**
 * Takes over new rows into old nodes: a node whose id stays keeps its identity. Answers the topmost nodes whose own
 * text or children's list changed, so that the view asks again for as little as can be.
 */
export function updateNodes(old: readonly TreeNode[], rows: readonly Row[]): NodeChanges {
  const known = new Map<string, TreeNode>();
  collect(old, known);
  const changed: TreeNode[] = [];
  const listChanged = !sameIds(old, rows);
  const roots = rows.map((row) => place(row, undefined, known, listChanged ? undefined : changed));
  return { roots, changed: listChanged ? 'all' : changed };
}

function collect(nodes: readonly TreeNode[], into: Map<string, TreeNode>): void {
  for (const node of nodes) {
    into.set(node.id, node);
    collect(node.children, into);
  }
}

/** `changed` is undefined below a node that is redrawn anyway. */
function place(
  row: Row,
  parent: TreeNode | undefined,
  known: Map<string, TreeNode>,
  changed: TreeNode[] | undefined,
): TreeNode {
  const rows = row.children ?? [];
  const old = known.get(row.id);
  const node: TreeNode = old ?? { id: row.id, row, parent, children: [] };
  const redraw = !old || !sameFace(old.row, row) || !sameIds(old.children, rows);
  if (redraw) changed?.push(node);
  node.row = row;
  node.parent = parent;
  node.children = rows.map((child) => place(child, node, known, redraw ? undefined : changed));
  return node;
}

function sameIds(nodes: readonly TreeNode[], rows: readonly Row[]): boolean {
  return nodes.length === rows.length && nodes.every((node, index) => node.id === rows[index]?.id);
}

function sameFace(a: Row, b: Row): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon === b.icon &&
    a.iconColor === b.iconColor &&
    a.context === b.context &&
    a.tooltip === b.tooltip &&
    a.spoken === b.spoken &&
    sameOpening(a.open, b.open)
  );
}

function sameOpening(a: RowOpening | undefined, b: RowOpening | undefined): boolean {
  if (a?.kind === 'file' && b?.kind === 'file') return a.path === b.path && a.line === b.line;
  if (a?.kind === 'command' && b?.kind === 'command') return a.command === b.command;
  return a === b;
}
