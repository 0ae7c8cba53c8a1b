import { join } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import type { Proposal } from '../inbox/proposal.ts';
import { readProposals } from '../inbox/read-proposals.ts';
import { currentMark, cutMark, rememberMark, unseenRange } from './capture-mark.ts';
import { capturedProposal } from './captured-proposal.ts';
import { type Captured, type CaptureParts, captureCommits } from './commit-capture.ts';
import type { CaptureOptions, CaptureReport, MemoryProblem } from './memory-workspace.ts';
import { gitProblem } from './problems.ts';

export interface CapturedHistory {
  readonly report: CaptureReport;
  readonly acceptAtOnce: readonly string[];
}

const nothingYet: CapturedHistory = {
  report: { version: 1, commits: 0, proposed: [], proposals: [], passedOver: 0, refused: [], problems: [] },
  acceptAtOnce: [],
};

/** What was not looked at yet (or the range named) becomes proposals; how far it looked is remembered. */
export async function captureHistory(
  parts: CaptureParts & { readonly markPath: string },
  options: CaptureOptions,
): Promise<Result<CapturedHistory, MemoryProblem>> {
  const { since, until, signal, onProgress } = options;
  const mark = await currentMark(parts.git);
  if (!mark.ok) return failure(gitProblem(mark.error));
  const now = mark.value;
  if (now === undefined && until === undefined) return success(nothingYet);
  const isNamed = since !== undefined || until !== undefined;
  const named = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  const range = isNamed ? named : await unseenRange(parts.files, parts.git, parts.markPath);
  const dryRun = options.dryRun ?? false;
  const captured = await captureCommits(parts, {
    range,
    dryRun,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (!captured.ok) return failure(captured.error);
  const { cutAfter, acceptAtOnce } = captured.value;
  if (!dryRun && !isNamed && now !== undefined)
    await rememberMark(
      parts.files,
      parts.markPath,
      cutAfter === undefined ? now : cutMark(now, range, cutAfter),
    );
  return success({ report: await reportOf(parts, captured.value, dryRun), acceptAtOnce });
}

async function reportOf(parts: CaptureParts, captured: Captured, dryRun: boolean): Promise<CaptureReport> {
  const { commits, passedOver, refused, problems, records } = captured;
  return {
    version: 1,
    commits,
    passedOver,
    refused,
    problems,
    proposals: records.map((record) => capturedProposal(record.joined, record)),
    proposed: dryRun ? previews(parts, captured) : await written(parts, captured),
  };
}

async function written(parts: CaptureParts, captured: Captured): Promise<readonly Proposal[]> {
  const ids = new Set(fresh(captured).map(({ record }) => record.id));
  const all = await readProposals(parts.files, parts.places, { mail: parts.owner.mail });
  return all.filter((proposal) => ids.has(proposal.id));
}

function fresh(captured: Captured): Captured['records'] {
  return captured.records.filter(({ continues }) => continues === undefined);
}

/** What would be proposed, where nothing was written. */
function previews(parts: CaptureParts, captured: Captured): readonly Proposal[] {
  return fresh(captured).map(({ record, evidence, owned }) => ({
    id: record.id,
    record,
    evidence,
    origin: owned ? 'owner' : 'untrusted',
    place: owned ? 'repository' : 'machine',
    path: join(owned ? parts.places.proposed : parts.places.machineInbox, `${record.name}.md`),
    group: 'commit',
  }));
}
