import * as vscode from 'vscode';
import type { Scope } from '../../memory/hierarchy/hierarchy.ts';
import { indexLimits } from '../../memory/hierarchy/limits.ts';
import type { OutlineNode } from '../../memory/outline/outline.ts';
import { itemWords } from '../contributions.ts';
import type { Row } from '../tree/row.ts';
import { joined, tokenWords } from '../words.ts';
import { isMovable, isPromotable } from './outline-words.ts';

const scopeIcons: Record<Scope, string> = {
  managed: 'organization',
  user: 'account',
  project: 'repo',
  folder: 'folder',
  local: 'device-desktop',
  rules: 'law',
  auto: 'sparkle',
  session: 'history',
};

/** Icons of record kinds, shared with the Inbox. */
export const recordIcons: Readonly<Record<string, string>> = {
  decision: 'git-merge',
  milestone: 'milestone',
  convention: 'checklist',
  gotcha: 'bug',
  preference: 'settings',
  reference: 'references',
};

export interface FolderOutline {
  readonly folder: string;
  readonly name: string;
  readonly outline: readonly OutlineNode[];
}

/** The rows of the Memory view: the outline of the one folder, or one root row per folder. */
export function memoryRows(folders: readonly FolderOutline[]): readonly Row[] {
  const only = folders.length === 1 ? folders[0] : undefined;
  if (only) return outlineRows(only);
  return folders.map((folder) => ({
    id: `folder:${folder.folder}`,
    label: folder.name,
    description: tokenWords(outlineTokens(folder.outline)),
    icon: 'root-folder',
    tooltip: folder.folder,
    expanded: true,
    children: outlineRows(folder),
  }));
}

/** True where nothing is there but places where a file could be made. */
export function isEmptyOutline(outline: readonly OutlineNode[]): boolean {
  return outline.every(
    (node) => node.state === 'missing' || (isGroup(node) && isEmptyOutline(node.children)),
  );
}

/** Tokens of everything that loads from the start. A parent's number may or may not include its children's. */
export function outlineTokens(outline: readonly OutlineNode[]): number {
  return outline.reduce(
    (sum, node) => sum + (isGroup(node) && node.tokens === 0 ? outlineTokens(node.children) : node.tokens),
    0,
  );
}

function isGroup(node: OutlineNode): boolean {
  return node.kind === 'scope' || node.kind === 'records';
}

function outlineRows({ folder, outline }: FolderOutline): readonly Row[] {
  return isEmptyOutline(outline) ? [] : outline.map((node) => outlineRow(folder, node));
}

function outlineRow(folder: string, node: OutlineNode): Row {
  const children = node.children.map((child) => outlineRow(folder, child));
  const place = placeOf(node);
  return {
    // Two folders of one window may show the same user-level file.
    id: `${folder}#${node.id}`,
    label: node.label,
    description: node.description,
    icon: iconOf(node),
    ...(node.state === 'loaded' ? {} : { iconColor: 'disabledForeground' }),
    context: contextOf(node),
    tooltip: joinedLines(node.explanation, node.path),
    spoken: [node.label, node.description, node.explanation].filter(Boolean).join(', '),
    expanded: node.kind === 'scope',
    ...(place
      ? {
          open: { kind: 'file' as const, ...place },
          subject: { kind: 'file' as const, folder, ...place, ...recordOf(node) },
        }
      : {}),
    children,
  };
}

function placeOf(node: OutlineNode): { readonly path: string; readonly line?: number } | undefined {
  if (!node.path || node.state === 'missing' || node.kind === 'scope' || node.kind === 'records')
    return undefined;
  return node.line === undefined || node.kind === 'file'
    ? { path: node.path }
    : { path: node.path, line: node.line };
}

function recordOf({ kind, recordId }: OutlineNode): { readonly recordId?: string } {
  return kind === 'record' && recordId !== undefined ? { recordId } : {};
}

function iconOf(node: OutlineNode): string {
  switch (node.kind) {
    case 'scope':
      return node.scope ? scopeIcons[node.scope] : 'folder';
    case 'file':
      return node.state === 'missing' ? 'new-file' : 'markdown';
    case 'section':
      return 'symbol-number';
    case 'entry':
      return 'dash';
    case 'records':
      return recordIcons[node.recordKind ?? ''] ?? 'library';
    case 'record':
      return recordIcons[node.recordKind ?? ''] ?? 'note';
  }
}

function contextOf(node: OutlineNode): string {
  const words: string[] = [node.kind === 'file' && node.state === 'missing' ? itemWords.missing : node.kind];
  if (placeOf(node)) words.push('openable');
  if (placeOf(node) && (node.kind === 'file' || node.kind === 'record')) words.push('previewable');
  if (node.kind === 'record' && node.state === 'loaded') words.push(itemWords.keptRecord);
  if (isMovable(node)) words.push(itemWords.movable);
  if (isPromotable(node)) words.push(itemWords.promotable);
  return words.join(' ');
}

function joinedLines(...lines: readonly (string | undefined)[]): string {
  return lines.filter(Boolean).join('\n');
}

/** The line above the tree: what loads here and how full the index of records is. */
export function memoryMessage(tokens: number, records: number): string {
  const index = records > 0 ? vscode.l10n.t('index {0}/{1} lines', records, indexLimits.lines) : undefined;
  return joined(vscode.l10n.t('{0} load here', tokenWords(tokens)), index);
}
