import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { captureCandidates } from '../capture/capture-candidates.ts';
import type { ChangeSet } from '../capture/change-set.ts';
import { type ProposedRecord, toProposedRecord } from '../capture/proposed-record.ts';
import { readChangeSets } from '../capture/read-change-sets.ts';
import type { Places } from '../inbox/places.ts';
import { readRecordFiles } from '../inbox/record-files.ts';
import { rejectedIds } from '../inbox/rejected.ts';
import type { Ledger, ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import type { RecordKind } from '../project/record-kind.ts';
import type { CapturePolicy } from '../project/settings.ts';
import { renderEvidence } from '../record/evidence-file.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import { commitsMadeHere, isOwned } from './owned-commits.ts';
import type { Owner } from './person.ts';
import { gitProblem, ledgerProblem } from './problems.ts';
import type { RunTime } from './run-times.ts';

export interface CaptureParts {
  readonly files: Files;
  readonly git: Git;
  readonly ledger: Ledger;
  readonly places: Places;
  readonly owner: Owner;
  readonly worktree: string;
  readonly runTimes: readonly RunTime[];
  /** What happens to what the owner's own commits say. */
  readonly policy: (kind: RecordKind) => CapturePolicy;
}

export interface CaptureRequest {
  readonly since?: string;
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Captured {
  readonly commits: number;
  /** Ids newly proposed. */
  readonly proposed: readonly string[];
  /** Of these, the ones that the owner's policy accepts at once. */
  readonly acceptAtOnce: readonly string[];
  readonly records: readonly OwnedRecord[];
  readonly passedOver: number;
  /** Sentences: what was stated together with what looks like a secret. */
  readonly refused: readonly string[];
}

/** Commits → proposals. The same commits give the same bytes wherever this runs; what is known already is passed over. */
export async function captureCommits(
  parts: CaptureParts,
  request: CaptureRequest,
): Promise<Result<Captured, MemoryProblem>> {
  const range = request.since === undefined ? {} : { since: request.since };
  const read = await readChangeSets(parts.git, range, request);
  if (!read.ok) return failure(gitProblem(read.error));
  const found = await proposedRecords(parts, read.value);

  if (request.dryRun) {
    const known = await knownIds(parts);
    const fresh = found.kept.filter((one) => !known.has(one.record.id));
    return success(report(read.value.length, found, fresh, []));
  }
  return save(parts, read.value.length, found);
}

export type OwnedRecord = ProposedRecord & { readonly owned: boolean };

interface Found {
  readonly kept: readonly OwnedRecord[];
  /** Switched off, or the same thing once more (a cherry-pick within one history). */
  readonly dropped: number;
  readonly refused: readonly string[];
}

async function proposedRecords(parts: CaptureParts, changeSets: readonly ChangeSet[]): Promise<Found> {
  const madeHere = await commitsMadeHere(parts.git);
  const kept = new Map<string, OwnedRecord>();
  const refused: string[] = [];
  let dropped = 0;
  for (const changeSet of changeSets) {
    for (const candidate of captureCandidates(changeSet)) {
      const proposed = toProposedRecord(candidate, changeSet);
      if (!proposed.ok) refused.push(proposed.error.message);
      else if (parts.policy(candidate.kind) === 'never' || kept.has(proposed.value.record.id)) dropped++;
      else
        kept.set(proposed.value.record.id, {
          ...proposed.value,
          owned: isOwned(changeSet, parts.owner, madeHere, parts.runTimes),
        });
    }
  }
  return { kept: [...kept.values()], dropped, refused };
}

async function save(
  parts: CaptureParts,
  commits: number,
  found: Found,
): Promise<Result<Captured, MemoryProblem>> {
  let fresh: readonly OwnedRecord[] = [];
  const plan = async (readNow: ReadNow): Promise<Result<readonly FileChange[], never>> => {
    const known = await knownIds(parts);
    fresh = found.kept.filter((one) => !known.has(one.record.id));
    return success((await Promise.all(fresh.map((one) => proposalFiles(parts.places, one, readNow)))).flat());
  };
  const before = await knownIds(parts);
  const unknown = found.kept.filter((one) => !before.has(one.record.id));
  // The plan looks once more under the lock: another process may have proposed the same meanwhile.
  if (unknown.length > 0) {
    const subject = unknown.map((one) => one.record.id);
    const done = await parts.ledger.transactWith(
      { action: 'propose', subject, who: 'capture', worktree: parts.worktree },
      plan,
    );
    if (!done.ok) return failure(ledgerProblem(done.error));
  }
  const atOnce = fresh.filter((one) => one.owned && parts.policy(one.record.kind) === 'accepted');
  return success(
    report(
      commits,
      found,
      fresh,
      atOnce.map((one) => one.record.id),
    ),
  );
}

/** Only what the owner committed stands beside the code; the rest waits on this machine. */
async function proposalFiles(
  places: Places,
  proposed: OwnedRecord,
  readNow: ReadNow,
): Promise<readonly FileChange[]> {
  const directory = proposed.owned ? places.proposed : places.machineInbox;
  const pairs = [
    [join(directory, `${proposed.record.name}.md`), proposed.text],
    [join(directory, `${proposed.record.id}.json`), renderEvidence(proposed.evidence)],
  ] as const;
  return Promise.all(
    pairs.map(async ([path, text]) => ({
      path,
      before: await readNow(path),
      after: new TextEncoder().encode(text),
    })),
  );
}

/** Ids that are proposed, accepted, archived or were rejected: not asked about again. */
async function knownIds({ files, ledger, places }: CaptureParts): Promise<ReadonlySet<string>> {
  const directories = [places.proposed, places.machineInbox, places.memory, places.archive];
  const records = await Promise.all(directories.map((directory) => readRecordFiles(files, directory)));
  const ids = records.flatMap((found) => found.records.map((file) => file.record.id));
  return new Set([...ids, ...rejectedIds(await ledger.entries())]);
}

function report(
  commits: number,
  found: Found,
  fresh: readonly OwnedRecord[],
  acceptAtOnce: readonly string[],
): Captured {
  const passedOver = found.kept.length - fresh.length + found.dropped;
  const proposed = fresh.map((one) => one.record.id);
  return { commits, proposed, acceptAtOnce, records: fresh, passedOver, refused: found.refused };
}
