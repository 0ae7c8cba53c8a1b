import { basename, dirname, join } from 'node:path';
import type { Files } from '../../base/files.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import type { Evidence } from '../record/record.ts';
import { withStatus } from '../record/record-file.ts';
import { planMoveRecord } from './move-record.ts';
import type { Places } from './places.ts';
import type { Proposal } from './proposal.ts';
import { encode, isSameBytes, type Planned, type ReviewProblem, readRecordBytes } from './record-bytes.ts';
import { goneProposal, proposalEvidencePath, twinChanges } from './review.ts';
import { evidenceIn, type StandingRecords, unreadableOf } from './standing-records.ts';
import { parsedEvidence, statusOnceAccepted, supersededAlready, supersededBy } from './supersession.ts';

export interface AcceptParts {
  readonly files: Files;
  readonly places: Places;
  readonly readNow: ReadNow;
  readonly standing: StandingRecords;
}

/** A proposal as it stands on disk now. */
interface Waiting {
  readonly proposal: Proposal;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly evidence: Evidence | undefined;
  readonly evidenceBytes: Uint8Array | null;
}

/**
 * Moves the proposals, as they stand on disk now, among the accepted records, or straight to the archive where they
 * are past already; the records they supersede go to the archive. The same set gives the same end in any order, also
 * over several acceptances. Of a record's bytes only the status changes, so that two clones that accept the same
 * write the same: what it supersedes stays in its evidence alone.
 */
export async function planAccept(proposals: readonly Proposal[], parts: AcceptParts): Promise<Planned> {
  const { files, places, readNow, standing } = parts;
  const waiting: Waiting[] = [];
  for (const proposal of proposals) {
    const read = await readWaiting(proposal, readNow);
    if (!read.ok) return read;
    waiting.push(read.value);
  }
  const ids = waiting.map(({ proposal }) => proposal.id);
  const named = new Set(waiting.flatMap(({ evidence }) => supersededBy(evidence)));
  const superseded = new Set([...named, ...(await supersededAlready(files, places, standing, ids))]);
  const changes: FileChange[] = [];
  for (const one of waiting) {
    const accepted = await acceptOne(one, superseded.has(one.proposal.id), parts);
    if (!accepted.ok) return accepted;
    changes.push(...accepted.value);
  }
  const archived = await archiveSuperseded([...named], parts);
  return archived.ok ? success([...changes, ...archived.value]) : archived;
}

async function readWaiting(proposal: Proposal, readNow: ReadNow): Promise<Result<Waiting, ReviewProblem>> {
  const bytes = await readNow(proposal.path);
  if (bytes === null) return failure(goneProposal(proposal));
  const read = readRecordBytes(proposal.path, bytes);
  if (!read.ok) return read;
  if (read.value.record.id !== proposal.id) return failure(goneProposal(proposal));
  const evidenceBytes = await readNow(proposalEvidencePath(proposal));
  const evidence =
    evidenceBytes === null ? undefined : parsedEvidence(new TextDecoder().decode(evidenceBytes));
  return success({ proposal, bytes, text: read.value.text, evidence, evidenceBytes });
}

async function acceptOne(
  waiting: Waiting,
  isSuperseded: boolean,
  { places, readNow, standing }: AcceptParts,
): Promise<Planned> {
  const { proposal, bytes, text, evidence, evidenceBytes } = waiting;
  const status = statusOnceAccepted(evidence, isSuperseded);
  const where = status === 'accepted' ? 'memory' : 'archive';
  const target = join(where === 'memory' ? places.memory : places.archive, basename(proposal.path));
  const taken = [
    { path: proposal.path, before: bytes, after: null },
    ...(await twinChanges(proposal, places, readNow, bytes)),
  ];
  const source = proposalEvidencePath(proposal);
  if (evidenceBytes !== null) taken.push({ path: source, before: evidenceBytes, after: null });

  const earlier = standing.memory.get(proposal.id) ?? standing.archive.get(proposal.id);
  const before = await readNow(earlier?.path ?? target);
  if (before !== null) {
    // It came by another way meanwhile (a pull, another worktree): one of the two is enough.
    const isThere =
      earlier !== undefined && isSameBytes(before, encode(withStatus(text, earlier.record.status)));
    if (isThere && (standing.memory.has(proposal.id) || earlier.record.status === status))
      return success(taken);
    return failure(standsAlready(proposal, earlier?.path ?? target, earlier !== undefined));
  }
  const put: FileChange[] = [{ path: target, before, after: encode(withStatus(text, status)) }];
  if (evidenceBytes !== null) {
    const path = evidenceIn(places, where, proposal.id);
    put.push({ path, before: await readNow(path), after: evidenceBytes });
  }
  return success([...taken, ...put]);
}

/** What the accepted ones take the place of leaves memory; what is archived already, or waits, stays where it is. */
async function archiveSuperseded(
  ids: readonly string[],
  { places, readNow, standing }: AcceptParts,
): Promise<Planned> {
  const changes: FileChange[] = [];
  for (const id of ids) {
    const file = standing.memory.get(id);
    const damaged = file === undefined ? unreadableOf(standing, id) : undefined;
    if (damaged !== undefined)
      return failure({ kind: 'invalid', message: damaged.message, path: damaged.path });
    if (file === undefined) continue;
    const moved = await planMoveRecord(file, 'archive', 'superseded', places, readNow);
    if (!moved.ok) return moved;
    changes.push(...moved.value);
  }
  return success(changes);
}

function standsAlready(proposal: Proposal, path: string, isSameRecord: boolean): ReviewProblem {
  if (!isSameRecord) {
    const message = `Another file stands at ${path}. Move it away, then accept “${proposal.record.description}” again.`;
    return { kind: 'conflict', message, path };
  }
  const isArchived = basename(dirname(path)) === 'archive';
  const advice = isArchived
    ? 'Restore that one, or reject the proposal.'
    : 'Edit the proposal to say the same and accept it, or reject it.';
  const where = isArchived ? 'was accepted and put away before' : 'was accepted before with other text';
  const message = `“${proposal.record.description}” ${where}: ${path}. ${advice}`;
  return { kind: 'conflict', message, path };
}
