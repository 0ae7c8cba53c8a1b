import type { Disposable } from '../../base/disposable.ts';
import type { Event } from '../../base/event.ts';
import type { Result } from '../../base/result.ts';
import type { CheckReport } from '../check/check-problem.ts';
import type { PieceName } from '../file/pieces.ts';
import type { EffectiveNote } from '../hierarchy/effective-notes.ts';
import type { Explanation } from '../hierarchy/explain/explanation.ts';
import type { Dialect, ResolvedHierarchy } from '../hierarchy/hierarchy.ts';
import type { Proposal } from '../inbox/proposal.ts';
import type { UnreadableRecord } from '../inbox/record-files.ts';
import type { TrashItem } from '../inbox/trash.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { OutlineNode } from '../outline/outline.ts';
import type { RecordShowing } from '../outline/record-nodes.ts';
import type { MemoryRecord } from '../record/record.ts';
import type { SearchHit, SearchOptions } from '../search/search.ts';
import type { TimelineRecord } from '../timeline/timeline.ts';
import type { CapturedProposal } from './captured-proposal.ts';
import type {
  MemoryPlace,
  MoveTarget,
  NewFileRequest,
  PieceAddress,
  PromotionRequest,
} from './edit-requests.ts';
import type { FilePreview } from './file-preview.ts';
import type { ForeignWrites } from './foreign-writes.ts';
import type { MemoryFreshness } from './memory-freshness.ts';
import type { MemoryProblem } from './memory-problem.ts';
import type { ProposalEffect } from './proposal-effects.ts';
import type { RecordDraft } from './record-draft.ts';
import type { WorkSources } from './work-sources.ts';

export type { MemoryProblem, RecordDraft };

/** The ordered document of what an agent will really read. */
export interface EffectiveMemory {
  readonly dialect: Dialect;
  /** Where the agent would be started. */
  readonly cwd: string;
  readonly activeFile?: string;
  readonly hierarchy: ResolvedHierarchy;
  /** What repeats and what contradicts each other among what loads; empty unless it was checked. */
  readonly notes: readonly EffectiveNote[];
  /** Markdown for people: each loaded block under its file, reason and tokens; then what does not load and why. */
  readonly document: string;
  /** What goes into a model's request: the loaded blocks, each framed with its path and kind. */
  readonly prompt: string;
}

