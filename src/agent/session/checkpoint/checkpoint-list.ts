import type { Files } from '../../../base/files.ts';
import { type Result, success } from '../../../base/result.ts';
import type { JournalEvent } from '../journal-event.ts';
import { readSessionJournal } from '../session.ts';
import type { SessionProblem } from '../session-problem.ts';
import { titleOf } from '../session-title.ts';

/** A moment of a session that can be gone back to. */
export interface Checkpoint {
  /** Its name in the session, from 1. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** `end`: what a run left. `rewind`: what stood before a rewind, taken to undo it. */
  readonly reason: 'prompt' | 'turn' | 'end' | 'rewind';
  /** The prompt it belongs to, in one line; empty where there was none yet. */
  readonly prompt: string;
  /** The manifest in `objects/`. */
  readonly manifest: string;
  /** The conversation goes on from before the event with this `seq`. */
  readonly beforeSeq: number;
}

/** What was gone back to, or was about to be. */
export interface RewindStep {
  /** What stood before it. */
  readonly from: number;
  readonly to: number;
  readonly restored: 'files' | 'conversation' | 'both';
}

/** As {@link shownCheckpoints}. `not-found`, `damaged` and `io` as with reading a session. */
export async function listCheckpoints(
  files: Files,
  sessionsDirectory: string,
  id: string,
): Promise<Result<readonly Checkpoint[], SessionProblem>> {
  const read = await readSessionJournal(files, sessionsDirectory, id);
  return read.ok ? success(shownCheckpoints(read.value.events)) : read;
}

/** In the order they were made; what a run left is not among them where the next prompt found it so. */
export function shownCheckpoints(events: readonly JournalEvent[]): readonly Checkpoint[] {
  return checkpointsIn(events).filter(
    ({ reason, manifest }, index, all) => reason !== 'end' || all[index + 1]?.manifest !== manifest,
  );
}

export function checkpointsIn(events: readonly JournalEvent[]): readonly Checkpoint[] {
  const checkpoints: Checkpoint[] = [];
  let prompt: (JournalEvent & { readonly type: 'message-user' }) | undefined;
  let answer: (JournalEvent & { readonly type: 'message-assistant' }) | undefined;
  for (const event of events) {
    if (event.type === 'message-user' && !event.steer) [prompt, answer] = [event, undefined];
    else if (event.type === 'message-assistant') answer = event;
    else if (event.type === 'checkpoint-create') {
      const { seq, time, reason, manifest, checkpoint: number } = event;
      // Back to before what was asked, or before what the model was about to do.
      const start = reason === 'prompt' ? prompt : reason === 'turn' ? (answer ?? prompt) : undefined;
      const beforeSeq = start?.seq ?? seq;
      checkpoints.push({ number, time, reason, prompt: titleOf(prompt?.text ?? ''), manifest, beforeSeq });
    }
  }
  return checkpoints;
}

/** The last rewind that was completed. */
export function lastRewind(events: readonly JournalEvent[]): RewindStep | undefined {
  const at = events.findLastIndex(({ type }) => type === 'rewind');
  const done = events[at];
  if (done?.type !== 'rewind') return undefined;
  const from = events
    .slice(0, at)
    .findLast((event) => event.type === 'checkpoint-create' && event.reason === 'rewind');
  if (from?.type !== 'checkpoint-create') return undefined;
  return { from: from.checkpoint, to: done.checkpoint, restored: done.restored };
}

/** A rewind that was begun and never completed: its process ended in the middle. */
export function unfinishedRewind(events: readonly JournalEvent[]): RewindStep | undefined {
  const last = events.findLast(
    ({ type }) => type === 'rewind' || type === 'checkpoint-create' || type === 'run-start',
  );
  if (last?.type !== 'checkpoint-create' || last.rewindTo === undefined) return undefined;
  return { from: last.checkpoint, to: last.rewindTo.checkpoint, restored: last.rewindTo.restored };
}
