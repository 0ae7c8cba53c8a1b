import type { PermissionMode } from './guard.ts';
import type { PathScope } from './paths.ts';
import type { Rule } from './rules.ts';

/** What the judges of paths and commands work with. */
export interface GuardState {
  readonly scope: PathScope;
  readonly mode: PermissionMode;
  readonly deny: readonly Rule[];
  readonly ask: readonly Rule[];
  /** Grows by what is remembered. */
  readonly allow: readonly Rule[];
}
