import type { JoinedCandidate } from '../../../src/memory/capture/join/joined-candidate.ts';
import type { KnownRecord } from '../../../src/memory/capture/join/known-record.ts';
import { joinCandidates } from '../../../src/memory/capture/join-candidates.ts';
import { lookThrough } from '../../../src/memory/capture/look-through.ts';
import type { CommitRange } from '../../../src/memory/capture/read-change-sets.ts';
import { type TemporaryRepository, unwrap } from './temporary-repository.ts';

/** A look at a range, joined with what is known. */
export async function captureWhole(
  repository: Pick<TemporaryRepository, 'git'>,
  range: CommitRange = {},
  known: readonly KnownRecord[] = [],
): Promise<readonly JoinedCandidate[]> {
  const { looked, density } = unwrap(await lookThrough(repository.git, range));
  return joinCandidates(looked, { known, density }).kept;
}
