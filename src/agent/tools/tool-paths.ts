import { isAbsolute, relative, resolve, sep } from 'node:path';
import { resolveLinks } from '../../base/atomic-write.ts';
import type { FileStatus, Files } from '../../base/files.ts';
import { errorCode } from '../../base/io-problem.ts';
import type { ToolResult } from './tool.ts';
import { failedResult } from './tool-input.ts';

/** An absolute path for what the model wrote; relative ones start at the root. */
export function absolutePath(root: string, path: string): string {
  return resolve(root, path);
}

/** How a path is shown: from the root where it is inside, with `/` on every system. */
export function shownPath(root: string, path: string): string {
  const inside = relative(root, path);
  if (inside === '') return '.';
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return path;
  return inside.split(sep).join('/');
}

export interface LoadedFile {
  /** The file behind all links. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Larger ones are for commands. */
const maxFileBytes = 10 * 1024 * 1024;

/** Reads a regular file, or says in a sentence for the model why not. `shown` names it. */
export async function loadFile(files: Files, path: string, shown: string): Promise<LoadedFile | ToolResult> {
  try {
    const status = await files.status(path);
    const refusal = refusalFor(status, shown);
    if (refusal !== undefined) return refusal;
    return { path: await files.realPath(path), bytes: await files.readFile(path) };
  } catch (error) {
    return failedResult(`${shown} cannot be read (${errorCode(error) ?? 'unknown reason'}).`);
  }
}

/** Where a write to this path lands, links followed as far as they exist. */
export async function writeTarget(files: Files, path: string, shown: string): Promise<string | ToolResult> {
  try {
    return await resolveLinks(files, path);
  } catch (error) {
    const isDangling = ['ENOENT', 'ENOLINK'].includes(errorCode(error) ?? '');
    const why = isDangling ? 'is a link to something that does not exist' : 'cannot be resolved';
    return failedResult(`${shown} ${why}. Choose another path.`);
  }
}

/** The text of a file, or undefined where it is binary or not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refusalFor(status: FileStatus | undefined, shown: string): ToolResult | undefined {
  if (status === undefined)
    return failedResult(`${shown} does not exist. Use glob or list to find the right path.`);
  if (status.kind === 'directory')
    return failedResult(`${shown} is a directory. Use list to see what is in it.`);
  if (status.kind !== 'file') return failedResult(`${shown} is not a regular file and is not read.`);
  if (status.size > maxFileBytes) {
    return failedResult(
      `${shown} has ${status.size} bytes, more than the ${maxFileBytes} that are read. Use grep, or a command that shows a part.`,
    );
  }
  return undefined;
}
