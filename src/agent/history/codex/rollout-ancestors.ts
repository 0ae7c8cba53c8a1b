import type { MachinePlaces } from '../history-reader.ts';
import { type LooseObject, objectField, textField } from '../loose-json.ts';
import { isReached } from '../tool-directory.ts';
import { findSegment, type RolloutFile, type RolloutPlaces } from './rollout-files.ts';
import { readRecords } from './rollout-records.ts';

/** Files that one conversation goes on through: more were made to be. */
export const MOST_FILES = 200;

/** The file named for a segment, where it is one of Codex'. */
export async function reachedSegment(
  { files }: MachinePlaces,
  places: RolloutPlaces,
  segment: string,
): Promise<RolloutFile | undefined> {
  const file = await findSegment(files, places, segment);
  return file && (await isReached(files, [places.sessions, places.archived], file.path)) ? file : undefined;
}

/** Files of other threads that hold what was said before a thread was forked from them. */
export async function ancestorsOf(
  machine: MachinePlaces,
  places: RolloutPlaces,
  thread: readonly RolloutFile[],
): Promise<readonly RolloutFile[]> {
  const known = new Map(thread.map((file) => [file.segment, file]));
  const todo = [...thread];
  for (let file = todo.pop(); file && known.size < MOST_FILES; file = todo.pop()) {
    const segment = baseOf(await firstMeta(machine, file));
    if (segment === undefined || known.has(segment)) continue;
    const found = await reachedSegment(machine, places, segment);
    if (!found) continue;
    known.set(segment, found);
    todo.push(found);
  }
  return [...known.values()].filter((file) => !thread.includes(file));
}

/** From which file's conversation a file goes on. */
export function baseOf(meta: LooseObject | undefined): string | undefined {
  return textField(objectField(meta, 'history_base'), 'thread_id');
}

async function firstMeta({ files }: MachinePlaces, file: RolloutFile): Promise<LooseObject | undefined> {
  for await (const record of readRecords(files, file))
    if (typeof record !== 'string' && record.type === 'session_meta') return record.payload;
  return undefined;
}
