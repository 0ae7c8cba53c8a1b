import type { RecordKind } from '../project/record-kind.ts';

export const recordStatuses = ['proposed', 'accepted', 'superseded', 'retired'] as const;
export type RecordStatus = (typeof recordStatuses)[number];

/** What a decision document says of its own standing, in one word. */
export const standings = ['proposed', 'accepted', 'rejected', 'deprecated', 'superseded'] as const;
export type Standing = (typeof standings)[number];

/** A decision, milestone or other thing worth keeping, as read from its Markdown file. */
export interface MemoryRecord {
  /** ULID; the same capture on two machines gives the same one. */
  readonly id: string;
  readonly kind: RecordKind;
  readonly status: RecordStatus;
  /** `<kind>-<slug>-<id6>`, the file's name without `.md`. */
  readonly name: string;
  /** One specific line: agents recall by it. */
  readonly description: string;
  /** ISO 8601; the author date for captured records. */
  readonly modified: string;
  /** Markdown after the front matter. */
  readonly body: string;
}

/** The machine part of a record, in `<id>.json` beside a proposal or in `evidence/`. */
export interface Evidence {
  readonly version: 1;
  readonly id: string;
  /** Absolute: `commit:<author name> <mail>`, `person:…`, `run:…`, `session:TOOL:ID`, a URL. Origin is derived from it, never stored. */
  readonly source: string;
  /** Which rule proposed it and why, for *Why*. */
  readonly rule?: string;
  readonly reason?: string;
  readonly confidence?: number;
  /** What it is about (`npm:zod`, `tag:v1.2.0`, `document:docs/adr/0004-x.md`): repeats and follow-ups join by it. */
  readonly subject?: string;
  readonly standing?: Standing;
  readonly supersedes: readonly string[];
  readonly requirements: readonly string[];
  readonly anchors: readonly { readonly path: string; readonly symbol?: string; readonly hash?: string }[];
  readonly evidence: readonly EvidenceItem[];
}

export type EvidenceItem =
  | { readonly patch: string; readonly subject?: string }
  | { readonly tag: string; readonly object?: string }
  /** Captured evidence leaves `line` out: it would differ after a rebase, and the bytes must not. */
  | { readonly path: string; readonly line?: number; readonly text: string }
  | { readonly check: string; readonly tree: string; readonly exit: number; readonly at: string }
  /** The n-th prompt of a session; `tool` and `entry` (by the transcript's own name) where a program other than a run says so. */
  | { readonly session: string; readonly turn: number; readonly tool?: string; readonly entry?: string };
