import { basename, dirname, join } from 'node:path';
import { failure, success } from '../../base/result.ts';
import { threeWayMerge } from '../../base/text-diff.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import type { Places } from './places.ts';
import type { Proposal } from './proposal.ts';
import {
  decodeExactly,
  encode,
  isSameBytes,
  type Planned,
  type ReviewProblem,
  readRecordBytes,
} from './record-bytes.ts';

/** Takes the proposals away; the ledger keeps their bytes, and their ids are not proposed again. */
export async function planReject(
  proposals: readonly Proposal[],
  places: Places,
  readNow: ReadNow,
): Promise<Planned> {
  const changes: FileChange[] = [];
  for (const proposal of proposals) {
    const bytes = await readNow(proposal.path);
    if (bytes === null) return failure(goneProposal(proposal));
    changes.push({ path: proposal.path, before: bytes, after: null });
    const path = proposalEvidencePath(proposal);
    const evidence = await readNow(path);
    if (evidence !== null) changes.push({ path, before: evidence, after: null });
    changes.push(...(await twinChanges(proposal, places, readNow)));
  }
  return success(changes);
}

/**
 * Replaces the whole file of one proposal; text that is no record, or another record, is refused. `base` is the text
 * that the edit began from: where the file was changed since, both changes are merged, or refused as a conflict.
 */
export async function planEdit(
  proposals: readonly Proposal[],
  text: string,
  base: string | undefined,
  readNow: ReadNow,
): Promise<Planned> {
  const [proposal, ...others] = proposals;
  if (proposal === undefined || others.length > 0) {
    return failure({ kind: 'invalid', message: 'Edit one proposal at a time.' });
  }
  const { path } = proposal;
  const before = await readNow(path);
  if (before === null) return failure(goneProposal(proposal));
  const merged = mergeEdit(before, text, base);
  if (merged === undefined) return failure(editedMeanwhile(path));
  const after = encode(merged);
  const read = readRecordBytes(path, after);
  if (!read.ok) return read;
  if (read.value.record.id !== proposal.id) {
    const message = `Keep varve_id ${proposal.id}: it says which record this is.`;
    return failure({ kind: 'invalid', message, path });
  }
  return success([{ path, before, after }]);
}

function mergeEdit(current: Uint8Array, text: string, base: string | undefined): string | undefined {
  if (base === undefined) return text;
  const now = decodeExactly(current);
  if (now === undefined) return undefined;
  const merged = threeWayMerge(base, now, text);
  return merged.ok ? merged.value : undefined;
}

/**
 * The same record once more at the other place where proposals stand (it came by pull, and was captured here): taken
 * away with this one. `same`: only where it has these bytes.
 */
export async function twinChanges(
  proposal: Proposal,
  places: Places,
  readNow: ReadNow,
  same?: Uint8Array,
): Promise<readonly FileChange[]> {
  const here = dirname(proposal.path);
  const other = [places.proposed, places.machineInbox].find((directory) => directory !== here);
  if (other === undefined) return [];
  const path = join(other, basename(proposal.path));
  const bytes = await readNow(path);
  if (bytes === null || (same !== undefined && !isSameBytes(bytes, same))) return [];
  const read = readRecordBytes(path, bytes);
  if (!read.ok || read.value.record.id !== proposal.id) return [];
  const evidencePath = join(other, `${proposal.id}.json`);
  const evidence = await readNow(evidencePath);
  return [
    { path, before: bytes, after: null },
    ...(evidence === null ? [] : [{ path: evidencePath, before: evidence, after: null }]),
  ];
}

export function proposalEvidencePath(proposal: Proposal): string {
  return join(dirname(proposal.path), `${proposal.id}.json`);
}

export function goneProposal(proposal: Proposal): ReviewProblem {
  return {
    kind: 'not-found',
    message: `The proposal “${proposal.record.description}” is no longer there; it was reviewed elsewhere.`,
    path: proposal.path,
  };
}

function editedMeanwhile(path: string): ReviewProblem {
  const message = `${path} was changed by another program while you edited it, in the same lines. Open it, then edit again.`;
  return { kind: 'conflict', message, path };
}
