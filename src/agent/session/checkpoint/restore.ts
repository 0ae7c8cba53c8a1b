import { dirname, join } from 'node:path';
import { removeScratch, replaceFile } from '../../../base/atomic-write.ts';
import type { Files } from '../../../base/files.ts';
import { errorCode, ioProblem } from '../../../base/io-problem.ts';
import type { UnsavedFiles } from '../../tools/unsaved-files.ts';
import { type ContentSurroundings, type LeftAlone, type RestoreStep, readContent } from './restore-steps.ts';

export interface RestoreSurroundings extends ContentSurroundings {
  readonly unsavedFiles: UnsavedFiles;
  /** Real path of the working tree. */
  readonly root: string;
  /** Names the drafts beside the files, so that what a crash leaves is found again; see {@link removeDrafts}. */
  readonly scratch: string;
}

const CHANGED = 'it was changed meanwhile and is left as it is now';

/**
 * Brings paths to how they stood: first what goes, then what comes, so that a file may take the place of a directory
 * and the other way round. Never over what is not as the step found it. Begun again after a crash with new steps, it
 * comes to the same end. Answers what was left alone; never rejects.
 */
export async function restore(
  around: RestoreSurroundings,
  steps: readonly RestoreStep[],
): Promise<readonly LeftAlone[]> {
  const refused: LeftAlone[] = [];
  const going: RestoreStep[] = [];
  for (const step of steps) {
    const reason = await whyNot(around, step);
    if (reason === undefined) going.push(step);
    else refused.push({ path: step.path, reason });
  }
  const gone = await carryOut(going, refused, (step) => takeAway(around, step));
  await carryOut(gone, refused, (step) => putBack(around, step));
  return refused;
}

/** Removes what a restore that was cut off left beside these paths; `kept`: hashes of old content that is kept. */
export async function removeDrafts(
  { files, root, scratch }: RestoreSurroundings,
  paths: Iterable<string>,
  kept: ReadonlySet<string>,
): Promise<void> {
  for (const path of paths) await removeScratch(files, join(root, path), scratch, kept);
}

/** The steps that came through; the others are told of. */
async function carryOut(
  steps: readonly RestoreStep[],
  refused: LeftAlone[],
  act: (step: RestoreStep) => Promise<string | undefined>,
): Promise<readonly RestoreStep[]> {
  const done: RestoreStep[] = [];
  for (const step of steps) {
    const reason = await act(step).catch((error: unknown) => ioProblem(error, 'put it back').message);
    if (reason === undefined) done.push(step);
    else refused.push({ path: step.path, reason });
  }
  return done;
}

async function whyNot(
  { unsavedFiles, root }: RestoreSurroundings,
  { path }: RestoreStep,
): Promise<string | undefined> {
  const isUnsaved = await unsavedFiles.isUnsaved(join(root, path)).catch(() => true);
  return isUnsaved ? 'it is open in the editor with unsaved edits' : undefined;
}

/** Removes what is in the way: a file that came later, or one of another kind than what shall stand there. */
async function takeAway(
  around: RestoreSurroundings,
  { path, now, wanted }: RestoreStep,
): Promise<string | undefined> {
  if (now === undefined || (now.kind === 'file' && wanted.kind === 'file')) return undefined;
  const { files, root } = around;
  const absolute = join(root, path);
  const behind = await whyBehindLink(files, root, path);
  if (behind !== undefined) return behind;
  if (now.kind === 'link') {
    if ((await linkAt(files, absolute)) !== now.target) return CHANGED;
    await files.removeFile(absolute);
  } else {
    if ((await files.linkStatus(absolute))?.kind !== 'file') return CHANGED;
    const removed = await replaceFile(files, {
      path: absolute,
      expected: now.object,
      bytes: null,
      scratch: around.scratch,
    });
    if (!removed.ok) return removed.error.kind === 'changed' ? CHANGED : removed.error.message;
  }
  await removeEmptyDirectories(files, root, dirname(path));
  return undefined;
}

async function putBack(
  around: RestoreSurroundings,
  { path, now, wanted }: RestoreStep,
): Promise<string | undefined> {
  if (wanted.kind === 'nothing') return undefined;
  const { files, root } = around;
  const absolute = join(root, path);
  const behind = await whyBehindLink(files, root, path);
  if (behind !== undefined) return behind;
  const isChange = now?.kind === 'file' && wanted.kind === 'file';
  const standing = await files.linkStatus(absolute);
  if (isChange ? standing?.kind !== 'file' : standing !== undefined) return CHANGED;
  if (wanted.kind === 'link') {
    await files.makeDirectory(dirname(absolute));
    await files.makeLink(wanted.target, absolute);
    return undefined;
  }
  const bytes = await readContent(around, wanted.source);
  if (bytes === undefined) return 'its content is no longer kept';
  const expected = isChange ? now.object : null;
  const written = await replaceFile(files, {
    path: absolute,
    expected,
    bytes,
    mode: wanted.mode,
    scratch: around.scratch,
  });
  if (written.ok) return undefined;
  return written.error.kind === 'changed' ? CHANGED : written.error.message;
}

/** A link among the directories above would lead a write to another place, maybe out of the working tree. */
async function whyBehindLink(files: Files, root: string, path: string): Promise<string | undefined> {
  const names = path.split('/').slice(0, -1);
  let at = root;
  for (const name of names) {
    at = join(at, name);
    const status = await files.linkStatus(at);
    if (status === undefined) return undefined;
    if (status.kind === 'link') return 'it lies behind a link';
    if (status.kind !== 'directory') return 'something stands where its directory was';
  }
  return undefined;
}

async function linkAt(files: Files, path: string): Promise<string | undefined> {
  return (await files.linkStatus(path))?.kind === 'link' ? files.readLink(path) : undefined;
}

/** Directories that only held what was removed. */
async function removeEmptyDirectories(files: Files, root: string, directory: string): Promise<void> {
  for (let at = directory; at !== '.' && at !== ''; at = dirname(at)) {
    try {
      await files.removeDirectory(join(root, at));
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY', 'EPERM', 'EACCES'].includes(errorCode(error) ?? ''))
        return;
      throw error;
    }
  }
}
