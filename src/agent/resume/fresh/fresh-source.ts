import { dirname, join } from 'node:path';
import { failure, type Result, success } from '../../../base/result.ts';
import { readState } from '../../../memory/project/project-state.ts';
import { type CheckpointPlace, createTreeCapture } from '../../session/checkpoint/capture-tree.ts';
import { type Checkpoint, checkpointsIn } from '../../session/checkpoint/checkpoint-list.ts';
import { type Manifest, readManifest } from '../../session/checkpoint/manifest.ts';
import { placeOf, type RewindSurroundings } from '../../session/checkpoint/plan-rewind.ts';
import type { JournalEvent } from '../../session/journal-event.ts';
import type { JournalReading } from '../../session/journal-reading.ts';
import { foldSession } from '../../session/session-fold.ts';

/** Whatever a session left, put together: which files, from which repository, and where its conversation goes on. */
export interface FreshSource {
  /** The files as they are laid out. */
  readonly tree: Manifest;
  /** A path or an address that git clones; absent outside git. */
  readonly repository?: string;
  readonly branch?: string;
  /** The conversation goes on from before the event with this `seq`; all of it unless told. */
  readonly beforeSeq?: number;
  /** A prompt that stands behind that and is given again. */
  readonly prompt?: string;
  /** What a person should know, in sentences. */
  readonly notes: readonly string[];
}

export interface FreshSurroundings extends RewindSurroundings {
  /** State directory of the project. */
  readonly stateDirectory: string;
  /** Root of the worktree the command was given in. */
  readonly root: string;
}

type Problem = { readonly message: string };

/**
 * The files of a session as they are now where its folder is still there, else as its last checkpoint kept them: then
 * the conversation goes back to that moment, too, because what was done after it is gone. Reads only, but for bytes that
 * are kept in `objects/`. `from`: where to clone from, in place of what is known of the project.
 */
export async function findFreshSource(
  around: FreshSurroundings,
  reading: JournalReading,
  from?: string,
): Promise<Result<FreshSource, Problem>> {
  const { header, events } = reading;
  const { branch } = foldSession(header, events);
  const there = await around.files.status(header.worktree).catch(() => undefined);
  const found =
    there?.kind === 'directory'
      ? await treeNow(placeOf(around, header.worktree))
      : await lastKept(around, header.worktree, events);
  if (!found.ok) return found;
  const { head } = found.value.tree;
  if (head === null) return success(found.value);
  const repository = from ?? (await repositoryWith(around, header.worktree, head));
  if (repository === undefined) {
    const message = `No repository on this machine holds commit ${head.slice(0, 10)}, on which the session worked. Name one with --from.`;
    return failure({ message });
  }
  return success({ ...found.value, repository, ...(branch !== undefined && { branch }) });
}

async function treeNow(place: CheckpointPlace): Promise<Result<FreshSource, Problem>> {
  const captured = await createTreeCapture(place).capture();
  if (captured.ok) return success({ tree: captured.value, notes: [] });
  return failure({ message: `The files of ${place.root} could not be read: ${captured.error.message}` });
}

async function lastKept(
  { files, objectsDirectory }: FreshSurroundings,
  worktree: string,
  events: readonly JournalEvent[],
): Promise<Result<FreshSource, Problem>> {
  const last = checkpointsIn(events).at(-1);
  if (last === undefined) {
    const message = `The folder of the session, ${worktree}, is gone and it has no checkpoint. Its brief is still there: varve resume ID --brief`;
    return failure({ message });
  }
  const tree = await readManifest(files, objectsDirectory, last.manifest);
  if (typeof tree === 'string') return failure({ message: tree });
  return success({ tree, ...conversationAt(last, events) });
}

/** What was said after the checkpoint speaks of effects that are gone, unless the run had come to its end there. */
function conversationAt(
  { reason, beforeSeq }: Checkpoint,
  events: readonly JournalEvent[],
): Pick<FreshSource, 'beforeSeq' | 'prompt' | 'notes'> {
  const later = events.filter(({ seq }) => seq >= beforeSeq);
  const hasEffects = later.some((event) => event.type === 'tool-intent' && event.effect !== 'read');
  if (reason === 'end' || !hasEffects) return { notes: [] };
  const prompt = later.find((event) => event.type === 'message-user' && !event.steer);
  const notes = [
    'Its folder is gone: it goes on from its last checkpoint. What was changed after that is not in it, and what was said after that is left out.',
  ];
  return { beforeSeq, notes, ...(prompt?.type === 'message-user' && { prompt: prompt.text }) };
}

/** The session's own repository, another worktree or clone of the project, or the one the command was given in. */
async function repositoryWith(
  { files, gitFor, stateDirectory, root }: FreshSurroundings,
  worktree: string,
  head: string,
): Promise<string | undefined> {
  const known = (await readState(files, stateDirectory).catch(() => undefined))?.state.evidence;
  const directories = (known?.commonDirectories ?? []).map((path) =>
    path.endsWith('.git') ? dirname(path) : path,
  );
  for (const candidate of [
    worktree,
    root,
    ...directories.toReversed(),
    ...(known?.paths ?? []).toReversed(),
  ]) {
    if ((await files.status(candidate).catch(() => undefined))?.kind !== 'directory') continue;
    const holds = await gitFor(candidate).text(['cat-file', '-e', `${head}^{commit}`]);
    if (holds.ok) return candidate;
  }
  return undefined;
}

/** Beside the session's own folder where that place is still there, else beside the folder the command was given in. */
export async function freshDirectory(
  { files, root }: FreshSurroundings,
  worktree: string,
  session: string,
): Promise<string> {
  const parent = dirname(worktree);
  const isThere = (await files.status(parent).catch(() => undefined))?.kind === 'directory';
  const name = `${worktree.slice(parent.length).replace(/^[\\/]+/, '') || 'work'}-${session.slice(-6)}`;
  return join(isThere ? parent : dirname(root), name);
}
