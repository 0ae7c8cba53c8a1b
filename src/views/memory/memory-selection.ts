import * as vscode from 'vscode';
import type { OutlineNode } from '../../memory/outline/outline.ts';
import { type PieceAddress, pieceOf } from '../../memory/workspace/edit-requests.ts';
import type { Row } from '../tree/row.ts';
import { tokenWords } from '../words.ts';
import type { FolderOutline } from './memory-rows.ts';

/** A row of the Memory view with what it shows. */
export interface ChosenNode {
  readonly folder: string;
  readonly node: OutlineNode;
}

/** What drag and drop and promotion need of the view they happen in. */
export interface MemoryBoard {
  nodesOf(rows: readonly Row[]): readonly ChosenNode[];
  nodesWithIds(ids: readonly string[]): readonly ChosenNode[];
  /** Reads again, then shows and selects what stands on a line (zero-based) of a file. */
  show(folder: string, path: string, line: number): Promise<void>;
  /** Work behind the button of a message: its problems are shown like those of a command. */
  act(work: () => Promise<void>): Promise<void>;
}

/** What rows show, in the order of the view; rows that are gone are left out. */
export function nodesOf(outlines: readonly FolderOutline[], rows: readonly Row[]): readonly ChosenNode[] {
  const wanted = new Set(rows.map(({ id }) => id));
  const chosen: ChosenNode[] = [];
  for (const { folder, outline } of outlines) {
    visit(outline, (node) => {
      if (wanted.has(`${folder}#${node.id}`)) chosen.push({ folder, node });
    });
  }
  return chosen;
}

/** The id of the row that shows what stands on a line of a file; undefined where none does. */
export function rowIdAt(
  outlines: readonly FolderOutline[],
  folder: string,
  path: string,
  line: number,
): string | undefined {
  let found: string | undefined;
  const outline = outlines.find((one) => one.folder === folder)?.outline ?? [];
  visit(outline, (node) => {
    const isPiece = node.kind === 'entry' || node.kind === 'section';
    if (isPiece && node.path === path && node.line === line) found ??= `${folder}#${node.id}`;
  });
  return found;
}

/** The entries and sections among the chosen; one that stands below another chosen row goes with that. */
export function piecesOf(chosen: readonly ChosenNode[]): readonly PieceAddress[] {
  return topmost(chosen).flatMap(({ node }) => pieceOf(node) ?? []);
}

/** What would load less without the chosen rows: "1.2k tokens less without these"; undefined where they cost nothing. */
export function withoutThese(chosen: readonly ChosenNode[]): string | undefined {
  const top = topmost(chosen);
  const tokens = top.reduce((sum, { node }) => sum + node.tokens, 0);
  if (tokens === 0) return undefined;
  return top.length === 1
    ? vscode.l10n.t('without this: −{0}', tokenWords(tokens))
    : vscode.l10n.t('without these: −{0}', tokenWords(tokens));
}

function topmost(chosen: readonly ChosenNode[]): readonly ChosenNode[] {
  const below = new Set<OutlineNode>();
  for (const { node } of chosen) visit(node.children, (child) => below.add(child));
  return chosen.filter(({ node }) => !below.has(node));
}

function visit(nodes: readonly OutlineNode[], see: (node: OutlineNode) => void): void {
  for (const node of nodes) {
    see(node);
    visit(node.children, see);
  }
}
