import { dirname, join } from 'node:path';
import { readIfThere } from '../../base/atomic-write.ts';
import { ioProblem } from '../../base/io-problem.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { unifiedDiff } from '../../base/text-diff.ts';
import { readRecordFiles } from '../inbox/record-files.ts';
import type { FileChange, LedgerEntry } from '../ledger/operation.ts';
import { type ProjectPolicies, saveProjectPolicies } from '../project/project-policies.ts';
import { type CapturePolicy, varveHome } from '../project/settings.ts';
import { planRemovalChanges } from '../set-up/plan-removal.ts';
import { planSetUpChanges } from '../set-up/plan-set-up.ts';
import { type SetUpPlaces, setUpTargets } from '../set-up/set-up-places.ts';
import type { ChangePlan, MemoryProblem, SetUpOptions } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { personSource } from './person.ts';
import { ledgerProblem, projectProblem } from './problems.ts';

/** What a plan that was shown will write, to the byte: the plan itself holds text for people. */
interface ExactPlan {
  readonly action: 'set-up' | 'remove';
  readonly changes: readonly FileChange[];
  readonly directories: readonly string[];
  readonly capture: CapturePolicy | undefined;
}

/** Set-up and removal: a plan first, shown as a diff; then exactly that plan, as one ledger transaction. */
export class SetUpPlanner {
  readonly #open: OpenProject;
  readonly #exact = new WeakMap<ChangePlan, ExactPlan>();

  constructor(open: OpenProject) {
    this.#open = open;
  }

  async planSetUp(options: SetUpOptions): Promise<Result<ChangePlan, MemoryProblem>> {
    try {
      const places = this.#places();
      const { snapshot, realPaths } = await this.#snapshot(setUpTargets(places));
      const { files } = this.#open.surroundings;
      const records = (await readRecordFiles(files, join(this.#baseOf(options.place), 'memory'))).records;
      const planned = planSetUpChanges({
        places,
        snapshot,
        realPaths,
        options,
        projectId: this.#open.project.id,
        records: records.map((file) => file.record),
      });
      if (!planned.ok) return failure(planned.error);
      const exact = { action: 'set-up', directories: [], capture: options.capture } as const;
      return success(this.#shown(planned.value, { ...exact, changes: planned.value.changes }));
    } catch (error) {
      return failure(ioProblem(error, 'read what set-up would change'));
    }
  }

  async planRemoval(): Promise<Result<ChangePlan, MemoryProblem>> {
    try {
      const places = this.#places();
      const place = this.#open.project.isSetUp === 'private' ? 'private' : 'repository';
      const own = place === 'repository' ? await this.#filesBelow(join(places.root, '.varve')) : [];
      const { snapshot, realPaths } = await this.#snapshot([...setUpTargets(places), ...own]);
      const planned = planRemovalChanges({ places, snapshot, realPaths, place });
      const { changes, directories } = planned;
      return success(this.#shown(planned, { action: 'remove', changes, directories, capture: undefined }));
    } catch (error) {
      return failure(ioProblem(error, 'read what removal would change'));
    }
  }

  /** Writes the plan; `changed-meanwhile` when a file is no longer as it was when the plan was shown. */
  async apply(plan: ChangePlan): Promise<Result<LedgerEntry, MemoryProblem>> {
    const exact = this.#exact.get(plan);
    if (exact === undefined)
      return failure({ kind: 'invalid', message: 'This plan is not from here. Make it again.' });
    const unsaved = await this.#unsaved(exact.changes);
    if (unsaved !== undefined) return failure(unsaved);
    const prepared = await this.#open.prepare();
    if (!prepared.ok) return prepared;
    const ledger = await this.#open.ledger();
    if (!ledger.ok) return ledger;
    const { worktree, root } = this.#open.project;
    const operation = {
      action: exact.action,
      subject: [root],
      who: personSource(await this.#open.owner()),
      worktree,
    };
    const done = await ledger.value.transact(operation, exact.changes);
    if (!done.ok) return failure(ledgerProblem(done.error));
    await this.#removeEmptied(exact.directories);
    const remembered = await this.#remember(exact.capture);
    return remembered.ok ? done : remembered;
  }

  #places(): SetUpPlaces {
    const { root, stateDirectory, commonDirectory } = this.#open.project;
    const exclude =
      commonDirectory === undefined ? {} : { exclude: join(commonDirectory, 'info', 'exclude') };
    return { root, state: stateDirectory, ...exclude };
  }

  #baseOf(place: SetUpOptions['place']): string {
    return place === 'repository'
      ? join(this.#open.project.root, '.varve')
      : this.#open.project.stateDirectory;
  }

  async #snapshot(paths: readonly string[]) {
    const { files } = this.#open.surroundings;
    const snapshot = new Map<string, Uint8Array | null>();
    const realPaths = new Map<string, string>();
    for (const path of new Set(paths)) {
      snapshot.set(path, await readIfThere(files, path));
      if ((await files.linkStatus(path))?.kind !== 'link') continue;
      realPaths.set(path, await files.realPath(path).catch(() => path));
    }
    return { snapshot, realPaths };
  }

  async #filesBelow(directory: string): Promise<readonly string[]> {
    const { files } = this.#open.surroundings;
    const entries = await files.readDirectory(directory).catch(() => []);
    const found = entries.map((entry) => {
      const path = join(directory, entry.name);
      return entry.kind === 'directory' ? this.#filesBelow(path) : Promise.resolve([path]);
    });
    return (await Promise.all(found)).flat();
  }

  #shown(plan: { readonly title: string; readonly notes: readonly string[] }, exact: ExactPlan): ChangePlan {
    const changes = exact.changes.map((change) => ({
      path: change.path,
      before: change.before === null ? undefined : decode(change.before),
      after: change.after === null ? undefined : decode(change.after),
    }));
    const diff = changes
      .map((change) => unifiedDiff(this.#label(change.path), change.before ?? '', change.after ?? ''))
      .join('');
    const shown: ChangePlan = { title: plan.title, notes: plan.notes, changes, diff };
    this.#exact.set(shown, exact);
    return shown;
  }

  #label(path: string): string {
    const { root } = this.#open.project;
    return path.startsWith(root) ? path.slice(root.length + 1) : path;
  }

  async #unsaved(changes: readonly FileChange[]): Promise<MemoryProblem | undefined> {
    for (const { path } of changes) {
      if (!(await this.#open.surroundings.unsavedFiles.isUnsaved(path))) continue;
      return {
        kind: 'unsaved',
        message: 'A file this would change has unsaved edits. Save it, then try again.',
        path,
      };
    }
    return undefined;
  }

  /** Directories that only Varve filled go with their last file; one that holds something else stays. */
  async #removeEmptied(directories: readonly string[]): Promise<void> {
    const { files } = this.#open.surroundings;
    for (const directory of directories) {
      const removed = await files.removeDirectory(directory).then(
        () => true,
        () => false,
      );
      if (removed) await files.syncDirectory(dirname(directory)).catch(() => undefined);
    }
  }

  async #remember(capture: CapturePolicy | undefined): Promise<Result<void, MemoryProblem>> {
    const { files, clock, environment, homeDirectory } = this.#open.surroundings;
    const parts = { files, clock, owner: await currentOwner(), home: varveHome(environment, homeDirectory) };
    const policies: ProjectPolicies = capture === undefined ? {} : { capture };
    const saved = await saveProjectPolicies(parts, this.#open.project.stateDirectory, policies);
    return saved.ok ? saved : failure(projectProblem(saved.error));
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
