import { sha256 } from '../../base/hash.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { threeWayMerge } from '../../base/text-diff.ts';
import { shortPath } from '../hierarchy/places.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import type { SeenStore, SeenWrite } from './seen-memory.ts';

/**
 * What takes these writes back from what stands there now: the exact bytes of before, or a three-way merge where the
 * file was edited since. Nothing for a file that is as it was before already.
 */
export async function planTakingBack(
  { surroundings, project }: OpenProject,
  store: SeenStore,
  writes: readonly SeenWrite[],
  readNow: ReadNow,
): Promise<Result<readonly FileChange[], MemoryProblem>> {
  const changes: FileChange[] = [];
  for (const write of writes) {
    const { path } = write;
    const name = shortPath(path, { root: project.root, homeDirectory: surroundings.homeDirectory });
    if (await surroundings.unsavedFiles.isUnsaved(path)) {
      const message = `${name} has unsaved edits. Save it, then try again.`;
      return failure({ kind: 'unsaved', message, path });
    }
    const current = await readNow(path);
    const after = await bytesBefore(store, write, current);
    if (after === 'conflict') {
      const message = `${name} was edited since, in the same place. Open it and take the change back by hand.`;
      return failure({ kind: 'conflict', message, path });
    }
    if (after === 'gone') {
      const message = `What ${name} held before is no longer kept, so this cannot be taken back.`;
      return failure({ kind: 'not-found', message, path });
    }
    if (hashOf(current) !== write.before) changes.push({ path, before: current, after });
  }
  return success(changes);
}

async function bytesBefore(
  store: SeenStore,
  write: SeenWrite,
  current: Uint8Array | null,
): Promise<Uint8Array | null | 'conflict' | 'gone'> {
  const before = write.before === null ? null : await store.content(write.before);
  if (before === undefined) return 'gone';
  const found = hashOf(current);
  if (found === write.after || found === write.before) return before;
  if (current === null || before === null || write.after === null) return 'conflict';
  const theirs = await store.content(write.after);
  return theirs === undefined ? 'gone' : merged(theirs, current, before);
}

/** Only text can be merged; bytes that are not UTF-8 would not survive. */
function merged(base: Uint8Array, ours: Uint8Array, theirs: Uint8Array): Uint8Array | 'conflict' {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const result = threeWayMerge(decoder.decode(base), decoder.decode(ours), decoder.decode(theirs));
    return result.ok ? Buffer.from(result.value) : 'conflict';
  } catch {
    return 'conflict';
  }
}

function hashOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : sha256(bytes);
}
