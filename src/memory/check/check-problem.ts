/** A place in a file: zero-based line and UTF-16 column, as editors count. */
export interface CheckPosition {
  readonly line: number;
  readonly column: number;
}

export interface CheckRange {
  readonly start: CheckPosition;
  readonly end: CheckPosition;
}

/**
 * What a quick fix or `--fix` may do, as plain data; whoever shows it decides how. An edit is made through the
 * ledger, or by the editor in a file it has open.
 */
export type CheckFix =
  | {
      readonly kind: 'replace';
      readonly title: string;
      readonly path: string;
      readonly range: CheckRange;
      readonly text: string;
    }
  | { readonly kind: 'regenerate'; readonly title: string }
  | { readonly kind: 'create'; readonly title: string; readonly path: string; readonly text: string }
  /** A person read the record beside the code: its anchors are taken anew. Never applied by `--fix`. */
  | { readonly kind: 'still-true'; readonly title: string; readonly id: string }
  /** Puts the record into the archive. Never applied by `--fix`. */
  | { readonly kind: 'retire'; readonly title: string; readonly id: string };

/** `error`: an agent reads something wrong or not at all. `warning`: likely wrong. `info`: could be better. */
export const checkSeverities = ['error', 'warning', 'info'] as const;
export type CheckSeverity = (typeof checkSeverities)[number];

/** Something wrong with the memory itself, found by one rule. */
export interface CheckProblem {
  /** Name of the rule, e.g. `broken-import`; stable, for configuration and SARIF. */
  readonly rule: string;
  readonly severity: CheckSeverity;
  /** Absolute. */
  readonly path: string;
  /** Undefined where the whole file is meant. */
  readonly range?: CheckRange;
  /** One sentence: what is wrong, and the next step. Never repeats a secret. */
  readonly message: string;
  readonly related?: readonly { readonly path: string; readonly line: number; readonly message: string }[];
  readonly fixes?: readonly CheckFix[];
}

export interface CheckReport {
  readonly version: 1;
  /** By path, then place, then rule. */
  readonly problems: readonly CheckProblem[];
  /** Memory files looked at. */
  readonly files: number;
}
