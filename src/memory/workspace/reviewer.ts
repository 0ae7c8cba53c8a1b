import { basename, dirname } from 'node:path';
import { readIfThere } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { ioProblem } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { planAccept } from '../inbox/accept.ts';
import { withDerivedFiles } from '../inbox/derived-files.ts';
import { type Places, placesAt } from '../inbox/places.ts';
import type { Proposal } from '../inbox/proposal.ts';
import type { Planned } from '../inbox/record-bytes.ts';
import type { RecordFile } from '../inbox/record-files.ts';
import { planRestore, planRetire } from '../inbox/retire.ts';
import { planEdit, planReject } from '../inbox/review.ts';
import { readStandingRecords, type StandingRecords } from '../inbox/standing-records.ts';
import { readTrash, type TrashItem } from '../inbox/trash.ts';
import { withoutSecrets } from '../inbox/without-secrets.ts';
import type { Ledger, ReadNow } from '../ledger/ledger.ts';
import type {
  FileChange,
  LedgerEntry,
  LedgerProblem,
  Operation,
  PlannedChanges,
} from '../ledger/operation.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import { ledgerProblem } from './problems.ts';
import type { UnsavedFiles } from './unsaved-files.ts';

export interface ReviewerParts {
  readonly files: Files;
  readonly ledger: Ledger;
  readonly places: Places;
  readonly unsavedFiles: UnsavedFiles;
  /** Who is named in the ledger. */
  readonly who: string;
  readonly worktree: string;
  /** What a merge left that has one right answer; nothing unless told. */
  readonly settleMerge?: (readNow: ReadNow) => Promise<readonly FileChange[]>;
}

/** What a plan refused, told apart from what the ledger could not do. */
interface Refused {
  readonly kind: 'refused';
  readonly problem: MemoryProblem;
}
type Done = Promise<Result<LedgerEntry, MemoryProblem>>;
type Act = Pick<Operation, 'action' | 'subject' | 'note'>;

/**
 * Accept, edit, reject, retire, restore and undo, each one ledger transaction; the derived files follow in the same
 * one. Where they held text of somebody's hand, the entry's note says where it is kept.
 */
export class Reviewer {
  readonly #parts: ReviewerParts;

  constructor(parts: ReviewerParts) {
    this.#parts = parts;
  }

