import { failure, type Result } from '../../base/result.ts';
import { acknowledgement } from '../inbox/arrived.ts';
import type { Proposal } from '../inbox/proposal.ts';
import { type RecordFile, recordFileOf } from '../inbox/record-files.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { personSource } from './person.ts';
import { ledgerProblem } from './problems.ts';
import type { Reviewer } from './reviewer.ts';

type Done = Promise<Result<LedgerEntry, MemoryProblem>>;

/** Accepts what was proposed and acknowledges what arrived: that is accepted already, so no byte of it changes. */
export async function acceptProposals(
  open: OpenProject,
  reviewer: Reviewer,
  proposals: readonly Proposal[],
): Done {
  const { arrived, proposed } = apart(proposals);
  const seen = arrived.length === 0 ? undefined : await acknowledge(open, arrived);
  if (seen !== undefined && (!seen.ok || proposed.length === 0)) return seen;
  return reviewer.accept(proposed);
}

/** Rejects what was proposed and retires what arrived, which is part of memory until then. */
export async function rejectProposals(reviewer: Reviewer, proposals: readonly Proposal[]): Done {
  const { arrived, proposed } = apart(proposals);
  const ids = arrived.map(({ id }) => id);
  const retired = ids.length === 0 ? undefined : await reviewer.retire(ids, undefined);
  if (retired !== undefined && (!retired.ok || proposed.length === 0)) return retired;
  return reviewer.reject(proposed);
}

/** The refusal to edit as a proposal what is part of memory already; undefined for a proposal. */
export function notEditable(proposals: readonly Proposal[]): Result<never, MemoryProblem> | undefined {
  const [arrived] = apart(proposals).arrived;
  if (arrived === undefined) return undefined;
  const message = `“${arrived.record.description}” arrived accepted and is part of memory: edit its file, then varve check --fix.`;
  return failure({ kind: 'invalid', message, path: arrived.path });
}

function apart(proposals: readonly Proposal[]) {
  return {
    arrived: proposals.filter(({ group }) => group === 'arrived'),
    proposed: proposals.filter(({ group }) => group !== 'arrived'),
  };
}

async function acknowledge(open: OpenProject, arrived: readonly Proposal[]): Done {
  const ledger = await open.ledger();
  if (!ledger.ok) return ledger;
  const seen: RecordFile[] = [];
  for (const { path, record } of arrived) {
    const bytes = await open.surroundings.files.readFile(path).catch(() => undefined);
    const file = bytes && recordFileOf(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    if (file === undefined || !('record' in file)) {
      const message = `“${record.description}” is no longer there; it was reviewed elsewhere.`;
      return failure({ kind: 'not-found', message, path });
    }
    seen.push(file);
  }
  const operation = {
    action: 'accept',
    subject: arrived.map(({ id }) => id),
    who: personSource(await open.owner()),
    worktree: open.project.worktree,
    note: acknowledgement(seen),
  } as const;
  const done = await ledger.value.transact(operation, []);
  return done.ok ? done : failure(ledgerProblem(done.error));
}
