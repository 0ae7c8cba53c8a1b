import { dirname } from 'node:path';
import { replaceFile } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import type { Git, GitProblem } from '../../base/git.ts';
import { sha256 } from '../../base/hash.ts';
import { type Result, success } from '../../base/result.ts';

/** How far capture has looked: a cache. Lost or stale, history is read again and what is known is passed over. */
export interface CaptureMark {
  readonly version: 1;
  readonly head: string;
  /** SHA-256 of all tags with what they point at: a tag may be set on a commit looked at long ago. */
  readonly tags: string;
}

/** Where the repository stands now; undefined before the first commit. */
export async function currentMark(git: Git): Promise<Result<CaptureMark | undefined, GitProblem>> {
  const [head, tags] = await Promise.all([
    git.text(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
    git.text(['for-each-ref', '--format=%(refname) %(objectname)', 'refs/tags']),
  ]);
  if (!tags.ok) return tags;
  return success(head.ok ? { version: 1, head: head.value, tags: sha256(tags.value) } : undefined);
}

/** The revision after which commits were not looked at yet; undefined: look at all of history. */
export async function firstUnseen(
  files: Files,
  git: Git,
  path: string,
  now: CaptureMark,
): Promise<string | undefined> {
  const seen = await readMark(files, path);
  if (seen === undefined || seen.tags !== now.tags) return undefined;
  const reachable = await git.text(['merge-base', '--is-ancestor', seen.head, now.head]);
  return reachable.ok ? seen.head : undefined;
}

/** Remembers how far capture has looked. It is a cache: a failure costs a second look and nothing else. */
export async function rememberMark(files: Files, path: string, mark: CaptureMark): Promise<void> {
  try {
    await files.makeDirectory(dirname(path), 0o700);
    const before = await files.readFile(path).catch(() => undefined);
    const bytes = new TextEncoder().encode(`${JSON.stringify(mark)}\n`);
    await replaceFile(files, { path, expected: before === undefined ? null : sha256(before), bytes });
  } catch {
    // Told above: a cache.
  }
}

async function readMark(files: Files, path: string): Promise<CaptureMark | undefined> {
  const bytes = await files.readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<CaptureMark>;
    return value.version === 1 && typeof value.head === 'string' && typeof value.tags === 'string'
      ? { version: 1, head: value.head, tags: value.tags }
      : undefined;
  } catch {
    return undefined;
  }
}
