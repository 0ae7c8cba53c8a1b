import { join } from 'node:path';
import type { Event } from '../../base/event.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { CheckReport } from '../check/check-problem.ts';
import type { Dialect, HierarchyReading } from '../hierarchy/hierarchy.ts';
import type { ReaderSurvey } from '../hierarchy/readers.ts';
import type { Proposal } from '../inbox/proposal.ts';
import { readRecordFiles, type UnreadableRecord } from '../inbox/record-files.ts';
import type { TrashItem } from '../inbox/trash.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import { buildOutline } from '../outline/build-outline.ts';
import type { OutlineNode } from '../outline/outline.ts';
import type { RecordShowing } from '../outline/record-nodes.ts';
import { branchOf } from '../project/repository-place.ts';
import type { MemoryRecord } from '../record/record.ts';
import type { SearchHit, SearchOptions } from '../search/search.ts';
import { readKeptRecords } from '../timeline/read-kept-records.ts';
import { type TimelineRecord, timelineOf } from '../timeline/timeline.ts';
import { capturePolicy } from './capture-policy.ts';
import { draftProposal } from './draft-proposal.ts';
import {
  type EffectivePlace,
  effectiveOf,
  explainEffective,
  previewEffective,
  readEffective,
} from './effective-view.ts';
import { MemoryEditor } from './entry-edit.ts';
import { evidenceCommit } from './evidence-commit.ts';
import type { FilePreview } from './file-preview.ts';
import { followedFiles } from './followed-files.ts';
import { ForeignMemory } from './foreign-memory.ts';
import type { ForeignWrites } from './foreign-writes.ts';
import type { HierarchyView } from './hierarchy-view.ts';
import { LiveHierarchy } from './live-hierarchy.ts';
import { MemoryReview } from './memory-review.ts';
import { MemorySearch } from './memory-search.ts';
import type {
  CaptureOptions,
  CaptureReport,
  ChangePlan,
  EffectiveMemory,
  ExplainedMemory,
  MemoryEdits,
  MemoryProblem,
  MemoryWorkspace,
  RecordDraft,
  SetUpOptions,
  WorkspaceChange,
} from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { personSource } from './person.ts';
import { notSetUp, restricted, unknownProposal } from './problems.ts';
import { projectSources } from './project-sources.ts';
import { type ProposalEffect, proposalEffects } from './proposal-effects.ts';
import { RecordFreshness } from './record-freshness.ts';
import { readSessionNotes } from './session-notes.ts';
import { SetUpPlanner } from './set-up-planner.ts';
import { untouchedLedger } from './untouched-ledger.ts';
import { WaitingProposals } from './waiting-proposals.ts';
import { hierarchyPaths } from './watched-paths.ts';
import type { WorkSources } from './work-sources.ts';

type Done = Promise<Result<LedgerEntry, MemoryProblem>>;

/**
 * The facade over one project on disk; {@link MemoryWorkspace} says what each method promises. Capture and check are
 * loaded when they are called: what begins a run, or shows a tree, needs neither.
 */
export class ProjectWorkspace implements MemoryWorkspace {
  readonly #open: OpenProject;
  readonly #live: LiveHierarchy;
  readonly onDidChange: Event<WorkspaceChange>;
  readonly edits: MemoryEdits;
  readonly freshness: RecordFreshness;
  readonly foreign: ForeignWrites;
  readonly sources: WorkSources;
  readonly #planner: SetUpPlanner;
  readonly #search: MemorySearch;
  readonly #waiting: WaitingProposals;
  readonly #review: MemoryReview;
  /** Set-up or removal make another view, which is then followed in its turn. */
  #followed: HierarchyView | undefined;

