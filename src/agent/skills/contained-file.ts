import { isAbsolute, relative, sep } from 'node:path';
import type { Files } from '../../base/files.ts';
import { errorCode } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';

export interface ContainedFile {
  /** Behind all links. */
  readonly path: string;
  readonly text: string;
}

/** Larger ones are no instructions for a model. */
const instructionBytes = 1024 * 1024;

/**
 * Reads a UTF-8 file that steers runs. With `within`, a real path, what a link leads out of it is refused: a
 * repository must not make a file of this machine an instruction. Fails with a sentence; `undefined` where there is
 * no such file. Never throws.
 */
export async function readContained(
  files: Files,
  path: string,
  within: string | undefined,
  maxBytes = instructionBytes,
): Promise<Result<ContainedFile, string> | undefined> {
  try {
    const status = await files.status(path);
    if (status === undefined) return undefined;
    const real = await files.realPath(path);
    if (within !== undefined && !isWithin(within, real))
      return failure(`${path} is a link out of the repository and does not count.`);
    if (status.kind !== 'file') return failure(`${path} is not a regular file and does not count.`);
    if (status.size > maxBytes)
      return failure(`${path} is larger than ${maxBytes / 1024 / 1024} MiB and does not count.`);
    const text = decode(await files.readFile(real));
    if (text === undefined) return failure(`${path} is not UTF-8 text and does not count.`);
    return success({ path: real, text });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    return failure(`${path} cannot be read (${errorCode(error) ?? 'unknown reason'}) and does not count.`);
  }
}

/** By path parts, never by text. */
export function isWithin(directory: string, path: string): boolean {
  const inside = relative(directory, path);
  return inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside));
}

/** `from` and the directories above it, up to and with `root`; `from` alone where it does not lie in `root`. */
export function upTo(root: string, from: string): readonly string[] {
  const inside = relative(root, from);
  if (inside === '') return [root];
  if (!isWithin(root, from)) return [from];
  const names = inside.split(sep);
  return names.map((_, index) => [root, ...names.slice(0, names.length - index)].join(sep)).concat(root);
}

function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
