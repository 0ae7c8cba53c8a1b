import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { errorCode } from '../../base/io-problem.ts';

/**
 * Content by its SHA-256: `objects/<sha256>`, raw bytes, mode 0600, never changed once written. Holds pre-images,
 * spilled output and checkpoint blobs. Rejects with Node's errors; content that is missing or damaged is undefined.
 */
export class ObjectStore {
  readonly #files: Files;
  readonly #directory: string;

  /** `directory` is absolute and made at the first write. */
  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** On disk (fsync) when it resolves. */
  async put(bytes: Uint8Array): Promise<string> {
    const hash = sha256(bytes);
    const path = join(this.#directory, hash);
    const standing = await this.#files.status(path);
    if (standing?.kind === 'file' && standing.size === bytes.byteLength) return hash;
    await this.#files.makeDirectory(this.#directory, 0o700);
    const draft = join(this.#directory, `draft-${randomBytes(8).toString('hex')}`);
    try {
      await this.#files.writeNew(draft, bytes, 0o600);
      await this.#files.rename(draft, path);
    } catch (error) {
      await this.#files.removeFile(draft).catch(() => {});
      throw error;
    }
    await this.#files.syncDirectory(this.#directory);
    return hash;
  }

  async get(hash: string): Promise<Uint8Array | undefined> {
    if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
    try {
      const bytes = await this.#files.readFile(join(this.#directory, hash));
      return sha256(bytes) === hash ? bytes : undefined;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async has(hash: string): Promise<boolean> {
    return (await this.get(hash)) !== undefined;
  }
}
