import { showHidden } from '../record/safe-text.ts';
import type { OutlineNode } from './outline.ts';

/** The tree for a terminal: one row a line, two spaces a level, the description behind two spaces. Plain text. */
export function renderOutlineText(nodes: readonly OutlineNode[]): string {
  return nodes.flatMap((node) => rows(node, 0)).join('');
}

function rows(node: OutlineNode, depth: number): string[] {
  const description = node.description === '' ? '' : `  ${node.description}`;
  const row = `${'  '.repeat(depth)}${oneVisibleLine(`${node.label}${description}`)}\n`;
  return [row, ...node.children.flatMap((child) => rows(child, depth + 1))];
}

/** Labels are text of memory files: nothing in them may hide, move the cursor or begin another row. */
function oneVisibleLine(text: string): string {
  return showHidden(text).replace(/\s*\n\s*/g, ' ');
}