  accept(proposals: readonly Proposal[]): Done {
    const { files, places } = this.#parts;
    return this.#change({ action: 'accept', subject: idsOf(proposals) }, async (readNow, standing) =>
      withoutSecrets(await planAccept(proposals, { files, places, readNow, standing })),
    );
  }

  reject(proposals: readonly Proposal[]): Done {
    return this.#transact({ action: 'reject', subject: idsOf(proposals) }, async (readNow) =>
      planReject(proposals, this.#parts.places, readNow),
    );
  }

  /** The first of the proposals gets the text; there is one. `base`: the text that the edit began from. */
  edit(proposals: readonly Proposal[], text: string, base?: string): Done {
    return this.#transact({ action: 'edit', subject: idsOf(proposals) }, async (readNow) =>
      withoutSecrets(await planEdit(proposals, text, base, readNow)),
    );
  }

  retire(ids: readonly string[], reason?: string): Done {
    const { places } = this.#parts;
    const note = reason === undefined || reason.trim() === '' ? {} : { note: reason.trim() };
    return this.#change({ action: 'retire', subject: ids, ...note }, (readNow, standing) =>
      planRetire(ids, standing, places, readNow),
    );
  }

  restore(id: string): Done {
    const { ledger, places } = this.#parts;
    return this.#change({ action: 'restore', subject: [id] }, (readNow, standing) =>
      planRestore(id, ledger, standing, places, readNow),
    );
  }

  /** What was put away and can be restored, the newest first. Rejects with Node's errors. */
  async trash(): Promise<readonly TrashItem[]> {
    const { files, ledger, places } = this.#parts;
    return readTrash(ledger, await readStandingRecords(files, places));
  }

  /** Makes index and delivery file anew from the records, as every change of a record does; settles what a merge left. */
  async regenerate(): Promise<Result<LedgerEntry | undefined, MemoryProblem>> {
    const { files, ledger, places, who, worktree } = this.#parts;
    const settle = this.#parts.settleMerge ?? (async () => []);
    const plan = async (readNow: ReadNow) => this.#derived(await settle(readNow), places, readNow);
    const needed = await plan((path) => readIfThere(files, path)).catch((error: unknown) =>
      ioProblem(error, 'read the records'),
    );
    if ('kind' in needed) return failure(needed);
    if (needed.changes.length === 0) return success(undefined);
    const subject = needed.changes.map(({ path }) => basename(path));
    const operation: Operation = { action: 'regenerate', subject, who, worktree };
    const done = await ledger.transactWith<Refused>(operation, async (readNow) =>
      this.#refuseUnsaved(await plan(readNow)),
    );
    return done.ok ? done : failure(faceProblem(done.error));
  }

  /** Takes an operation back: record files exactly, index and delivery file made anew from what then stands. */
  async undo(entryId: string | undefined): Done {
    const { ledger, who, worktree } = this.#parts;
    const entries = await ledger.entries();
    const wanted = entryId ?? (await ledger.lastUndoable(who, worktree))?.id;
    const entry = entries.find((candidate) => candidate.id === wanted);
    if (entry === undefined) {
      return failure({
        kind: 'not-found',
        message: 'There is no memory change of yours in this worktree to undo.',
      });
    }
    const derives = !isAboutDerivedFiles(entries, entry);
    const places = await this.#placesOf(entry);
    const result = await ledger.undo<Refused>(entry.id, who, worktree, {
      isDerived: (path) => derives && (path === places.index || path === places.delivery),
      complete: async (changes, readNow) =>
        this.#refuseUnsaved(
          derives && touchesRecords(changes, places)
            ? await this.#derived(changes, places, readNow)
            : { changes },
        ),
    });
    return result.ok ? result : failure(faceProblem(result.error));
  }

  /** An operation of another worktree is taken back there, unless that one is gone: then its folder was moved here. */
  async #placesOf(entry: LedgerEntry): Promise<Places> {
    const { files, places, worktree } = this.#parts;
    if (entry.root === worktree) return places;
    const status = await files.status(entry.root).catch(() => undefined);
    return status?.kind === 'directory' ? placesAt(places, worktree, entry.root) : places;
  }

  #derived(
    changes: readonly FileChange[],
    places: Places,
    readNow: ReadNow,
    standing?: readonly RecordFile[],
  ): Promise<PlannedChanges> {
    const { files, ledger } = this.#parts;
    return withDerivedFiles({ files, places, readNow, kept: ledger }, changes, standing);
  }

  /** A transaction that may touch records: index and delivery file follow. */
  #change(act: Act, plan: (readNow: ReadNow, standing: StandingRecords) => Promise<Planned>): Done {
    const { files, places } = this.#parts;
    return this.#transact(act, async (readNow) => {
      const standing = await readStandingRecords(files, places);
      const planned = await plan(readNow, standing);
      if (!planned.ok || !touchesRecords(planned.value, places)) return planned;
      return success(await this.#derived(planned.value, places, readNow, standing.memoryFiles));
    });
  }

  async #transact(
    act: Act,
    plan: (readNow: ReadNow) => Promise<Result<readonly FileChange[] | PlannedChanges, MemoryProblem>>,
  ): Done {
    const { ledger, who, worktree } = this.#parts;
    const result = await ledger.transactWith<Refused>({ ...act, who, worktree }, async (readNow) => {
      const planned = await plan(readNow);
      if (!planned.ok) return failure({ kind: 'refused', problem: planned.error });
      return this.#refuseUnsaved('changes' in planned.value ? planned.value : { changes: planned.value });
    });
    return result.ok ? result : failure(faceProblem(result.error));
  }

  /** The changes, unless one of them would go under a file that is open with unsaved edits. */
  async #refuseUnsaved(planned: PlannedChanges): Promise<Result<PlannedChanges, Refused>> {
    for (const { path } of planned.changes) {
      if (!(await this.#parts.unsavedFiles.isUnsaved(path))) continue;
      const message = 'A file this would change has unsaved edits. Save it, then try again.';
      return failure({ kind: 'refused', problem: { kind: 'unsaved', message, path } });
    }
    return success(planned);
  }
}

function idsOf(proposals: readonly Proposal[]): readonly string[] {
  return proposals.map((proposal) => proposal.id);
}

/** Index and delivery file follow records; a move between memory files, or a proposal, is none of theirs. */
function touchesRecords(changes: readonly FileChange[], places: Places): boolean {
  return changes.some(({ path }) => dirname(path) === places.memory);
}

/** Operations on the derived files themselves, and taking one of these back: their bytes are restored as they were. */
function isAboutDerivedFiles(entries: readonly LedgerEntry[], entry: LedgerEntry): boolean {
  if (entry.action === 'set-up' || entry.action === 'remove' || entry.action === 'regenerate') return true;
  const undone = entries.find((candidate) => candidate.id === entry.undoes);
  return undone !== undefined && isAboutDerivedFiles(entries, undone);
}

function faceProblem(problem: LedgerProblem | Refused): MemoryProblem {
  return problem.kind === 'refused' ? problem.problem : ledgerProblem(problem);
}
