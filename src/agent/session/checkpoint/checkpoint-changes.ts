import type { Git } from '../../../base/git.ts';
import { type Result, success } from '../../../base/result.ts';
import { readSessionJournal } from '../session.ts';
import type { SessionProblem } from '../session-problem.ts';
import { createTreeCapture } from './capture-tree.ts';
import { type Checkpoint, shownCheckpoints } from './checkpoint-list.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { placeOf, type RewindSurroundings } from './plan-rewind.ts';
import { readCommitTree } from './tree-changes.ts';

/** A checkpoint with what happened to the files after it. */
export interface CheckpointRow extends Checkpoint {
  /** Files that stood otherwise at the next checkpoint, for the last one: now. Null where it is not known. */
  readonly filesChanged: number | null;
}

/** As {@link listCheckpoints}, with the number of files that changed after each. */
export async function listCheckpointRows(
  around: RewindSurroundings,
  session: string,
): Promise<Result<readonly CheckpointRow[], SessionProblem>> {
  const read = await readSessionJournal(around.files, around.sessionsDirectory, session);
  if (!read.ok) return read;
  const place = placeOf(around, read.value.header.worktree);
  const checkpoints = shownCheckpoints(read.value.events);
  const manifests: (Manifest | undefined)[] = [];
  for (const { manifest } of checkpoints) {
    const known = await readManifest(around.files, around.objectsDirectory, manifest);
    manifests.push(typeof known === 'string' ? undefined : known);
  }
  const now = checkpoints.length === 0 ? undefined : await createTreeCapture(place).capture();
  manifests.push(now?.ok ? now.value : undefined);
  const rows: CheckpointRow[] = [];
  for (const [index, checkpoint] of checkpoints.entries()) {
    const [one, other] = [manifests[index], manifests[index + 1]];
    rows.push({
      ...checkpoint,
      filesChanged: one && other ? await changedBetween(place.git, one, other) : null,
    });
  }
  return success(rows);
}

async function changedBetween(git: Git, one: Manifest, other: Manifest): Promise<number | null> {
  const [first, second] = [statesOf(one), statesOf(other)];
  const paths = new Set([...first.keys(), ...second.keys()]);
  const changed = new Set([...paths].filter((path) => first.get(path) !== second.get(path)));
  if (one.head === other.head) return changed.size;
  const [before, after] = await Promise.all([one, other].map(({ head }) => treeOf(git, head)));
  if (before === undefined || after === undefined) return null;
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const isSameCommit = before.get(path) === after.get(path);
    if (!paths.has(path) && !isSameCommit) changed.add(path);
    // Noted before and as in another commit now: it was committed, which changes how it is noted and not how it stands.
    if (!second.has(path) && first.has(path) && !isSameCommit) changed.delete(path);
  }
  return changed.size;
}

function statesOf({ entries }: Manifest): ReadonlyMap<string, string> {
  return new Map(entries.map((entry) => [entry.path, JSON.stringify(entry)]));
}

async function treeOf(git: Git, head: string | null): Promise<ReadonlyMap<string, string> | undefined> {
  if (head === null) return new Map();
  const read = await readCommitTree(git, head);
  return read.ok
    ? new Map([...read.value].map(([path, { mode, oid }]) => [path, `${mode} ${oid}`]))
    : undefined;
}
