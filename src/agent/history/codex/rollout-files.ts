import { isAbsolute, join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import type { MachinePlaces } from '../history-reader.ts';
import { directoriesIn, entriesOf } from '../tool-directory.ts';

/**
 * A file of a thread. After a revert a thread goes on in a further file, named for the thread and, behind `_`, for
 * itself; its first line says from where in which other file it goes on.
 */
export interface RolloutFile {
  readonly path: string;
  readonly thread: string;
  /** Names the file: the thread's own id for the one it began with. */
  readonly segment: string;
  readonly isCompressed: boolean;
}

export interface RolloutPlaces {
  /** `sessions/YYYY/MM/DD`. */
  readonly sessions: string;
  /** All in one directory. */
  readonly archived: string;
  readonly index: string;
}

/** `CODEX_HOME`, else `~/.codex`; a relative one depends on where Codex is started and is left out. */
export function rolloutPlaces({ homeDirectory, environment }: MachinePlaces): RolloutPlaces {
  const set = environment['CODEX_HOME'];
  const home = set !== undefined && isAbsolute(set) ? set : join(homeDirectory, '.codex');
  return {
    sessions: join(home, 'sessions'),
    archived: join(home, 'archived_sessions'),
    index: join(home, 'session_index.jsonl'),
  };
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ROLLOUT = new RegExp(
  `^rollout-\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d-(${UUID})(?:_(${UUID}))?\\.jsonl(\\.zst)?$`,
);

/** By names alone: every file of every thread, what stands compressed beside itself once only. */
export async function listRollouts(
  files: Files,
  { sessions, archived }: RolloutPlaces,
  problems: string[],
): Promise<readonly RolloutFile[]> {
  const found: RolloutFile[] = [];
  for (const year of await directoriesIn(files, sessions, problems))
    for (const month of await directoriesIn(files, year, problems)) {
      const days = await directoriesIn(files, month, problems);
      const inDays = await Promise.all(days.map((day) => rolloutsIn(files, day, problems)));
      found.push(...inDays.flat());
    }
  return [...found, ...(await rolloutsIn(files, archived, problems))];
}

async function rolloutsIn(
  files: Files,
  directory: string,
  problems: string[],
): Promise<readonly RolloutFile[]> {
  const entries = await entriesOf(files, directory, problems);
  const names = new Set(entries.filter(({ kind }) => kind === 'file').map(({ name }) => name));
  return [...names].flatMap((name): readonly RolloutFile[] => {
    const [, thread, segment, compressed] = ROLLOUT.exec(name) ?? [];
    if (thread === undefined) return [];
    if (compressed !== undefined && names.has(name.slice(0, -compressed.length))) return [];
    return [
      {
        path: join(directory, name),
        thread,
        segment: segment ?? thread,
        isCompressed: compressed !== undefined,
      },
    ];
  });
}

/** The files of each thread, where it goes on now first. An archived copy of a file that is still there counts nothing. */
export function byThread(rollouts: readonly RolloutFile[]): ReadonlyMap<string, readonly RolloutFile[]> {
  const threads = new Map<string, Map<string, RolloutFile>>();
  for (const file of rollouts) {
    const segments = threads.get(file.thread) ?? new Map<string, RolloutFile>();
    if (!segments.has(file.segment)) segments.set(file.segment, file);
    threads.set(file.thread, segments);
  }
  return new Map(
    [...threads].map(([thread, segments]) => [thread, [...segments.values()].toSorted(newerFirst)]),
  );
}

/** Segments are named by the time they were made at (UUIDv7); the first one by its thread, which may be older than that. */
function newerFirst(one: RolloutFile, other: RolloutFile): number {
  const isFirst = ({ thread, segment }: RolloutFile) => (thread === segment ? 1 : 0);
  return isFirst(one) - isFirst(other) || (one.segment < other.segment ? 1 : -1);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A file by its own id, without looking through everything: the id holds its time, and the directory is named for the
 * day of that time, somewhere on Earth.
 */
export async function findSegment(
  files: Files,
  { sessions, archived }: RolloutPlaces,
  segment: string,
): Promise<RolloutFile | undefined> {
  const time = Number.parseInt(segment.slice(0, 8) + segment.slice(9, 13), 16);
  const days = [0, -DAY_MS, DAY_MS].flatMap((shift) => {
    const date = new Date(time + shift);
    if (Number.isNaN(date.getTime())) return [];
    return [join(sessions, ...date.toISOString().slice(0, 10).split('-'))];
  });
  for (const directory of [...days, archived]) {
    const found = await rolloutsIn(files, directory, []);
    const match = found.find((file) => file.segment === segment);
    if (match) return match;
  }
  return undefined;
}
