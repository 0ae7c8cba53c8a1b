import { ioProblem } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { unifiedDiff } from '../../base/text-diff.ts';
import { type PieceName, pieceNameAtLine } from '../file/pieces.ts';
import type { ResolvedHierarchy } from '../hierarchy/hierarchy.ts';
import type { Proposal } from '../inbox/proposal.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange, LedgerEntry, Operation } from '../ledger/operation.ts';
import { plainScalar } from '../record/safe-text.ts';
import { planNewFile } from './create-memory-file.ts';
import { draftProposal } from './draft-proposal.ts';
import { type EditContext, readForEdit, shown } from './edit-context.ts';
import type {
  MemoryPlace,
  MoveTarget,
  NewFileRequest,
  PieceAddress,
  PromotionRequest,
} from './edit-requests.ts';
import { memoryPlaces } from './memory-places.ts';
import type { EditPlan, MemoryEdits, MemoryProblem, RecordDraft } from './memory-workspace.ts';
import { planMove } from './move-entry.ts';
import { readerOf } from './new-file.ts';
import type { OpenProject } from './open-project.ts';
import { personSource } from './person.ts';
import { ledgerProblem } from './problems.ts';
import { draftPromotion } from './promote-memory.ts';
import { promotedBefore } from './promoted-before.ts';

export interface MemoryEditorParts {
  readonly open: OpenProject;
  /** What loads now. */
  readonly hierarchy: () => Promise<ResolvedHierarchy>;
  /** Called with the files that were written. */
  readonly onWritten: (paths: readonly string[]) => Promise<void>;
  /** A draft was kept as a proposal; answers it. */
  readonly onProposed: (id: string) => Promise<Result<Proposal, MemoryProblem>>;
}

/** What one edit will write, planned from what stands at the time it is asked. */
interface Planned {
  readonly path: string;
  readonly lines: readonly number[];
  readonly changes: readonly FileChange[];
  readonly notes: readonly string[];
  readonly title: string;
  /** Paths as a person names them. */
  readonly subject: readonly string[];
}

type Plan = (context: EditContext, readNow: ReadNow) => Promise<Result<Planned, MemoryProblem>>;

/** Moves, makes and promotes, each one ledger transaction; {@link MemoryEdits} says what each method promises. */
export class MemoryEditor implements MemoryEdits {
  readonly #parts: MemoryEditorParts;

  constructor(parts: MemoryEditorParts) {
    this.#parts = parts;
  }

  async places(): Promise<readonly MemoryPlace[]> {
    return memoryPlaces(await this.#context());
  }

  async pieceAtLine(path: string, line: number): Promise<Result<PieceName, MemoryProblem>> {
    const context = await this.#context();
    const read = await readForEdit(context, path, readerOf(context));
    if (!read.ok) return read;
    const name = pieceNameAtLine(read.value.file, line);
    if (name !== undefined) return success(name);
    const message = `No entry and no heading stands on line ${line + 1} of ${shown(context, path)}.`;
    return failure({ kind: 'not-found', message, path });
  }

  planMove(pieces: readonly PieceAddress[], to: MoveTarget): Promise<Result<EditPlan, MemoryProblem>> {
    return this.#show(moving(pieces, to));
  }

  moveEntries(pieces: readonly PieceAddress[], to: MoveTarget): Promise<Result<LedgerEntry, MemoryProblem>> {
    return this.#write('move', moving(pieces, to));
  }

  planNewFile(request: NewFileRequest): Promise<Result<EditPlan, MemoryProblem>> {
    return this.#show(making(request));
  }

  createFile(request: NewFileRequest): Promise<Result<LedgerEntry, MemoryProblem>> {
    return this.#write('write', making(request));
  }

  async planPromotion(request: PromotionRequest): Promise<Result<RecordDraft, MemoryProblem>> {
    const closed = this.#parts.open.closed();
    if (closed !== undefined) return closed;
    const context = await this.#context();
    const draft = await draftPromotion(context, request, readerOf(context));
    if (!draft.ok) return draft;
    const known = await promotedBefore(context, plainScalar(draft.value.title));
    return known === undefined ? draft : failure(known);
  }

  async promote(request: PromotionRequest): Promise<Result<Proposal, MemoryProblem>> {
    const draft = await this.planPromotion(request);
    if (!draft.ok) return draft;
    const { open, onProposed } = this.#parts;
    const id = await draftProposal(open, { ...draft.value, by: personSource(await open.owner()) });
    return id.ok ? onProposed(id.value) : id;
  }

  async #context(): Promise<EditContext> {
    const { open, hierarchy } = this.#parts;
    const { surroundings, project, places } = open;
    return { surroundings, project, places, git: open.git(), hierarchy: await hierarchy() };
  }

  async #show(plan: Plan): Promise<Result<EditPlan, MemoryProblem>> {
    const planned = await this.#plan(plan);
    return planned.ok ? success(shownPlan(await this.#context(), planned.value)) : planned;
  }

  /** Writes what was planned from what stands there now; a file that changes until then is found changed and refused. */
  async #write(action: Operation['action'], plan: Plan): Promise<Result<LedgerEntry, MemoryProblem>> {
    const planned = await this.#plan(plan);
    if (!planned.ok) return planned;
    const { open, onWritten } = this.#parts;
    const ledger = await open.ledger();
    if (!ledger.ok) return ledger;
    const { changes, subject, title } = planned.value;
    const operation: Operation = {
      action,
      subject,
      who: personSource(await open.owner()),
      worktree: open.project.worktree,
      note: title,
    };
    const done = await ledger.value.transact(operation, changes);
    if (!done.ok) return failure(ledgerProblem(done.error));
    await onWritten(changes.map(({ path }) => path));
    return done;
  }

  async #plan(plan: Plan): Promise<Result<Planned, MemoryProblem>> {
    const closed = this.#parts.open.closed();
    if (closed !== undefined) return closed;
    const context = await this.#context();
    try {
      return await plan(context, readerOf(context));
    } catch (error) {
      return failure(ioProblem(error, 'read what this would change'));
    }
  }
}

function moving(pieces: readonly PieceAddress[], to: MoveTarget): Plan {
  return async (context, readNow) => {
    const planned = await planMove(context, pieces, to, readNow);
    if (!planned.ok) return planned;
    const { target, label } = planned.value;
    const title = `Move ${label} to ${shown(context, target)}`;
    return success({ ...planned.value, path: target, title });
  };
}

function making(request: NewFileRequest): Plan {
  return async (context, readNow) => {
    const planned = await planNewFile(context, request, readNow);
    if (!planned.ok) return planned;
    const name = shown(context, planned.value.path);
    return success({ ...planned.value, lines: [], subject: [name], title: `Create ${name}` });
  };
}

function shownPlan(context: EditContext, { path, lines, changes, notes, title }: Planned): EditPlan {
  const texts = changes.map((change) => ({
    path: change.path,
    before: change.before === null ? undefined : decode(change.before),
    after: change.after === null ? undefined : decode(change.after),
  }));
  const diff = texts
    .map((change) => unifiedDiff(shown(context, change.path), change.before ?? '', change.after ?? ''))
    .join('');
  return { title, changes: texts, diff, notes, path, lines };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
