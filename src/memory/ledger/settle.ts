import { dirname } from 'node:path';
import { readIfThere, replaceFile, resolveLinks, scratchPaths } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { type IoProblem, ioProblem } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { BeginLine, EndLine } from './ledger-line.ts';
import type { ObjectStore } from './object-store.ts';
import type { LedgerTarget } from './operation.ts';
import { fromStoredPath, type PathRoots } from './stored-path.ts';

export interface SettleSurroundings {
  readonly files: Files;
  readonly objects: ObjectStore;
  readonly roots: PathRoots;
  /** Directories that committed operations made: they go when Varve empties them. */
  readonly madeBefore: ReadonlySet<string>;
}

export interface Settled {
  readonly outcome: EndLine['outcome'];
  readonly foreign: NonNullable<EndLine['foreign']>;
}

interface Standing {
  readonly target: LedgerTarget;
  readonly path: string;
  readonly state: 'pre' | 'post' | 'foreign';
  readonly found: string | null;
}

/**
 * Brings the targets of a begun operation to *before* or *after*. `back` takes back; `auto` goes on when at least
 * one target has its new content and every new content can be had, else takes back. A target that is neither was
 * changed by somebody else: it is left, and its content kept in `objects/`. Doing it twice is doing it once.
 */
export async function settle(
  surroundings: SettleSurroundings,
  begin: BeginLine,
  direction: 'back' | 'auto',
): Promise<Result<Settled, IoProblem>> {
  try {
    const standings: Standing[] = [];
    for (const target of begin.targets) standings.push(await examine(surroundings, begin.id, target));
    const outcome =
      direction === 'auto' && (await canGoOn(surroundings, standings)) ? 'committed' : 'rolled-back';
    const foreign: { path: string; found: string | null }[] = [];
    const inOrder = outcome === 'committed' ? standings : [...standings].reverse();
    for (const standing of inOrder) {
      const found = await bring(surroundings, begin.id, standing, outcome);
      if (found !== undefined) foreign.push({ path: standing.target.path, found });
    }
    await clearDirectories(surroundings, begin, outcome);
    return success({ outcome, foreign });
  } catch (error) {
    return failure(ioProblem(error, 'complete or take back a memory operation'));
  }
}

/** Directories that this operation made, or earlier ones did, and that stand empty now, are removed. */
export async function clearDirectories(
  { files, roots, madeBefore }: SettleSurroundings,
  begin: Pick<BeginLine, 'targets' | 'made'>,
  outcome: EndLine['outcome'],
): Promise<void> {
  const candidates = new Set(
    outcome === 'rolled-back' ? begin.made.map((made) => fromStoredPath(made, roots)) : [],
  );
  if (outcome === 'committed') {
    for (const target of begin.targets) {
      let directory = dirname(fromStoredPath(target.path, roots));
      while (target.post === null && madeBefore.has(directory)) {
        candidates.add(directory);
        directory = dirname(directory);
      }
    }
  }
  const deepestFirst = [...candidates].sort((a, b) => b.length - a.length);
  // Not empty, or already gone: both are fine.
  for (const directory of deepestFirst) await files.removeDirectory(directory).catch(() => {});
}

async function examine(
  { files, objects, roots }: SettleSurroundings,
  id: string,
  target: LedgerTarget,
): Promise<Standing> {
  const path = fromStoredPath(target.path, roots);
  const real = await resolveLinks(files, path);
  const { fresh, kept } = scratchPaths(real, id);
  await removeIfThere(files, fresh);
  let found = hashOf(await readIfThere(files, real));
  const old = await readIfThere(files, kept);
  if (old !== null) {
    const isForeign = sha256(old) !== target.pre;
    if (isForeign) await objects.put(old);
    // Somebody wrote to the old file in the last moment before the crash: theirs goes back to its place.
    if (isForeign && found === target.post) {
      await files.rename(kept, real);
      found = sha256(old);
    } else await removeIfThere(files, kept);
  }
  const state = found === target.pre ? 'pre' : found === target.post ? 'post' : 'foreign';
  return { target, path, state, found };
}

async function canGoOn({ objects }: SettleSurroundings, standings: readonly Standing[]): Promise<boolean> {
  if (!standings.some(({ state }) => state === 'post')) return false;
  for (const { target, state } of standings) {
    if (state === 'pre' && target.post !== null && !(await objects.has(target.post))) return false;
  }
  return true;
}

/** Answers what was found (null for nothing) where it was somebody else's, else undefined. */
async function bring(
  { files, objects }: SettleSurroundings,
  id: string,
  { target, path, state, found }: Standing,
  outcome: EndLine['outcome'],
): Promise<string | null | undefined> {
  const [expected, wanted] = outcome === 'committed' ? [target.pre, target.post] : [target.post, target.pre];
  if (found === wanted) return undefined;
  if (state === 'foreign') return keepForeign(objects, await readIfThere(files, path));
  const bytes = wanted === null ? null : await objects.get(wanted);
  if (bytes === undefined) return keepForeign(objects, await readIfThere(files, path));
  const replaced = await replaceFile(files, { path, expected, bytes, mode: target.mode, scratch: id });
  if (replaced.ok) return undefined;
  if (replaced.error.kind === 'changed') return keepForeign(objects, replaced.error.current);
  throw Object.assign(new Error(replaced.error.message), { code: replaced.error.code });
}

async function keepForeign(objects: ObjectStore, content: Uint8Array | null): Promise<string | null> {
  return content === null ? null : objects.put(content);
}

async function removeIfThere(files: Files, path: string): Promise<void> {
  if ((await files.linkStatus(path)) !== undefined) await files.removeFile(path);
}

function hashOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : sha256(bytes);
}
