import { ioProblem } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { Proposal } from '../inbox/proposal.ts';
import type { TrashItem } from '../inbox/trash.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { MemoryProblem } from './memory-problem.ts';
import type { WorkspaceChange } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { notSetUp, unknownProposal } from './problems.ts';
import { acceptProposals, notEditable, rejectProposals } from './review-arrived.ts';
import type { Reviewer } from './reviewer.ts';

type Done = Promise<Result<LedgerEntry, MemoryProblem>>;

export interface MemoryReviewParts {
  readonly open: OpenProject;
  /** What waits now. */
  readonly proposals: () => Promise<readonly Proposal[]>;
  readonly onChanged: (...changes: readonly WorkspaceChange[]) => Promise<void>;
}

/** What a person decides about proposals and records, by id: each one ledger transaction, told to those who listen. */
export class MemoryReview {
  readonly #open: OpenProject;
  readonly #proposals: MemoryReviewParts['proposals'];
  readonly #onChanged: MemoryReviewParts['onChanged'];

  constructor({ open, proposals, onChanged }: MemoryReviewParts) {
    this.#open = open;
    this.#proposals = proposals;
    this.#onChanged = onChanged;
  }

  accept(ids: readonly string[]): Done {
    return this.#review(ids, (reviewer, proposals) => acceptProposals(this.#open, reviewer, proposals));
  }

  reject(ids: readonly string[]): Done {
    return this.#review(ids, rejectProposals);
  }

  edit(id: string, text: string, base?: string): Done {
    return this.#review(
      [id],
      async (reviewer, proposals) => notEditable(proposals) ?? reviewer.edit(proposals, text, base),
    );
  }

  async retire(ids: readonly string[], reason?: string): Done {
    if (ids.length === 0) return failure(nothingToRetire);
    return this.#withReviewer((reviewer) => reviewer.retire(ids, reason));
  }

  restore(id: string): Done {
    return this.#withReviewer((reviewer) => reviewer.restore(id));
  }

  async trash(): Promise<Result<readonly TrashItem[], MemoryProblem>> {
    const reviewer = await this.#open.reviewer();
    if (!reviewer.ok) return reviewer;
    return reviewer.value
      .trash()
      .then(success, (error: unknown) => failure(ioProblem(error, 'read what was put away')));
  }

  async undo(entryId: string | undefined): Done {
    const reviewer = await this.#open.reviewer();
    if (!reviewer.ok) return reviewer;
    const done = await reviewer.value.undo(entryId);
    if (done.ok) await this.#onChanged('project', 'records', 'inbox');
    return done;
  }

  async regenerate(): Promise<Result<LedgerEntry | undefined, MemoryProblem>> {
    if (this.#open.project.isSetUp === 'no') return failure(notSetUp);
    const reviewer = await this.#open.reviewer();
    const done = reviewer.ok ? await reviewer.value.regenerate() : reviewer;
    if (done.ok && done.value !== undefined) await this.#onChanged('records');
    return done;
  }

  async #review(
    ids: readonly string[],
    act: (reviewer: Reviewer, proposals: readonly Proposal[]) => Done,
  ): Done {
    const closed = this.#open.closed();
    if (closed !== undefined) return closed;
    const known = new Map((await this.#proposals()).map((proposal) => [proposal.id, proposal]));
    const missing = ids.find((id) => !known.has(id));
    if (missing !== undefined || ids.length === 0) return unknownProposal(missing ?? 'of that name');
    const proposals = ids.flatMap((id) => known.get(id) ?? []);
    return this.#withReviewer((reviewer) => act(reviewer, proposals));
  }

  async #withReviewer(act: (reviewer: Reviewer) => Done): Done {
    const closed = this.#open.closed();
    if (closed !== undefined) return closed;
    const reviewer = await this.#open.reviewer();
    const done = reviewer.ok ? await act(reviewer.value) : reviewer;
    if (done.ok) await this.#onChanged('records', 'inbox');
    return done;
  }
}

const nothingToRetire: MemoryProblem = { kind: 'invalid', message: 'Say which records to retire.' };
