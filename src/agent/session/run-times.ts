import type { Files } from '../../base/files.ts';
import { type LockOwner, livingHolder } from '../../base/lock.ts';
import type { JournalEvent } from './journal-event.ts';
import { readJournal } from './journal-reading.ts';
import { leasePath } from './lease.ts';
import { isSessionId } from './session-id.ts';

interface Surroundings {
  readonly files: Files;
  /** This process, to tell living lease holders from dead ones. */
  readonly owner: LockOwner;
}

interface Time {
  readonly from: number;
  readonly to: number;
}

/** What a run that was cut off had begun may still have had an effect for a moment. */
const aftermathMs = 60_000;

/**
 * When runs went on, from the journals of a directory: a living one up to `Infinity`, one that was cut off a moment
 * longer than its last event. Milliseconds since the epoch. Never rejects; a journal that cannot be read says nothing.
 */
export async function readRunTimes(surroundings: Surroundings, directory: string): Promise<readonly Time[]> {
  const entries = await surroundings.files.readDirectory(directory).catch(() => []);
  const ids = entries
    .map(({ name }) => (name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : ''))
    .filter(isSessionId);
  const times = await Promise.all(ids.map((id) => timesOf(surroundings, directory, id).catch(() => [])));
  return times.flat();
}

async function timesOf({ files, owner }: Surroundings, directory: string, id: string): Promise<Time[]> {
  const read = readJournal(await files.readFile(`${directory}/${id}.jsonl`));
  if (!read.ok) return [];
  const times = runsIn(read.value.events);
  const last = times.at(-1);
  if (last === undefined || last.ended) return times;
  const holder = await livingHolder({ files, owner, path: leasePath(directory, id) });
  const to = holder === undefined ? last.to + aftermathMs : Number.POSITIVE_INFINITY;
  return [...times.slice(0, -1), { from: last.from, to }];
}

function runsIn(events: readonly JournalEvent[]): (Time & { readonly ended: boolean })[] {
  const runs: { from: number; to: number; ended: boolean }[] = [];
  for (const event of events) {
    const open = runs.at(-1);
    if (event.type === 'run-start') runs.push({ from: event.time, to: event.time, ended: false });
    else if (open !== undefined && !open.ended) {
      open.to = Math.max(open.to, event.time);
      open.ended = event.type === 'run-end';
    }
  }
  return runs;
}
