import { randomBytes } from 'node:crypto';
import type { Files } from '../../../base/files.ts';
import type { Git } from '../../../base/git.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { CheckpointPlace } from '../../session/checkpoint/capture-tree.ts';
import { compareTree } from '../../session/checkpoint/compare-tree.ts';
import type { Manifest } from '../../session/checkpoint/manifest.ts';
import { restore } from '../../session/checkpoint/restore.ts';
import { noUnsavedFiles } from '../../tools/unsaved-files.ts';
import type { FreshSource } from './fresh-source.ts';

type Problem = { readonly message: string };

export interface CloneSurroundings {
  readonly files: Files;
  readonly gitFor: (directory: string) => Git;
  readonly signal?: AbortSignal;
}

/**
 * Clones into `directory`, which must not be there, and checks out the commit the session worked on, on its branch. No
 * hook and no filter runs. The clone's `origin` is the one of the repository it comes from. A local path is read
 * directly; an address only with the protocols `https` and `ssh`.
 */
export async function cloneRepository(
  around: CloneSurroundings,
  { repository, branch, tree: { head } }: FreshSource,
  directory: string,
): Promise<Result<void, Problem>> {
  const { files, gitFor } = around;
  if ((await files.linkStatus(directory)) !== undefined)
    return failure({ message: `${directory} is there already. Name another folder with --into.` });
  await files.makeDirectory(directory);
  if (repository === undefined || head === null) return success(undefined);
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(repository) || /^[^/\\]+@[^/\\]+:/.test(repository);
  const options = {
    environment: { GIT_ALLOW_PROTOCOL: isAddress ? 'https:ssh' : 'file' },
    ...(around.signal && { signal: around.signal }),
  };
  const git = gitFor(directory);
  const cloned = await git.text(['clone', '--quiet', '--no-checkout', '--', repository, '.'], options);
  if (!cloned.ok) {
    await files.removeDirectory(directory).catch(() => {});
    return failure({ message: `${repository} could not be cloned: ${cloned.error.message}` });
  }
  const origin = isAddress
    ? undefined
    : await gitFor(repository).text(['config', '--get', 'remote.origin.url']);
  if (origin?.ok && origin.value !== '') await git.text(['remote', 'set-url', 'origin', origin.value]);
  if (branch !== undefined) {
    const out = await git.text(['checkout', '--quiet', '--no-track', '-B', branch, head, '--'], options);
    if (out.ok) return success(undefined);
  }
  const out = await git.text(['checkout', '--quiet', '--detach', head, '--'], options);
  if (out.ok) return success(undefined);
  return failure({ message: `Commit ${head.slice(0, 10)} is not in ${repository}: ${out.error.message}` });
}

/** Makes the files stand as in the checkpoint, to the byte. Answers sentences about what could not be. */
export async function layFiles(
  place: CheckpointPlace,
  tree: Manifest,
): Promise<Result<readonly string[], Problem>> {
  const compared = await compareTree(place, tree, 'files');
  if (!compared.ok) return compared;
  const { files, git, objectsDirectory, root } = place;
  const scratch = `fresh-${randomBytes(6).toString('hex')}`;
  const around = { files, git, objectsDirectory, root, scratch, unsavedFiles: noUnsavedFiles };
  const refused = await restore(around, compared.value.steps);
  const left = [...compared.value.leftAlone, ...refused];
  return success(left.map(({ path, reason }) => `${path} is not as it was: ${reason}.`));
}
