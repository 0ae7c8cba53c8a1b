import { join } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import type { Proposal } from '../inbox/proposal.ts';
import { readProposals } from '../inbox/read-proposals.ts';
import { currentMark, firstUnseen, rememberMark } from './capture-mark.ts';
import { type Captured, type CaptureParts, captureCommits } from './commit-capture.ts';
import type { CaptureOptions, CaptureReport, MemoryProblem } from './memory-workspace.ts';
import { gitProblem } from './problems.ts';

export interface CapturedHistory {
  readonly report: CaptureReport;
  readonly acceptAtOnce: readonly string[];
}

const nothingYet: CapturedHistory = {
  report: { version: 1, commits: 0, proposed: [], passedOver: 0, refused: [] },
  acceptAtOnce: [],
};

/** What was not looked at yet (or since the revision named) becomes proposals; how far it looked is remembered. */
export async function captureHistory(
  parts: CaptureParts & { readonly markPath: string },
  options: CaptureOptions,
): Promise<Result<CapturedHistory, MemoryProblem>> {
  const mark = await currentMark(parts.git);
  if (!mark.ok) return failure(gitProblem(mark.error));
  const now = mark.value;
  if (now === undefined) return success(nothingYet);
  const since = options.since ?? (await firstUnseen(parts.files, parts.git, parts.markPath, now));
  const dryRun = options.dryRun ?? false;
  const captured = await captureCommits(parts, {
    dryRun,
    ...(since === undefined ? {} : { since }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  if (!captured.ok) return failure(captured.error);
  if (!dryRun && options.since === undefined) await rememberMark(parts.files, parts.markPath, now);
  return success({
    report: await reportOf(parts, captured.value, dryRun),
    acceptAtOnce: captured.value.acceptAtOnce,
  });
}

async function reportOf(parts: CaptureParts, captured: Captured, dryRun: boolean): Promise<CaptureReport> {
  const { commits, passedOver, refused } = captured;
  return {
    version: 1,
    commits,
    passedOver,
    refused,
    proposed: dryRun ? previews(parts, captured) : await written(parts, captured),
  };
}

async function written(parts: CaptureParts, captured: Captured): Promise<readonly Proposal[]> {
  const ids = new Set(captured.proposed);
  const all = await readProposals(parts.files, parts.places, { mail: parts.owner.mail });
  return all.filter((proposal) => ids.has(proposal.id));
}

/** What would be proposed, where nothing was written. */
function previews(parts: CaptureParts, captured: Captured): readonly Proposal[] {
  return captured.records.map(({ record, evidence, owned }) => ({
    id: record.id,
    record,
    evidence,
    origin: owned ? 'owner' : 'untrusted',
    place: owned ? 'repository' : 'machine',
    path: join(owned ? parts.places.proposed : parts.places.machineInbox, `${record.name}.md`),
    group: 'commit',
  }));
}
