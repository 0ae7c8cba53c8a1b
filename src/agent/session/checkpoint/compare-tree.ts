import { failure, type Result, success } from '../../../base/result.ts';
import type { SessionProblem } from '../session-problem.ts';
import { type CheckpointPlace, createTreeCapture } from './capture-tree.ts';
import type { Manifest } from './manifest.ts';
import { type LeftAlone, type RestoreStep, stepFor } from './restore-steps.ts';
import { pathsBetween, submodulesOf, treeStates } from './tree-states.ts';

/** A tree as it stands, and the way from there to a checkpoint. */
export interface ComparedTree {
  readonly now: Manifest;
  readonly steps: readonly RestoreStep[];
  readonly leftAlone: readonly LeftAlone[];
  readonly notes: readonly string[];
}

/** Changes nothing in the tree; with `nothing` only looks at how it stands. */
export async function compareTree(
  place: CheckpointPlace,
  target: Manifest,
  wanted: 'files' | 'nothing',
): Promise<Result<ComparedTree, SessionProblem>> {
  const { git } = place;
  const capture = createTreeCapture(place);
  const first = await capture.capture();
  if (!first.ok) return failure(unreadable(place, first.error.message));
  if (wanted === 'nothing') return success({ now: first.value, steps: [], leftAlone: [], notes: [] });
  const then = await treeStates(git, target, 'then');
  const paths = pathsBetween(then, await treeStates(git, first.value, 'now'));
  // Once more, with the bytes of all that may be overwritten: so a rewind can be taken back to the byte.
  const second = await capture.capture(paths);
  if (!second.ok) return failure(unreadable(place, second.error.message));
  const now = await treeStates(git, second.value, 'now');
  const steps: RestoreStep[] = [];
  const leftAlone: LeftAlone[] = cameAndStay(target, second.value);
  for (const path of paths) {
    const step = await stepFor(place, target, then.stateOf(path), now.stateOf(path));
    if (step === undefined) continue;
    if ('reason' in step) leftAlone.push(step);
    else steps.push(step);
  }
  const notes = notesOn(target, second.value, submodulesOf(then));
  return success({ now: second.value, steps, leftAlone, notes });
}

/** Came later and could not be brought back if it were taken away. */
function cameAndStay(target: Manifest, now: Manifest): LeftAlone[] {
  const then = new Set([...target.left.map(({ path }) => path), ...target.entries.map(({ path }) => path)]);
  const came = now.left.filter(({ path }) => !then.has(path));
  return came.map(({ path }) => ({ path, reason: 'it could not be brought back' }));
}

function notesOn(target: Manifest, now: Manifest, submodules: readonly string[]): readonly string[] {
  const notes: string[] = [];
  if (target.root !== now.root) {
    notes.push(`The checkpoint was taken in ${target.root}; its files are put back here, in ${now.root}.`);
  }
  if (target.head !== now.head && target.head !== null) {
    const commit = target.head.slice(0, 10);
    notes.push(
      `Commits were made or changed since: files are put back as they were on commit ${commit}. The branch, the index and the commits stay as they are.`,
    );
  }
  if (submodules.length > 0) {
    notes.push(`Submodules are left as they are: ${submodules.join(', ')}.`);
  }
  return notes;
}

function unreadable(place: CheckpointPlace, why: string): SessionProblem {
  return { kind: 'io', message: `The files of ${place.root} could not be compared: ${why}` };
}
