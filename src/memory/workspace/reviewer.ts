import { basename, dirname } from 'node:path';
import type { Files } from '../../base/files.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { withDerivedFiles } from '../inbox/derived-files.ts';
import type { Places } from '../inbox/places.ts';
import type { Proposal } from '../inbox/proposal.ts';
import { planAccept, planEdit, planReject, type ReviewProblem } from '../inbox/review.ts';
import type { Ledger, ReadNow } from '../ledger/ledger.ts';
import type { FileChange, LedgerEntry, LedgerProblem, Operation } from '../ledger/operation.ts';
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
}

type Planned = Result<readonly FileChange[], ReviewProblem>;
/** What a plan refused, told apart from what the ledger could not do. */
interface Refused {
  readonly kind: 'refused';
  readonly problem: MemoryProblem;
}
type Done = Promise<Result<LedgerEntry, MemoryProblem>>;

/** Accept, edit, reject and undo, each one ledger transaction; the derived files follow in the same one. */
export class Reviewer {
  readonly #parts: ReviewerParts;

  constructor(parts: ReviewerParts) {
    this.#parts = parts;
  }

  accept(proposals: readonly Proposal[]): Done {
    const { files, places } = this.#parts;
    return this.#transact('accept', proposals, async (readNow) => {
      const planned = await planAccept(proposals, places, readNow);
      return planned.ok ? success(await withDerivedFiles(files, places, planned.value, readNow)) : planned;
    });
  }

  reject(proposals: readonly Proposal[]): Done {
    return this.#transact('reject', proposals, (readNow) => planReject(proposals, readNow));
  }

  /** The first of the proposals gets the text; there is one. */
  edit(proposals: readonly Proposal[], text: string): Done {
    return this.#transact('edit', proposals, (readNow) => planEdit(proposals, text, readNow));
  }

  /** Makes index and delivery file anew from the records, as every change of a record does. */
  async regenerate(): Promise<Result<LedgerEntry | undefined, MemoryProblem>> {
    const { files, ledger, places, who, worktree } = this.#parts;
    const plan = (readNow: ReadNow) => withDerivedFiles(files, places, [], readNow);
    const needed = await plan((path) => files.readFile(path).catch(() => null));
    if (needed.length === 0) return success(undefined);
    const subject = needed.map(({ path }) => basename(path));
    const operation: Operation = { action: 'regenerate', subject, who, worktree };
    const done = await ledger.transactWith<Refused>(operation, async (readNow) =>
      this.#refuseUnsaved(await plan(readNow)),
    );
    return done.ok ? done : failure(faceProblem(done.error));
  }

  /** Takes an operation back: record files exactly, index and delivery file made anew from what then stands. */
  async undo(entryId: string | undefined): Done {
    const { files, ledger, places, who, worktree } = this.#parts;
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
    const result = await ledger.undo<Refused>(entry.id, who, worktree, {
      isDerived: (path) => derives && (path === places.index || path === places.delivery),
      complete: async (changes, readNow) =>
        this.#refuseUnsaved(
          derives && touchesRecords(changes, places)
            ? await withDerivedFiles(files, places, changes, readNow)
            : changes,
        ),
    });
    return result.ok ? result : failure(faceProblem(result.error));
  }

  async #transact(
    action: Operation['action'],
    proposals: readonly Proposal[],
    plan: (readNow: ReadNow) => Promise<Planned>,
  ): Done {
    const { ledger, who, worktree } = this.#parts;
    const operation: Operation = { action, subject: proposals.map((proposal) => proposal.id), who, worktree };
    const result = await ledger.transactWith<Refused>(operation, async (readNow) => {
      const planned = await plan(readNow);
      return planned.ok
        ? this.#refuseUnsaved(planned.value)
        : failure({ kind: 'refused', problem: planned.error });
    });
    return result.ok ? result : failure(faceProblem(result.error));
  }

  /** The changes, unless one of them would go under a file that is open with unsaved edits. */
  async #refuseUnsaved(changes: readonly FileChange[]): Promise<Result<readonly FileChange[], Refused>> {
    for (const { path } of changes) {
      if (!(await this.#parts.unsavedFiles.isUnsaved(path))) continue;
      const message = 'A file this would change has unsaved edits. Save it, then try again.';
      return failure({ kind: 'refused', problem: { kind: 'unsaved', message, path } });
    }
    return success(changes);
  }
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
