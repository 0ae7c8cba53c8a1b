import type { Spot } from '../file/move-pieces.ts';
import type { PieceName } from '../file/pieces.ts';
import type { Scope } from '../hierarchy/hierarchy.ts';
import type { OutlineNode } from '../outline/outline.ts';
import type { RecordKind } from '../project/record-kind.ts';

/** An entry or a section of a memory file. */
export interface PieceAddress {
  /** Absolute. */
  readonly path: string;
  readonly piece: PieceName;
}

/** A memory file by what it is for; it may not be there yet. */
export type PlaceName =
  | { readonly scope: 'user' | 'project' | 'local' }
  /** `folder`: absolute, inside the workspace folder. */
  | { readonly scope: 'folder'; readonly folder: string }
  /** `name` without `.md`, may have directories; `paths`: patterns of files that call for the rule, none for always. */
  | { readonly scope: 'rules'; readonly name: string; readonly paths?: readonly string[] }
  | { readonly path: string };

export interface MoveTarget {
  readonly place: PlaceName;
  /** Unless told: the section of the same title where the file has one, else the end. */
  readonly spot?: Spot;
  /** A CLAUDE.local.md that is made is listed in the repository's `info/exclude` too. */
  readonly keepOutOfGit?: boolean;
}

export interface NewFileRequest {
  readonly place: PlaceName;
  readonly keepOutOfGit?: boolean;
}

/** A memory file that entries can be moved to. */
export interface MemoryPlace {
  readonly scope: Scope;
  readonly path: string;
  /** For people: relative within the project, `~/…` at home. */
  readonly label: string;
  readonly exists: boolean;
  /** Who reads it and when, in words. */
  readonly effect: string;
  /** Estimate of what it costs now where it loads from the start. */
  readonly tokens: number;
}

/** What becomes a proposal: a topic file of Claude Code's auto memory, or an entry of it. */
export interface PromotionRequest {
  readonly path: string;
  readonly piece?: PieceName;
  /** Unless told: after the type that Claude Code gave it. */
  readonly kind?: RecordKind;
}

/** What an entry or a section of the outline is called in its file; undefined for rows of another kind. */
export function pieceOf(node: OutlineNode): PieceAddress | undefined {
  const { path, line } = node;
  if (path === undefined || line === undefined) return undefined;
  if (node.kind === 'section') {
    const title = node.label === 'Untitled section' ? '' : node.label;
    return { path, piece: { section: { line, title } } };
  }
  const entryId = /(?:^|:)entry\.([0-9a-f]{12}(?:-\d+)?)(?::\d+)?$/.exec(node.id)?.[1];
  return node.kind === 'entry' && entryId !== undefined ? { path, piece: { entryId } } : undefined;
}
