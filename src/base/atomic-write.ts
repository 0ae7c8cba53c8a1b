import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { FileStatus, Files } from './files.ts';
import { linkIfPossible } from './hard-link.ts';
import { sha256 } from './hash.ts';
import { errorCode, type IoProblem, ioProblem } from './io-problem.ts';
import { failure, type Result, success } from './result.ts';

export interface Replacement {
  readonly path: string;
  /** SHA-256 of what must stand there now; null: nothing may stand there. */
  readonly expected: string | null;
  /** null deletes. */
  readonly bytes: Uint8Array | null;
  /** Permission bits of the new file; those of the old file unless told. */
  readonly mode?: number | undefined;
  /** Names the scratch files beside the target, so that they can be found after a crash. Random unless told. */
  readonly scratch?: string;
}

/** What stands at the path is not what the caller saw; `current` is what it is, null for nothing. */
export interface ChangedProblem {
  readonly kind: 'changed';
  readonly current: Uint8Array | null;
  readonly message: string;
}

export type ReplaceProblem = ChangedProblem | IoProblem;

export interface Replaced {
  /** The file behind all links. */
  readonly path: string;
}

export interface ScratchPaths {
  /** The new content before it is renamed to the target. */
  readonly fresh: string;
  /** The old content, kept until it was compared once more. */
  readonly kept: string;
}

interface Target extends Replacement {
  readonly real: string;
  readonly before: FileStatus | undefined;
  readonly scratchPaths: ScratchPaths;
}

/** Thrown inside this file only: the way out of a half-done replacement. */
class ChangedMeanwhile extends Error {}

/** Where {@link replaceFile} with this scratch name puts its files for a target (links already resolved). */
export function scratchPaths(realPath: string, scratch: string): ScratchPaths {
  // By hash: a name of 255 bytes could not be made longer, and two targets of one directory need two names.
  const stem = join(dirname(realPath), `.varve-${scratch}-${sha256(basename(realPath)).slice(0, 8)}`);
  return { fresh: `${stem}.new`, kept: `${stem}.old` };
}

/**
 * Removes what {@link replaceFile} with this scratch name left when it was cut off: new content, and old content with
 * one of these hashes. Old content that nobody knows stays. Never rejects.
 */
export async function removeScratch(
  files: Files,
  realPath: string,
  scratch: string,
  known: ReadonlySet<string>,
): Promise<void> {
  const { fresh, kept } = scratchPaths(realPath, scratch);
  await files.removeFile(fresh).catch(() => {});
  const old = await files.readFile(kept).catch(() => undefined);
  if (old !== undefined && known.has(sha256(old))) await files.removeFile(kept).catch(() => {});
}

/** The file behind all links; a path where nothing stands resolves through its nearest existing parent. */
export async function resolveLinks(files: Files, path: string): Promise<string> {
  const standing = await files.linkStatus(path);
  if (standing?.kind === 'link' && (await files.status(path)) === undefined) {
    throw Object.assign(new Error(`${path} is a dangling link`), { code: 'ENOLINK' });
  }
  if (standing !== undefined) return files.realPath(path);
  const parent = dirname(path);
  return parent === path ? path : join(await resolveLinks(files, parent), basename(path));
}

