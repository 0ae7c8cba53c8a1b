import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { type Joined, joinCandidates, type LookedAt } from '../capture/join-candidates.ts';
import { type LookedThrough, lookThrough } from '../capture/look-through.ts';
import { proposedFrom } from '../capture/proposed-record.ts';
import type { CommitRange } from '../capture/read-change-sets.ts';
import type { CodeReader } from '../freshness/code-reader.ts';
import type { Places } from '../inbox/places.ts';
import type { Ledger, ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import type { RecordKind } from '../project/record-kind.ts';
import type { CapturePolicy } from '../project/settings.ts';
import { anchorProposals } from './anchor-proposals.ts';
import { type RecordThere, readKnownRecords } from './known-records.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import { commitsMadeHere, isOwned, type MadeHere } from './owned-commits.ts';
import type { OwnedRecord } from './owned-record.ts';
import type { Owner } from './person.ts';
import { gitProblem, ledgerProblem } from './problems.ts';
import { proposalChanges } from './proposal-changes.ts';
import type { RunTime } from './run-times.ts';

export interface CaptureParts {
  readonly files: Files;
  readonly git: Git;
  /** Undefined where nothing is set up; then nothing can be written. */
  readonly ledger: Ledger | undefined;
  readonly places: Places;
  readonly owner: Owner;
  readonly worktree: string;
  readonly runTimes: readonly RunTime[];
  /** What happens to what the owner's own commits say. */
  readonly policy: (kind: RecordKind) => CapturePolicy;
  readonly codeReader: CodeReader;
}

export interface CaptureRequest {
  readonly range: CommitRange;
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Captured {
  readonly commits: number;
  /** New proposals, then those that a follow-up changed. */
  readonly records: readonly OwnedRecord[];
  /** Of the new ones, those that the owner's policy accepts at once. */
  readonly acceptAtOnce: readonly string[];
  readonly passedOver: number;
  /** Sentences: what was stated together with what looks like a secret. */
  readonly refused: readonly string[];
  /** Sentences: commits that could not be read in full. */
  readonly problems: readonly string[];
  /** The last commit looked at, where the look was cancelled before its end. */
  readonly cutAfter?: string;
}

/**
 * Commits → proposals. The same commits give the same bytes wherever this runs; what is known already is passed over,
 * and what follows up a proposal joins it.
 */
export async function captureCommits(
  parts: CaptureParts,
  request: CaptureRequest,
): Promise<Result<Captured, MemoryProblem>> {
  const known = await readKnownRecords(parts);
  const read = await lookThrough(parts.git, request.range, request);
  if (!read.ok) return failure(gitProblem(read.error));
  const madeHere = await commitsMadeHere(parts.git);
  const look = { ...read.value, looked: wanted(parts, read.value.looked), madeHere };
  const all = count(read.value.looked);
  const found = await anchored(parts, preparedRecords(parts, look, known), request.signal);
  if (request.dryRun || found.records.length === 0) return success(report(look, found, all, []));
  return save(parts, look, all);
}

type Look = LookedThrough & { readonly madeHere: MadeHere };

interface Found {
  readonly records: readonly OwnedRecord[];
  readonly refused: readonly string[];
}

/** Without the kinds that are switched off. */
function wanted({ policy }: CaptureParts, looked: readonly LookedAt[]): readonly LookedAt[] {
  return looked.map(({ changeSet, candidates }) => ({
    changeSet,
    candidates: candidates.filter(({ kind }) => policy(kind) !== 'never'),
  }));
}

function count(looked: readonly LookedAt[]): number {
  return looked.reduce((sum, { candidates }) => sum + candidates.length, 0);
}

/** Pure over what is known: under the lock it is done once more with what is there then. */
function preparedRecords(parts: CaptureParts, look: Look, known: readonly RecordThere[]): Found {
  const there = new Map(known.map((one) => [one.id, one]));
  const joined: Joined = joinCandidates(look.looked, { known, density: look.density });
  const records: OwnedRecord[] = [];
  const refused: string[] = [];
  for (const one of joined.kept) {
    if (parts.policy(one.candidate.kind) === 'never') continue;
    const before = one.continues === undefined ? undefined : there.get(one.id);
    const proposed = proposedFrom(one, before?.evidence);
    if (!proposed.ok) refused.push(proposed.error.message);
    else
      records.push({
        ...proposed.value,
        joined: one,
        owned: one.changeSets.every((set) => isOwned(set, parts.owner, look.madeHere, parts.runTimes)),
        ...(before === undefined ? {} : { continues: before }),
      });
  }
  const fresh = records.filter(({ continues }) => continues === undefined);
  return { records: [...fresh, ...records.filter(({ continues }) => continues !== undefined)], refused };
}

/** With the symbols and hashes of the code as the commits left it. */
async function anchored(parts: CaptureParts, found: Found, signal?: AbortSignal): Promise<Found> {
  const pairs = found.records.map((record) => ({ changeSets: record.joined.changeSets, proposed: record }));
  const proposed = await anchorProposals(parts.git, parts.codeReader, pairs, signal);
  const records = found.records.map((record, at) => ({ ...record, ...proposed[at] }));
  return { ...found, records };
}

async function save(parts: CaptureParts, look: Look, all: number): Promise<Result<Captured, MemoryProblem>> {
  const { ledger, places, owner } = parts;
  if (ledger === undefined) return success(report(look, { records: [], refused: [] }, all, []));
  let found: Found = { records: [], refused: [] };
  // Another process may have proposed the same meanwhile: the plan looks once more under the lock.
  const plan = async (readNow: ReadNow): Promise<Result<readonly FileChange[], never>> => {
    found = await anchored(parts, preparedRecords(parts, look, await readKnownRecords(parts)));
    const changes = await Promise.all(
      found.records.map(async (record) => ({
        record,
        changes: await proposalChanges(places, owner, record, readNow),
      })),
    );
    const written = changes.filter((one) => one.changes.length > 0);
    found = { ...found, records: written.map(({ record }) => record) };
    return success(written.flatMap((one) => one.changes));
  };
  const subject = preparedRecords(parts, look, await readKnownRecords(parts)).records.map(
    ({ record }) => record.id,
  );
  const operation = { action: 'propose', subject, who: 'capture', worktree: parts.worktree } as const;
  const done = await ledger.transactWith(operation, plan);
  if (!done.ok) return failure(ledgerProblem(done.error));
  const atOnce = found.records.filter(
    (one) => one.continues === undefined && one.owned && parts.policy(one.record.kind) === 'accepted',
  );
  return success(
    report(
      look,
      found,
      all,
      atOnce.map(({ record }) => record.id),
    ),
  );
}

function report(look: Look, found: Found, all: number, acceptAtOnce: readonly string[]): Captured {
  const fresh = found.records.filter(({ continues }) => continues === undefined).length;
  return {
    commits: look.commits,
    records: found.records,
    acceptAtOnce,
    passedOver: Math.max(0, all - fresh - found.refused.length),
    refused: found.refused,
    problems: look.problems,
    ...(look.cutAfter === undefined ? {} : { cutAfter: look.cutAfter }),
  };
}
