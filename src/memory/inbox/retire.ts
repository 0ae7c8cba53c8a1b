import { basename, dirname, join } from 'node:path';
import { failure, success } from '../../base/result.ts';
import type { Ledger, ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import { planMoveRecord } from './move-record.ts';
import type { Places } from './places.ts';
import type { Planned, ReviewProblem } from './record-bytes.ts';
import { rejections } from './rejected.ts';
import { type StandingRecords, unreadableOf } from './standing-records.ts';
import { placeOfRejected, rejectedFile } from './trash.ts';

/** Moves accepted records to the archive; they are no longer indexed or delivered, and still found. */
export async function planRetire(
  ids: readonly string[],
  standing: StandingRecords,
  places: Places,
  readNow: ReadNow,
): Promise<Planned> {
  const changes: FileChange[] = [];
  for (const id of new Set(ids)) {
    const file = standing.memory.get(id);
    if (file === undefined) {
      const damaged = unreadableOf(standing, id);
      return failure(
        damaged === undefined
          ? noRecord(id)
          : { kind: 'invalid', message: damaged.message, path: damaged.path },
      );
    }
    const moved = await planMoveRecord(file, 'archive', 'retired', places, readNow);
    if (!moved.ok) return moved;
    changes.push(...moved.value);
  }
  return success(changes);
}

/** Brings back what was put away: an archived record becomes accepted again, a rejected one awaits review again. */
export async function planRestore(
  id: string,
  ledger: Ledger,
  standing: StandingRecords,
  places: Places,
  readNow: ReadNow,
): Promise<Planned> {
  const archived = standing.archive.get(id);
  if (archived !== undefined) {
    const here = standing.memory.get(id);
    if (here !== undefined) return failure(inTheWay(here.path));
    return planMoveRecord(archived, 'memory', 'accepted', places, readNow);
  }
  return restoreRejected(id, ledger, places, readNow);
}

async function restoreRejected(
  id: string,
  ledger: Ledger,
  places: Places,
  readNow: ReadNow,
): Promise<Planned> {
  const entry = rejections(await ledger.entries()).get(id);
  const file = entry === undefined ? undefined : await rejectedFile(ledger, id, entry);
  if (entry === undefined || file === undefined) return failure(notInTrash(id));
  const path = placeOfRejected(file.target, places);
  const evidenceTarget = entry.targets.find(
    (target) => dirname(target.path) === dirname(file.target.path) && basename(target.path) === `${id}.json`,
  );
  const changes: FileChange[] = [];
  for (const [at, hash] of [
    [path, file.target.pre],
    [join(dirname(path), `${id}.json`), evidenceTarget?.pre ?? null],
  ] as const) {
    if (hash === null) continue;
    const after = await ledger.content(hash);
    if (after === undefined) return failure(purged(id));
    const before = await readNow(at);
    if (before !== null) return failure(inTheWay(at));
    changes.push({ path: at, before, after });
  }
  return success(changes);
}

function noRecord(id: string): ReviewProblem {
  return {
    kind: 'not-found',
    message: `There is no accepted record ${id}. The Memory view and \`varve memory show\` list them.`,
  };
}

function notInTrash(id: string): ReviewProblem {
  return {
    kind: 'not-found',
    message: `Nothing that was put away is called ${id}. \`varve memory trash\` lists what can be restored.`,
  };
}

function purged(id: string): ReviewProblem {
  return {
    kind: 'not-found',
    message: `The text of ${id} is no longer kept, so it cannot be restored. Record it anew.`,
  };
}

function inTheWay(path: string): ReviewProblem {
  return { kind: 'conflict', message: `${path} stands already. Move it away, then restore again.`, path };
}
