import type MarkdownIt from 'markdown-it';
import type { Proposal } from '../memory/inbox/proposal.ts';
import type { MemoryWorkspace } from '../memory/workspace/memory-workspace.ts';
import type { ViewId } from './contributions.ts';
import type { RunState } from './runs/run-state.ts';
import type { Row } from './tree/row.ts';

/**
 * What `activate` returns: for tests and other extensions. Plain data and the memory facade; everything a person sees
 * in the views, nothing of how they are drawn.
 */
export interface VarveApi {
  readonly version: 1;
  /** Opened workspaces, one per folder; opens them. */
  workspaces(): Promise<readonly MemoryWorkspace[]>;
  /** The rows of a view as shown, freshly read. */
  rows(view: ViewId): Promise<readonly Row[]>;
  /** The line above a view's rows. */
  message(view: ViewId): string | undefined;
  proposals(): Promise<readonly Proposal[]>;
  runs(): readonly RunState[];
  /** Called by VS Code when a Markdown preview is first opened: shows states and imports in those of memory files. */
  extendMarkdownIt(md: MarkdownIt): MarkdownIt;
}
