import { randomBytes } from 'node:crypto';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';

/** Where the bytes with this hash stand below `objects/`. */
export function objectPath(directory: string, hash: string): string {
  return `${directory}/${hash}`;
}

/** Keeps bytes under their SHA-256, whole or not at all; what stands there already is left alone. Rejects with the file system's error. */
export async function storeObject(files: Files, directory: string, bytes: Uint8Array): Promise<string> {
  const path = objectPath(directory, sha256(bytes));
  if ((await files.status(path))?.size === bytes.length) return path;
  await files.makeDirectory(directory, 0o700);
  const scratch = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await files.writeNew(scratch, bytes, 0o600);
  await files.rename(scratch, path);
  return path;
}
