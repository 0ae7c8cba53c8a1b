import type { OutlineNode } from '../../memory/outline/outline.ts';

/** Topic files of Claude Code's auto memory and entries in it: what can become a record of the project. */
export function isPromotable(node: OutlineNode): boolean {
  if (node.scope !== 'auto') return false;
  if (node.kind === 'file') return node.path?.endsWith('MEMORY.md') === false;
  return node.kind === 'entry';
}

/** Entries and sections of files that a person writes. */
export function isMovable(node: OutlineNode): boolean {
  const isOwn = node.scope !== 'managed' && node.scope !== 'auto' && node.scope !== 'session';
  return isOwn && (node.kind === 'entry' || node.kind === 'section');
}
