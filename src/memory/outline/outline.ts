import type { TextRange } from '../file/memory-file.ts';
import type { Scope } from '../hierarchy/hierarchy.ts';

export type OutlineKind = 'scope' | 'file' | 'section' | 'entry' | 'records' | 'record';

/** One row of the Memory view and of `varve memory tree`: plain data, no `vscode`, no I/O. */
export interface OutlineNode {
  /** Stable across refreshes; unique in the tree. */
  readonly id: string;
  readonly kind: OutlineKind;
  readonly label: string;
  /** Said beside the label: "1.2k tokens · on demand". */
  readonly description: string;
  readonly scope?: Scope;
  /** Estimate for what loads from the start; 0 for what does not. */
  readonly tokens: number;
  readonly path?: string;
  readonly range?: TextRange;
  /** Zero-based. */
  readonly line?: number;
  /** In words, for tooltip and screen reader. */
  readonly explanation: string;
  /** `loaded`, `on-demand`, `skipped`; `missing` for a place where a file could be made. */
  readonly state: 'loaded' | 'on-demand' | 'skipped' | 'missing';
  /** Plain names of the programs that read this file, "Claude Code" first; absent where nobody asked. */
  readonly readBy?: readonly string[];
  readonly recordId?: string;
  readonly recordKind?: string;
  readonly children: readonly OutlineNode[];
}