  constructor(open: OpenProject) {
    this.#open = open;
    this.#live = new LiveHierarchy(open);
    this.onDidChange = this.#live.onDidChange;
    this.#planner = new SetUpPlanner(open);
    this.#waiting = new WaitingProposals(open, (evidence) => this.freshness.stand(evidence));
    this.#search = new MemorySearch(open, async () => this.#hierarchy.start());
    this.onDidChange(() => this.#search.forget());
    this.freshness = new RecordFreshness(open, () => this.#live.changed('records'));
    this.edits = new MemoryEditor({
      open,
      hierarchy: async () => (await this.#hierarchy.start()).hierarchy,
      onWritten: (paths) => this.#live.written(paths),
      onProposed: (id) => this.#proposed(id),
    });
    this.#review = new MemoryReview({
      open,
      proposals: () => this.proposals(),
      onChanged: (...changes) => this.#live.changed(...changes),
    });
    this.sources = projectSources({ open, onProposed: (id) => this.#proposed(id) });
    this.foreign = new ForeignMemory({
      open,
      memoryFiles: async () => {
        const { reading, survey } = await this.#lookAround();
        return followedFiles(reading, survey);
      },
      onChanged: () => this.#live.changed('inbox'),
      onWritten: (paths) => this.#live.written(paths),
    });
  }

  get #hierarchy(): HierarchyView {
    return this.#live.view;
  }

  get root(): string {
    return this.#open.project.root;
  }

  get folder(): string {
    return this.#open.project.folder;
  }

  get name(): string {
    return this.#open.project.name;
  }

  get setUpState(): MemoryWorkspace['setUpState'] {
    return this.#open.project.isSetUp;
  }

  get stateDirectory(): string {
    return this.#open.project.stateDirectory;
  }

  get sessionsDirectory(): string {
    return join(this.#open.project.stateDirectory, 'sessions');
  }

  get #effectivePlace(): EffectivePlace {
    const { homeDirectory, files } = this.#open.surroundings;
    const realPath = (path: string) => files.realPath(path).catch(() => undefined);
    return { cwd: this.folder, root: this.root, homeDirectory, realPath };
  }

  get readOnlyReason(): string | undefined {
    return this.#open.surroundings.trusted ? this.#open.project.readOnly : restricted().error.message;
  }

  async outline(showing: RecordShowing = {}): Promise<readonly OutlineNode[]> {
    const { homeDirectory, files } = this.#open.surroundings;
    const [{ reading, survey }, records, notes] = await Promise.all([
      this.#lookAround(),
      this.timeline(),
      readSessionNotes(files, this.sessionsDirectory),
    ]);
    return buildOutline({ ...reading, ...survey, records, notes, showing, root: this.folder, homeDirectory });
  }

  async timeline(): Promise<readonly TimelineRecord[]> {
    return timelineOf(await readKeptRecords(this.#open.surroundings.files, this.#open.places));
  }

  async effective(
    activeFile?: string,
    filesRead: readonly string[] = [],
    dialect?: Dialect,
  ): Promise<EffectiveMemory> {
    this.#followFromNowOn();
    return readEffective(this.#hierarchy, this.#effectivePlace, { activeFile, filesRead, dialect });
  }

  async effectiveAtStart(): Promise<EffectiveMemory> {
    return effectiveOf(await this.#hierarchy.atStart(), this.#effectivePlace, { dialect: 'claude-code' }, []);
  }

  async branch(): Promise<string | undefined> {
    return branchOf(this.#open.surroundings.files, this.#open.git(), this.#open.project.gitDirectory);
  }

  async checkedEffective(activeFile?: string, dialect?: Dialect): Promise<EffectiveMemory> {
    const check = () => this.check();
    this.#followFromNowOn();
    return readEffective(this.#hierarchy, this.#effectivePlace, { activeFile, dialect }, check);
  }

  async explain(path: string, activeFile?: string, dialect?: Dialect): Promise<ExplainedMemory> {
    this.#followFromNowOn();
    return explainEffective(this.#hierarchy, this.#effectivePlace, path, { activeFile, dialect });
  }

  async preview(path: string): Promise<FilePreview | undefined> {
    this.#followFromNowOn();
    return previewEffective(this.#hierarchy, this.#effectivePlace, path);
  }

  async records(): Promise<readonly MemoryRecord[]> {
    const found = await readRecordFiles(this.#open.surroundings.files, this.#open.places.memory);
    return found.records.map((file) => file.record);
  }

  async proposals(): Promise<readonly Proposal[]> {
    return this.#waiting.list();
  }

  async effects(proposals?: readonly Proposal[]): Promise<readonly ProposalEffect[]> {
    const { surroundings, places } = this.#open;
    return proposalEffects(surroundings.files, places, proposals ?? (await this.proposals()));
  }

  async evidenceCommit(proposalId: string): Promise<Result<string, MemoryProblem>> {
    const proposal = (await this.proposals()).find(({ id }) => id === proposalId);
    return proposal === undefined ? unknownProposal(proposalId) : evidenceCommit(this.#open.git(), proposal);
  }

  async person(): Promise<string> {
    return personSource(await this.#open.owner());
  }

  search(query: string, options: SearchOptions = {}): Promise<readonly SearchHit[]> {
    // Where nothing is watched nobody tells of a change.
    if (!this.#live.isWatched) this.#search.forget();
    this.#followFromNowOn();
    return this.#search.search(query, options);
  }

  async unreadable(): Promise<readonly UnreadableRecord[]> {
    const { memory, proposed, machineInbox } = this.#open.places;
    const found = [memory, proposed, machineInbox].map((place) =>
      readRecordFiles(this.#open.surroundings.files, place),
    );
    return (await Promise.all(found)).flatMap((files) => files.unreadable);
  }

  async log(): Promise<readonly LedgerEntry[]> {
    const ledger = await this.#open.ledger();
    return ledger.ok ? ledger.value.entries() : [];
  }

  async check(): Promise<CheckReport> {
    this.#followFromNowOn();
    const freshness = await this.freshness.look();
    const { runCheck } = await import('./run-check.ts');
    return runCheck(this.#open, await this.#hierarchy.start(), await this.unreadable(), freshness);
  }

  regenerate(): Promise<Result<LedgerEntry | undefined, MemoryProblem>> {
    return this.#review.regenerate();
  }

  accept(ids: readonly string[]): Done {
    return this.#review.accept(ids);
  }

  reject(ids: readonly string[]): Done {
    return this.#review.reject(ids);
  }

  edit(id: string, text: string, base?: string): Done {
    return this.#review.edit(id, text, base);
  }

  retire(ids: readonly string[], reason?: string): Done {
    return this.#review.retire(ids, reason);
  }

  restore(id: string): Done {
    return this.#review.restore(id);
  }

  trash(): Promise<Result<readonly TrashItem[], MemoryProblem>> {
    return this.#review.trash();
  }

  undo(entryId?: string): Done {
    return this.#review.undo(entryId);
  }

  async propose(draft: RecordDraft): Promise<Result<Proposal, MemoryProblem>> {
    const id = await draftProposal(this.#open, draft);
    return id.ok ? this.#proposed(id.value) : id;
  }

  async capture(options: CaptureOptions = {}): Promise<Result<CaptureReport, MemoryProblem>> {
    if (this.setUpState === 'no' && options.dryRun !== true) return failure(notSetUp);
    const git = this.#open.git();
    if (git === undefined) return this.#open.closed() ?? failure(noRepository);
    const ledger = options.dryRun === true ? await untouchedLedger(this.#open) : await this.#open.ledger();
    if (!ledger.ok) return ledger;
    const { places, project } = this.#open;
    const { captureHistory } = await import('./capture-history.ts');
    const captured = await captureHistory(
      {
        files: this.#open.surroundings.files,
        git,
        ledger: ledger.value,
        places,
        owner: await this.#open.owner(),
        worktree: project.worktree,
        runTimes: await this.#open.surroundings.runTimes(this.sessionsDirectory),
        policy: await capturePolicy(this.#open),
        codeReader: this.#open.codeReader(),
        markPath: join(project.stateDirectory, 'cache', 'capture.json'),
      },
      options,
    );
    if (!captured.ok) return captured;
    const { acceptAtOnce, report } = captured.value;
    if (report.proposals.length > 0 && options.dryRun !== true) await this.#live.changed('inbox');
    const accepted = acceptAtOnce.length === 0 ? undefined : await this.accept(acceptAtOnce);
    return accepted === undefined || accepted.ok ? success(report) : accepted;
  }

  async planSetUp(options: SetUpOptions): Promise<Result<ChangePlan, MemoryProblem>> {
    return this.#open.closed() ?? this.#planner.planSetUp(options);
  }

  async planRemoval(): Promise<Result<ChangePlan, MemoryProblem>> {
    if (this.setUpState === 'no') return failure(notSetUp);
    return this.#open.closed() ?? this.#planner.planRemoval();
  }

  async apply(plan: ChangePlan): Done {
    const done = await this.#planner.apply(plan);
    if (done.ok) await this.#live.changed('project', 'records', 'inbox');
    return done;
  }

  async ensureState(): Promise<Result<void, MemoryProblem>> {
    const closed = this.#open.closed();
    if (closed !== undefined) return closed;
    const prepared = await this.#open.prepare();
    return prepared.ok ? success(undefined) : prepared;
  }

  watch(): void {
    if (this.#live.isWatched) return;
    this.#live.watch();
  }

  notice(path: string): void {
    this.#live.notice(path);
  }

  dispose(): void {
    this.#live.dispose();
  }

  /** Before somebody looks nothing of the hierarchy is read, also where the project's own places are watched. */
  #followFromNowOn(): void {
    const view = this.#hierarchy;
    if (this.#followed === view || !this.#live.isWatched) return;
    this.#followed = view;
    void this.#lookAround().catch(this.#live.onError);
  }

  /** What loads here and who reads it, followed from then on. */
  async #lookAround(): Promise<{ readonly reading: HierarchyReading; readonly survey: ReaderSurvey }> {
    const view = this.#hierarchy;
    const reading = await view.lookAgain();
    const survey = await view.survey(reading);
    await this.#live.follow([...new Set([...hierarchyPaths(reading.hierarchy), ...survey.watch])]);
    return { reading, survey };
  }

  async #proposed(id: string): Promise<Result<Proposal, MemoryProblem>> {
    await this.#live.changed('inbox');
    const proposal = (await this.proposals()).find((one) => one.id === id);
    return proposal === undefined ? unknownProposal(id) : success(proposal);
  }
}

const noRepository: MemoryProblem = {
  kind: 'no-git',
  message: 'There is no git repository here, so there are no commits to save decisions from.',
};
