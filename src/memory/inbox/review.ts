import { basename, dirname, join } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import { parseRecord, withStatus } from '../record/record-file.ts';
import type { Places } from './places.ts';
import type { Proposal } from './proposal.ts';

export interface ReviewProblem {
  readonly kind: 'not-found' | 'invalid';
  readonly message: string;
  readonly path?: string;
}

type Planned = Result<readonly FileChange[], ReviewProblem>;

/**
 * Moves the proposals, as they stand on disk now, among the accepted records. The bytes of a record change in its
 * status alone; its evidence moves with it; records it supersedes are marked.
 */
export async function planAccept(
  proposals: readonly Proposal[],
  places: Places,
  readNow: ReadNow,
): Promise<Planned> {
  const changes: FileChange[] = [];
  for (const proposal of proposals) {
    const accepted = await acceptOne(proposal, places, readNow);
    if (!accepted.ok) return accepted;
    changes.push(...accepted.value);
  }
  return success(changes);
}

async function acceptOne(proposal: Proposal, places: Places, readNow: ReadNow): Promise<Planned> {
  const bytes = await readNow(proposal.path);
  if (bytes === null) return failure(gone(proposal));
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const record = parseRecord(basename(proposal.path), text);
  if (!record.ok) return failure({ kind: 'invalid', message: record.error.message, path: proposal.path });

  const target = join(places.memory, basename(proposal.path));
  const evidence = evidencePath(proposal);
  const evidenceBytes = await readNow(evidence);
  const evidenceTarget = join(places.evidence, basename(evidence));
  const changes: FileChange[] = [
    { path: proposal.path, before: bytes, after: null },
    { path: target, before: await readNow(target), after: encode(withStatus(text, 'accepted')) },
  ];
  if (evidenceBytes !== null) {
    changes.push({ path: evidence, before: evidenceBytes, after: null });
    changes.push({ path: evidenceTarget, before: await readNow(evidenceTarget), after: evidenceBytes });
  }
  return success(changes);
}

/** Takes the proposals away; the ledger keeps their bytes, and their ids are not proposed again. */
export async function planReject(proposals: readonly Proposal[], readNow: ReadNow): Promise<Planned> {
  const changes: FileChange[] = [];
  for (const proposal of proposals) {
    const bytes = await readNow(proposal.path);
    if (bytes === null) return failure(gone(proposal));
    changes.push({ path: proposal.path, before: bytes, after: null });
    const evidence = await readNow(evidencePath(proposal));
    if (evidence !== null) changes.push({ path: evidencePath(proposal), before: evidence, after: null });
  }
  return success(changes);
}

/** Replaces the whole file of one proposal; text that is no record, or another record, is refused. */
export async function planEdit(
  proposals: readonly Proposal[],
  text: string,
  readNow: ReadNow,
): Promise<Planned> {
  const [proposal, ...others] = proposals;
  if (proposal === undefined || others.length > 0) {
    return failure({ kind: 'invalid', message: 'Edit one proposal at a time.' });
  }
  const before = await readNow(proposal.path);
  if (before === null) return failure(gone(proposal));
  const record = parseRecord(basename(proposal.path), text);
  if (!record.ok) return failure({ kind: 'invalid', message: record.error.message, path: proposal.path });
  if (record.value.id !== proposal.id) {
    return failure({
      kind: 'invalid',
      message: `Keep varve_id ${proposal.id}: it says which record this is.`,
      path: proposal.path,
    });
  }
  return success([{ path: proposal.path, before, after: encode(text) }]);
}

function evidencePath(proposal: Proposal): string {
  return join(dirname(proposal.path), `${proposal.id}.json`);
}

function gone(proposal: Proposal): ReviewProblem {
  return {
    kind: 'not-found',
    message: `The proposal “${proposal.record.description}” is no longer there; it was reviewed elsewhere.`,
    path: proposal.path,
  };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
