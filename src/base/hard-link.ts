import type { Files } from './files.ts';
import { errorCode } from './io-problem.ts';

/** What file systems without hard links answer (exFAT, some network and FUSE file systems, Windows shares). */
const NO_HARD_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EISDIR', 'UNKNOWN'];

/** Makes a second name for a file; false where the file system has no hard links. Rejects with all else, EEXIST too. */
export async function linkIfPossible(files: Files, existing: string, path: string): Promise<boolean> {
  try {
    await files.link(existing, path);
    return true;
  } catch (error) {
    if (NO_HARD_LINKS.includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}