/** What stands at a path, null for nothing. Rejects with EISDIR or EINVAL where it is no regular file: reading a pipe would hang. */
export async function readIfThere(files: Files, path: string): Promise<Uint8Array | null> {
  const status = await files.status(path);
  if (status === undefined) return null;
  if (status.kind !== 'file') throw notAFile(path, status);
  try {
    return await files.readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Makes, changes or deletes one file so that a crash leaves the old or the new content, never a mixture, and so
 * that what another program wrote in between is not lost: links resolved, new content flushed beside the target,
 * target hashed again right before the rename, its old inode kept by a hard link and compared once more after it.
 *
 * Parents are made where missing. Whether the target may be written at all is the caller's to know.
 * A write that goes to the old inode after the second comparison, or a rename between the last look and ours,
 * cannot be seen: that window (microseconds) remains. Owner, ACLs and further hard links of the old file are not
 * carried over. Where the file system has no hard links the second comparison is left out.
 */
export async function replaceFile(
  files: Files,
  replacement: Replacement,
): Promise<Result<Replaced, ReplaceProblem>> {
  let real = replacement.path;
  try {
    real = await resolveLinks(files, replacement.path);
    await assertUnchanged(files, real, replacement.expected);
    if (replacement.expected === null && replacement.bytes === null) return success({ path: real });
    const scratch = replacement.scratch ?? randomBytes(6).toString('hex');
    const before = await files.status(real);
    const target = { ...replacement, real, before, scratchPaths: scratchPaths(real, scratch) };
    await put(files, target);
    return success({ path: real });
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return changed(files, replacement.path, real);
    return failure(ioProblem(error, `write ${replacement.path}`));
  }
}

async function put(files: Files, target: Target): Promise<void> {
  const { bytes } = target;
  if (bytes === null) return remove(files, target);
  const { fresh } = target.scratchPaths;
  const directory = dirname(target.real);
  await files.makeDirectory(directory);
  try {
    await files.writeNew(fresh, bytes, target.mode ?? target.before?.mode);
    await (target.expected === null ? create(files, target) : change(files, target));
  } finally {
    await removeQuietly(files, fresh);
  }
  await files.syncDirectory(directory);
}

async function create(files: Files, target: Target): Promise<void> {
  try {
    if (await linkIfPossible(files, target.scratchPaths.fresh, target.real)) return;
  } catch (error) {
    throw errorCode(error) === 'EEXIST' ? new ChangedMeanwhile() : error;
  }
  await assertUnchanged(files, target.real, null);
  await files.rename(target.scratchPaths.fresh, target.real);
}

async function change(files: Files, target: Target): Promise<void> {
  const { fresh, kept } = target.scratchPaths;
  const hasKept = await keepOld(files, target.real, kept);
  let renamed = false;
  try {
    await assertUnchanged(files, target.real, target.expected);
    // Another program that renames its file over the target would leave our link with the older one.
    if (hasKept && !(await isSameFile(files, target.real, kept))) throw new ChangedMeanwhile();
    await files.rename(fresh, target.real);
    renamed = true;
  } finally {
    if (hasKept && !renamed) await removeQuietly(files, kept);
  }
  if (hasKept) await compareKept(files, target);
}

/** After the rename: what the old inode holds now must be what the caller saw, else it goes back. */
async function compareKept(files: Files, target: Target): Promise<void> {
  const { kept } = target.scratchPaths;
  try {
    if (sha256(await files.readFile(kept)) !== target.expected) throw new ChangedMeanwhile();
  } catch (error) {
    // Never over a third file: then the old content stays beside it, under its scratch name.
    const standing = await readIfThere(files, target.real);
    if (standing !== null && target.bytes !== null && Buffer.compare(standing, target.bytes) === 0) {
      await files.rename(kept, target.real);
    }
    throw error;
  }
  await removeQuietly(files, kept);
}

async function remove(files: Files, target: Target): Promise<void> {
  const { kept } = target.scratchPaths;
  try {
    await files.rename(target.real, kept);
  } catch (error) {
    throw errorCode(error) === 'ENOENT' ? new ChangedMeanwhile() : error;
  }
  try {
    if (sha256(await files.readFile(kept)) !== target.expected) throw new ChangedMeanwhile();
    await files.removeFile(kept);
  } catch (error) {
    await putBack(files, kept, target.real);
    throw error;
  }
  await files.syncDirectory(dirname(target.real));
}

/** Never over a third file that took the place meanwhile: then the kept one stays beside it. */
async function putBack(files: Files, kept: string, real: string): Promise<void> {
  if ((await files.linkStatus(real)) === undefined) await files.rename(kept, real);
}

async function keepOld(files: Files, real: string, kept: string): Promise<boolean> {
  try {
    return await linkIfPossible(files, real, kept);
  } catch (error) {
    throw errorCode(error) === 'ENOENT' ? new ChangedMeanwhile() : error;
  }
}

async function assertUnchanged(files: Files, real: string, expected: string | null): Promise<void> {
  const current = await readIfThere(files, real);
  if ((current === null ? null : sha256(current)) !== expected) throw new ChangedMeanwhile();
}

async function isSameFile(files: Files, one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([files.linkStatus(one), files.linkStatus(other)]);
  return first !== undefined && first.identity === second?.identity;
}

async function changed(files: Files, path: string, real: string): Promise<Result<never, ReplaceProblem>> {
  try {
    const current = await readIfThere(files, real);
    return failure({
      kind: 'changed',
      current,
      message: `${path} was changed by another program meanwhile.`,
    });
  } catch (error) {
    return failure(ioProblem(error, `read ${path}`));
  }
}

/** A scratch file that cannot be removed does no harm: the name tells whose it is. */
async function removeQuietly(files: Files, path: string): Promise<void> {
  const remove = () => files.removeFile(path);
  await remove().catch((error) => (errorCode(error) === 'ENOENT' ? undefined : remove().catch(() => {})));
}

function notAFile(path: string, status: FileStatus): Error {
  const code = status.kind === 'directory' ? 'EISDIR' : 'EINVAL';
  return Object.assign(new Error(`${path} is not a regular file`), { code });
}
