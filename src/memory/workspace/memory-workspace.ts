import type { Disposable } from '../../base/disposable.ts';
import type { Event } from '../../base/event.ts';
import type { Result } from '../../base/result.ts';
import type { ResolvedHierarchy } from '../hierarchy/hierarchy.ts';
import type { Proposal } from '../inbox/proposal.ts';
import type { UnreadableRecord } from '../inbox/record-files.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { OutlineNode } from '../outline/outline.ts';
import type { ProjectCandidate } from '../project/project.ts';
import type { RecordKind } from '../project/record-kind.ts';
import type { MemoryRecord } from '../record/record.ts';

/** Why something could not be done, in a sentence that says the next step. */
export interface MemoryProblem {
  readonly kind:
    | 'not-set-up'
    | 'not-found'
    | 'changed-meanwhile'
    | 'conflict'
    | 'unsaved'
    | 'busy'
    | 'read-only'
    | 'restricted'
    | 'newer-version'
    | 'no-git'
    | 'ambiguous'
    | 'invalid'
    | 'secret'
    | 'io';
  readonly message: string;
  readonly path?: string;
  /** For `ambiguous`: the projects this may be; open again with `choose` of one of them, or `new`. */
  readonly candidates?: readonly ProjectCandidate[];
}

/** The ordered document of what an agent will really read. */
export interface EffectiveMemory {
  readonly dialect: 'claude-code';
  readonly activeFile?: string;
  readonly hierarchy: ResolvedHierarchy;
  /** Markdown for people: each loaded block under its file, reason and tokens; then what does not load and why. */
  readonly document: string;
  /** What goes into a model's request: the loaded blocks, each framed with its path and kind. */
  readonly prompt: string;
}

export interface SetUpOptions {
  readonly place: 'repository' | 'private';
  /** Who gets it: the rules file for Claude Code and VS Code, the pointer in AGENTS.md for others. */
  readonly claudeRules: boolean;
  readonly agentsPointer: boolean;
  /** What happens to what your own commits say, per kind. */
  readonly capture: 'proposed' | 'accepted' | 'never';
}

/** File changes to be shown as a diff before anything is written. */
export interface ChangePlan {
  readonly title: string;
  readonly changes: readonly {
    readonly path: string;
    readonly before: string | undefined;
    readonly after: string | undefined;
  }[];
  /** Unified diff of all of it. */
  readonly diff: string;
  /** Said with it: consequences a diff does not show. */
  readonly notes: readonly string[];
}

export interface CaptureOptions {
  readonly since?: string;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface CaptureReport {
  readonly version: 1;
  readonly commits: number;
  readonly proposed: readonly Proposal[];
  /** Known before, rejected before, or switched off. */
  readonly passedOver: number;
  /** Sentences, one for each thing that was stated together with what looks like a secret; the secret is not in them. */
  readonly refused: readonly string[];
}

export type WorkspaceChange = 'hierarchy' | 'inbox' | 'records' | 'project';

/** The facade of `memory/` for one git root or folder: what views, CLI, agent and MCP talk to. */
export interface MemoryWorkspace extends Disposable {
  /** Git root, else the folder itself. */
  readonly root: string;
  readonly folder: string;
  readonly name: string;
  readonly setUpState: 'no' | 'repository' | 'private';
  /** Why writing is off (Restricted Mode, read-only disk, newer format), or undefined. */
  readonly readOnlyReason: string | undefined;
  /** `sessions/` of this project under `$VARVE_HOME`; made by {@link ensureState}. */
  readonly sessionsDirectory: string;
  readonly stateDirectory: string;
  readonly onDidChange: Event<WorkspaceChange>;

  outline(): Promise<readonly OutlineNode[]>;
  effective(activeFile?: string, filesRead?: readonly string[]): Promise<EffectiveMemory>;
  records(): Promise<readonly MemoryRecord[]>;
  proposals(): Promise<readonly Proposal[]>;
  /** Files that stand where records or proposals stand and cannot be read as one: an edit went wrong. */
  unreadable(): Promise<readonly UnreadableRecord[]>;
  log(): Promise<readonly LedgerEntry[]>;

  accept(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>>;
  /** Replaces a proposal's text (its whole file); it stays proposed. */
  edit(id: string, text: string): Promise<Result<LedgerEntry, MemoryProblem>>;
  reject(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>>;
  /** The last operation of this user in this worktree, or the one named. */
  undo(entryId?: string): Promise<Result<LedgerEntry, MemoryProblem>>;
  propose(draft: RecordDraft): Promise<Result<Proposal, MemoryProblem>>;

  /** Commits since `since` (a revision; default: what was not looked at yet, all history the first time). */
  capture(options?: CaptureOptions): Promise<Result<CaptureReport, MemoryProblem>>;

  planSetUp(options: SetUpOptions): Promise<Result<ChangePlan, MemoryProblem>>;
  planRemoval(): Promise<Result<ChangePlan, MemoryProblem>>;
  /** Writes exactly the plan; `changed-meanwhile` when the disk is no longer what the plan was made from. */
  apply(plan: ChangePlan): Promise<Result<LedgerEntry, MemoryProblem>>;
  /** Begin to watch; nothing is watched before. */
  watch(): void;
  /**
   * Tells of a path that appeared, changed or went, seen by a watcher that sees more than ours (VS Code's). A new
   * directory is listed for memory files at once and again when quiet.
   */
  notice(path: string): void;
  /** Makes the state directory before something is kept there; `sessionsDirectory` may move with it. */
  ensureState(): Promise<Result<void, MemoryProblem>>;
}

/** What a person or a run wants recorded. */
export interface RecordDraft {
  readonly kind: RecordKind;
  readonly title: string;
  readonly body: string;
  readonly source: string;
  readonly group: Proposal['group'];
  readonly paths?: readonly string[];
}
