import { readIfThere } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { threeWayMerge } from '../../base/text-diff.ts';
import { lastWriteOf, type Writes } from './history.ts';
import type { ObjectStore } from './object-store.ts';
import type { FileChange, LedgerEntry, LedgerProblem, LedgerTarget } from './operation.ts';
import { fromStoredPath, type PathRoots } from './stored-path.ts';

type Step = Result<FileChange | undefined, LedgerProblem>;

/**
 * What takes an operation back: the exact bytes of before where the file is as the operation left it, a three-way
 * merge where it was edited later, a `conflict` where the edits touched the same lines, or a later operation moved on
 * what this one made: taking back only the rest would leave it in two places. Derived files are left to the caller,
 * who makes them anew. Rejects with Node's errors.
 */
export async function planInverse(
  files: Files,
  objects: ObjectStore,
  roots: PathRoots,
  entry: LedgerEntry,
  writes: Writes,
  isDerived: (path: string) => boolean = () => false,
): Promise<Result<readonly FileChange[], LedgerProblem>> {
  const changes: FileChange[] = [];
  for (const target of [...entry.targets].reverse()) {
    const path = fromStoredPath(target.path, roots);
    if (isDerived(path)) continue;
    const current = await readIfThere(files, path);
    const isMovedOn = target.pre === null && target.post !== null && current === null;
    const step =
      isMovedOn && laterThan(entry, path, writes) !== undefined
        ? failure(conflict(path))
        : await inverseOf(objects, target, path, current);
    if (!step.ok) return failure(nameLater(step.error, entry, writes));
    if (step.value !== undefined) changes.push(step.value);
  }
  return success(changes);
}

async function inverseOf(
  objects: ObjectStore,
  target: LedgerTarget,
  path: string,
  current: Uint8Array | null,
): Promise<Step> {
  const found = current === null ? null : sha256(current);
  if (found === target.pre) return success(undefined);
  const before = target.pre === null ? null : await objects.get(target.pre);
  if (before === undefined) return failure(contentGone(path));
  if (found === target.post) return success({ path, before: current, after: before });
  if (current === null || before === null || target.post === null) return failure(conflict(path));
  const left = await objects.get(target.post);
  if (left === undefined) return failure(contentGone(path));
  const merged = merge(left, current, before);
  return merged === undefined ? failure(conflict(path)) : success({ path, before: current, after: merged });
}

/** Only text can be merged; bytes that are not UTF-8 would not survive. */
function merge(base: Uint8Array, ours: Uint8Array, theirs: Uint8Array): Uint8Array | undefined {
  const [baseText, ourText, theirText] = [decode(base), decode(ours), decode(theirs)];
  if (baseText === undefined || ourText === undefined || theirText === undefined) return undefined;
  const merged = threeWayMerge(baseText, ourText, theirText);
  return merged.ok ? Buffer.from(merged.value) : undefined;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A conflict with a later operation names it: taking that one back first is the next step. */
function nameLater(problem: LedgerProblem, entry: LedgerEntry, writes: Writes): LedgerProblem {
  if (problem.kind !== 'conflict') return problem;
  const later = laterThan(entry, problem.path, writes);
  if (later === undefined) return problem;
  const message = `${problem.path} was changed by a later operation (${later.action}, ${later.id}). Undo that one first.`;
  return { ...problem, message };
}

function laterThan(entry: LedgerEntry, path: string, writes: Writes): LedgerEntry | undefined {
  const last = lastWriteOf(path, writes)?.entry;
  return last !== undefined && last.seq > entry.seq ? last : undefined;
}

function conflict(path: string): LedgerProblem {
  const message = `${path} was edited since, in the same place. Open it and take the change back by hand.`;
  return { kind: 'conflict', path, message };
}

function contentGone(path: string): LedgerProblem {
  const message = `What ${path} held before is no longer kept, so this cannot be undone.`;
  return { kind: 'content-gone', path, message };
}
