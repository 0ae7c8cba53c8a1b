import { dirname } from 'node:path';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { isInside } from '../hierarchy/places.ts';
import { directoriesOf } from './edit-context.ts';
import type { OpenProject } from './open-project.ts';
import type { SeenMemory, SeenStore } from './seen-memory.ts';
import { changedByGit, type SeenChange, writtenByVarve } from './write-causes.ts';

export interface Look {
  readonly open: OpenProject;
  readonly store: SeenStore;
  readonly seen: SeenMemory;
  /** Absolute paths of the memory files there are now. */
  readonly memoryFiles: readonly string[];
  /** Files that the person is saving at this moment are left for the next look. */
  readonly isSaving: (path: string) => boolean;
}

const maxFileBytes = 256 * 1024;
const maxFiles = 2_000;
/** A transaction may have been under way at the last look. */
const underWayMs = 60_000;

/** The memory files that are not as they were last seen. Generated files and records are not among them. */
export async function changesSince(look: Look): Promise<readonly SeenChange[]> {
  const { open, store, seen, isSaving } = look;
  const found: SeenChange[] = [];
  for (const path of pathsOf(look)) {
    if (isSaving(path)) continue;
    const bytes = await readSmall(open.surroundings.files, path);
    if (bytes === undefined) continue;
    const before = seen.files[path] ?? null;
    const after = bytes === null ? null : sha256(bytes);
    if (before === after) continue;
    const beforeBytes = before === null ? undefined : await store.content(before);
    found.push({ path, before, after, beforeBytes, afterBytes: bytes ?? undefined });
  }
  return found;
}

/** What was seen in another worktree stands in the same state; it is that one's to look at. */
function pathsOf({ open, seen, memoryFiles }: Look): readonly string[] {
  const { project, places, surroundings } = open;
  const there = memoryFiles.filter((path) => path !== places.delivery && !isInside(path, places.base));
  const directories = new Set(there.map(dirname));
  const { configDirectory } = directoriesOf(surroundings);
  const known = [...Object.keys(seen.files), ...seen.writes.map(({ path }) => path)].filter(
    (path) =>
      isInside(path, project.root) || isInside(path, configDirectory) || directories.has(dirname(path)),
  );
  return [...new Set([...there, ...known])].slice(0, maxFiles);
}

/** The paths whose change neither Varve, nor git, nor the passing of time before the last look explains. */
export async function unexplained(
  open: OpenProject,
  changes: readonly SeenChange[],
  seen: SeenMemory,
): Promise<readonly string[]> {
  if (changes.length === 0) return [];
  const ledger = await open.ledger();
  const entries = ledger.ok ? await ledger.value.entries() : [];
  const lookedAt = Date.parse(seen.lookedAt);
  const byVarve = writtenByVarve(entries, open.project.stateDirectory, lookedAt - underWayMs);
  const left: SeenChange[] = [];
  for (const change of changes) {
    if (byVarve(change.path, change.after)) continue;
    if (change.before === null && (await wasThere(open, change.path, lookedAt))) continue;
    left.push(change);
  }
  const git = open.git();
  const byGit = git === undefined ? new Set<string>() : await changedByGit(git, open.project.root, left);
  return left.map(({ path }) => path).filter((path) => !byGit.has(path));
}

/** A file that joined the hierarchy now (by a setting, say) and was there all along is nobody's news. */
async function wasThere({ surroundings }: OpenProject, path: string, lookedAt: number): Promise<boolean> {
  const status = await surroundings.files.status(path).catch(() => undefined);
  return status !== undefined && status.modified < lookedAt;
}

/** null: no file; undefined: over 256 KiB, no regular file, or not readable now. */
export async function readSmall(files: Files, path: string): Promise<Uint8Array | null | undefined> {
  try {
    const status = await files.status(path);
    if (status === undefined) return null;
    return status.kind === 'file' && status.size <= maxFileBytes ? await files.readFile(path) : undefined;
  } catch {
    return undefined;
  }
}