/** Why a path is or is not part of the effective memory. */
export interface ExplainedMemory {
  readonly explanation: Explanation;
  /** The same as Markdown for people. */
  readonly document: string;
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
  /** A revision; HEAD unless told. */
  readonly until?: string;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface CaptureReport {
  readonly version: 1;
  readonly commits: number;
  /** New ones. */
  readonly proposed: readonly Proposal[];
  /** The same as other programs read it, and the proposals that a follow-up changed. */
  readonly proposals: readonly CapturedProposal[];
  /** Known before, rejected before, joined with another, or switched off. */
  readonly passedOver: number;
  /** Sentences, one for each thing that was stated together with what looks like a secret; the secret is not in them. */
  readonly refused: readonly string[];
  /** Sentences about commits that git could not give in full; what is known of them was looked at. */
  readonly problems: readonly string[];
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
  /** What a person does to memory files of any scope. */
  readonly edits: MemoryEdits;
  /** Whether accepted records still speak of code that is as it was. */
  readonly freshness: MemoryFreshness;
  /** What other programs did to memory files, after the fact. */
  readonly foreign: ForeignWrites;
  /** What happens in an editor besides commits. */
  readonly sources: WorkSources;

  outline(showing?: RecordShowing): Promise<readonly OutlineNode[]>;
  /** Every record that was ever accepted here, archived ones too, newest first. */
  timeline(): Promise<readonly TimelineRecord[]>;
  effective(activeFile?: string, filesRead?: readonly string[], dialect?: Dialect): Promise<EffectiveMemory>;
  /** What loads when an agent starts in the folder, without what would load on demand: git is not asked for that. */
  effectiveAtStart(): Promise<EffectiveMemory>;
  /** Short name of the branch that is checked out; undefined where none is, and without git. */
  branch(): Promise<string | undefined>;
  /** The same with what repeats and what contradicts each other; checks everything that loads. */
  checkedEffective(activeFile?: string, dialect?: Dialect): Promise<EffectiveMemory>;
  /** Why `path` (absolute; a directory, a file that is no memory, one that is not there) does or does not load. */
  explain(path: string, activeFile?: string, dialect?: Dialect): Promise<ExplainedMemory>;
  /** What a preview of a memory file shows beside its text; undefined for every other file. */
  preview(path: string): Promise<FilePreview | undefined>;
  records(): Promise<readonly MemoryRecord[]>;
  /** What waits for review on this branch; accepted records that arrived with a pull among them, as group `arrived`. */
  proposals(): Promise<readonly Proposal[]>;
  /** What accepting each of these (unless told, all that wait) would change: its record, what it replaces, its lines. */
  effects(proposals?: readonly Proposal[]): Promise<readonly ProposalEffect[]>;
  /** The commit a proposal was captured from, as `git show` prints it; `not-found` where this clone does not have it. */
  evidenceCommit(proposalId: string): Promise<Result<string, MemoryProblem>>;
  /** How whoever works in this clone is named as a source: `person:NAME <mail>`. */
  person(): Promise<string>;
  /** Records, proposals, entries and files of the resolved hierarchy that answer, the nearest first. */
  search(query: string, options?: SearchOptions): Promise<readonly SearchHit[]>;
  /** Files that stand where records or proposals stand and cannot be read as one: an edit went wrong. */
  unreadable(): Promise<readonly UnreadableRecord[]>;
  log(): Promise<readonly LedgerEntry[]>;
  /** What is wrong with the memory itself: every rule over all that loads here, the records and what is made of them. */
  check(): Promise<CheckReport>;
  /** Makes the index and the delivery file anew from the records; undefined where they are as they should be. */
  regenerate(): Promise<Result<LedgerEntry | undefined, MemoryProblem>>;

  /**
   * What a proposal supersedes goes to the archive with it, and one that is past already goes straight there. The
   * entry's `note` tells of text that somebody had written into the index or the delivery file, and where it is kept.
   */
  accept(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>>;
  /**
   * Replaces a proposal's text (its whole file); it stays proposed. `base`: the text that the edit began from; where
   * the file changed since, both changes are merged, or the answer is `conflict`.
   */
  edit(id: string, text: string, base?: string): Promise<Result<LedgerEntry, MemoryProblem>>;
  reject(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>>;
  /** Accepted records go to the archive: not indexed, not delivered, still found. The reason is the entry's note. */
  retire(ids: readonly string[], reason?: string): Promise<Result<LedgerEntry, MemoryProblem>>;
  /** What was rejected, retired or superseded, the newest first. */
  trash(): Promise<Result<readonly TrashItem[], MemoryProblem>>;
  /** What was archived becomes accepted again; what was rejected awaits review again. */
  restore(id: string): Promise<Result<LedgerEntry, MemoryProblem>>;
  /** The last operation of this user in this worktree, or the one named. */
  undo(entryId?: string): Promise<Result<LedgerEntry, MemoryProblem>>;
  propose(draft: RecordDraft): Promise<Result<Proposal, MemoryProblem>>;

  /**
   * Commits since `since` (a revision; default: what was not looked at yet, all history the first time). A dry run needs
   * no set-up and writes nothing at all. Cancelled it keeps what it found and goes on there the next time.
   */
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

/** A plan of one edit of memory files, and where it comes to stand. */
export interface EditPlan extends ChangePlan {
  /** The file that entries come to, or that is made. */
  readonly path: string;
  /** Zero-based lines of what was moved, in its new place. */
  readonly lines: readonly number[];
}

/**
 * Edits of hand-written memory files, each one ledger transaction that *undo* takes back to the byte. Refused with a
 * sentence: managed and generated files, records, Claude Code's own memory, files with unsaved edits, text that is
 * not UTF-8, secrets on their way into a shared file, what was changed meanwhile, Restricted Mode.
 */
export interface MemoryEdits {
  /** Where entries can be moved to: what is there and what could be. */
  places(): Promise<readonly MemoryPlace[]>;
  /** What stands on a line (zero-based) of a memory file. */
  pieceAtLine(path: string, line: number): Promise<Result<PieceName, MemoryProblem>>;
  planMove(pieces: readonly PieceAddress[], to: MoveTarget): Promise<Result<EditPlan, MemoryProblem>>;
  /** Takes entries and sections out of their files and puts them into the target, which is made where it is missing. */
  moveEntries(pieces: readonly PieceAddress[], to: MoveTarget): Promise<Result<LedgerEntry, MemoryProblem>>;
  planNewFile(request: NewFileRequest): Promise<Result<EditPlan, MemoryProblem>>;
  /** Makes a memory file that is not there; `conflict` with its path where it is. */
  createFile(request: NewFileRequest): Promise<Result<LedgerEntry, MemoryProblem>>;
  /** The record that a promotion would propose. */
  planPromotion(request: PromotionRequest): Promise<Result<RecordDraft, MemoryProblem>>;
  /** Proposes a record from Claude Code's auto memory, which stays untouched. */
  promote(request: PromotionRequest): Promise<Result<Proposal, MemoryProblem>>;
}
