import type { Clock } from '../../../base/clock.ts';
import type { Files } from '../../../base/files.ts';
import type { Git } from '../../../base/git.ts';
import type { LockOwner } from '../../../base/lock.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { UnsavedFiles } from '../../tools/unsaved-files.ts';
import { countingEvents } from '../event-line.ts';
import type { JournalEvent, JournalHeader } from '../journal-event.ts';
import type { JournalReading } from '../journal-reading.ts';
import { newerMessage, readSessionJournal } from '../session.ts';
import type { SessionProblem } from '../session-problem.ts';
import type { CheckpointPlace } from './capture-tree.ts';
import {
  type Checkpoint,
  checkpointsIn,
  lastRewind,
  type RewindStep,
  unfinishedRewind,
} from './checkpoint-list.ts';
import { compareTree } from './compare-tree.ts';
import { type Manifest, readManifest } from './manifest.ts';
import type { LeftAlone, RestoreStep } from './restore-steps.ts';
import { diffOf } from './step-diff.ts';

export interface RewindSurroundings {
  readonly files: Files;
  readonly clock: Clock;
  readonly owner: LockOwner;
  readonly gitFor: (directory: string) => Git;
  readonly sessionsDirectory: string;
  /** `objects/` and `cache/` of the project's local state. */
  readonly objectsDirectory: string;
  readonly cacheDirectory: string;
  /** The setting `checkpoints.ignored`. */
  readonly keepIgnored: boolean;
  readonly platform: NodeJS.Platform;
  readonly unsavedFiles: UnsavedFiles;
}

export type RewindPart = 'files' | 'conversation' | 'both';

/** Back to a checkpoint by its number, or back to before the last rewind. */
export type RewindRequest =
  | { readonly checkpoint: number; readonly what: RewindPart }
  | { readonly redo: true };

export interface PlannedChange {
  /** From the root of the working tree, with `/`. */
  readonly path: string;
  /** What a rewind would do to it. */
  readonly kind: 'create' | 'change' | 'remove';
  /** Unified; a sentence for what is no text. */
  readonly diff: string;
}

/** What a rewind would do; nothing of it is done. */
export interface RewindPlan {
  readonly session: string;
  readonly root: string;
  readonly checkpoint: Checkpoint;
  readonly what: RewindPart;
  readonly changes: readonly PlannedChange[];
  /** Stands otherwise than then and is left as it is, with the reason. */
  readonly leftAlone: readonly LeftAlone[];
  /** Prompts that would no longer count, oldest first; empty where the conversation stays. */
  readonly droppedPrompts: readonly string[];
  /** What else a person should know, in sentences. */
  readonly notes: readonly string[];
}

/** A plan with what carrying it out needs. */
export interface PreparedRewind {
  readonly plan: RewindPlan;
  readonly header: JournalHeader;
  readonly events: readonly JournalEvent[];
  readonly steps: readonly RestoreStep[];
  /** The tree now, with every path that will be changed; absent where only the conversation goes back. */
  readonly now: Manifest;
  readonly place: CheckpointPlace;
}

/** Takes no lease and changes nothing; bytes of what would be overwritten are kept in `objects/`. */
export async function planRewind(
  around: RewindSurroundings,
  session: string,
  request: RewindRequest,
): Promise<Result<RewindPlan, SessionProblem>> {
  const read = await readSessionJournal(around.files, around.sessionsDirectory, session);
  if (!read.ok) return read;
  const prepared = await prepareRewind(around, read.value, request);
  return prepared.ok ? success(prepared.value.plan) : prepared;
}

export async function prepareRewind(
  around: RewindSurroundings,
  { header, events, newer }: JournalReading,
  request: RewindRequest,
): Promise<Result<PreparedRewind, SessionProblem>> {
  if (newer) return failure({ kind: 'newer-version', message: newerMessage(header) });
  const chosen = choose(header, events, request);
  if (!chosen.ok) return chosen;
  const { checkpoint, what } = chosen.value;
  const place = placeOf(around, header.worktree);
  const target = await readManifest(around.files, around.objectsDirectory, checkpoint.manifest);
  if (typeof target === 'string') return failure({ kind: 'damaged', message: target });
  const compared = await compareTree(place, target, what === 'conversation' ? 'nothing' : 'files');
  if (!compared.ok) return compared;
  const { now, steps, leftAlone, notes } = compared.value;
  const content = { files: place.files, git: place.git, objectsDirectory: place.objectsDirectory };
  const changes: PlannedChange[] = [];
  for (const step of steps) {
    changes.push({ path: step.path, kind: kindOf(step), diff: await diffOf(content, step) });
  }
  const droppedPrompts = what === 'files' ? [] : dropped(events, checkpoint.beforeSeq);
  const plan: RewindPlan = {
    session: header.session,
    root: header.worktree,
    checkpoint,
    what,
    changes,
    leftAlone,
    droppedPrompts,
    notes,
  };
  return success({ plan, header, events, steps, now, place });
}

function choose(
  header: JournalHeader,
  events: readonly JournalEvent[],
  request: RewindRequest,
): Result<{ readonly checkpoint: Checkpoint; readonly what: RewindPart }, SessionProblem> {
  const all = checkpointsIn(events);
  const redo = 'redo' in request ? rewindToTakeBack(events) : undefined;
  if ('redo' in request && redo === undefined) {
    return failure({ kind: 'not-found', message: `Session ${header.session} has no rewind to take back.` });
  }
  const number = redo?.from ?? ('redo' in request ? 0 : request.checkpoint);
  const checkpoint = all.find((candidate) => candidate.number === number);
  if (checkpoint !== undefined) {
    return success({ checkpoint, what: redo?.restored ?? ('redo' in request ? 'both' : request.what) });
  }
  const known =
    all.length === 0 ? 'It has none yet.' : `See them with: varve rewind ${header.session.slice(0, 8)}`;
  return failure({
    kind: 'not-found',
    message: `Session ${header.session} has no checkpoint ${number}. ${known}`,
  });
}

/** One that was cut off is taken back like any other; a taking back that was cut off goes on. */
function rewindToTakeBack(events: readonly JournalEvent[]): RewindStep | undefined {
  const unfinished = unfinishedRewind(events);
  const last = lastRewind(events);
  return unfinished === undefined || unfinished.to === last?.from ? last : unfinished;
}

/** Of the working tree whose root that is. */
export function placeOf(around: RewindSurroundings, root: string): CheckpointPlace {
  const { files, clock, objectsDirectory, cacheDirectory, keepIgnored, platform } = around;
  return {
    files,
    clock,
    git: around.gitFor(root),
    root,
    objectsDirectory,
    cacheDirectory,
    keepIgnored,
    platform,
  };
}

function dropped(events: readonly JournalEvent[], beforeSeq: number): readonly string[] {
  const promptsOf = (some: readonly JournalEvent[]) =>
    some.flatMap((event) => (event.type === 'message-user' && !event.steer ? [event] : []));
  const kept = new Set(promptsOf(countingEvents(events, beforeSeq)).map(({ seq }) => seq));
  return promptsOf(countingEvents(events)).flatMap(({ seq, text }) => (kept.has(seq) ? [] : [text]));
}

function kindOf({ now, wanted }: RestoreStep): PlannedChange['kind'] {
  if (now === undefined) return 'create';
  return wanted.kind === 'nothing' ? 'remove' : 'change';
}
