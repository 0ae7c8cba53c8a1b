import { readSessionJournal, type Session } from '../session.ts';
import { carryOut, undoOfUnfinished } from './apply-rewind.ts';
import { unfinishedRewind } from './checkpoint-list.ts';
import { prepareRewind, type RewindSurroundings } from './plan-rewind.ts';

/**
 * Brings a rewind that was cut off to its end before its session goes on; the caller holds the lease. Done only where
 * all that is left to be changed still stands as it did when the rewind began: nobody's later work is touched.
 * Answers what was done, or why it was not, in a sentence; undefined where none was cut off. Never rejects.
 */
export async function finishRewind(
  around: RewindSurroundings,
  session: Session,
): Promise<string | undefined> {
  try {
    const read = await readSessionJournal(around.files, around.sessionsDirectory, session.id);
    if (!read.ok) return undefined;
    const cutOff = unfinishedRewind(read.value.events);
    if (cutOff === undefined) return undefined;
    const { to: checkpoint, restored: what } = cutOff;
    const prepared = await prepareRewind(around, read.value, { checkpoint, what });
    if (!prepared.ok) return notFinished(session, checkpoint, prepared.error.message);
    if ((await undoOfUnfinished(around, prepared.value)) === undefined)
      return notFinished(session, checkpoint, 'Files were changed since.');
    const { conflicts } = await carryOut(around, session, prepared.value);
    const left = conflicts.map(({ path, reason }) => ` Not put back: ${path}: ${reason}.`).join('');
    return `The rewind to checkpoint ${checkpoint} was cut off, and is finished now.${left} Take it back with: varve rewind ${session.id} --redo`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return notFinished(session, session.state.cutOffRewind ?? 0, why);
  }
}

function notFinished({ id }: Session, checkpoint: number, why: string): string {
  return `A rewind to checkpoint ${checkpoint} was cut off and is not finished: some files may stand as before it, some as after it. ${why} See what is left of it with: varve rewind ${id} ${checkpoint} --dry-run`;
}
