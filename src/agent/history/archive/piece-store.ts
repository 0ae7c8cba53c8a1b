import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { Files } from '../../../base/files.ts';
import { sha256 } from '../../../base/hash.ts';
import { errorCode } from '../../../base/io-problem.ts';
import type { Piece } from './manifest.ts';

/** A kept file is cut into pieces of at most this many bytes: one of them is in memory at a time. */
export const PIECE_BYTES = 4 * 1024 * 1024;

const SUFFIX = '.br';
/** Half a step below the best that is still quick; a transcript becomes a quarter of its size. */
const QUALITY = 5;

/** Codes that are not the disk's. */
const OF_DECOMPRESSOR = /^(ERR|Z)_/;

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** A piece is not there, or is not what its name says. */
export class DamagedPiece extends Error {
  constructor(hash: string) {
    super(`A piece of the archive is damaged or missing: ${hash}.`);
  }
}

/**
 * Bytes under their SHA-256, compressed: `objects/<sha256>.br`, mode 0600, never changed once written. Brotli, because
 * every Node that runs Varve reads it: zstd is missing from some editors. Rejects with Node's errors.
 */
export class PieceStore {
  readonly directory: string;
  readonly #files: Files;

  /** `directory` is absolute and made at the first write. */
  constructor(files: Files, directory: string) {
    this.#files = files;
    this.directory = directory;
  }

  /** Its name is durable after {@link flush}; its bytes are on disk when it resolves. */
  async put(bytes: Uint8Array): Promise<Piece> {
    const hash = sha256(bytes);
    const size = bytes.byteLength;
    const path = this.pathOf(hash);
    const standing = await this.#files.status(path);
    // One that was damaged is written anew: it would be lost to this session, too.
    if (standing?.kind === 'file' && (await this.#isSound(hash, size)))
      return { hash, size, stored: standing.size };
    const packed = await pack(bytes);
    await this.#files.makeDirectory(this.directory, 0o700);
    const draft = join(this.directory, `draft-${randomBytes(8).toString('hex')}`);
    try {
      await this.#files.writeNew(draft, packed, 0o600);
      await this.#files.rename(draft, path);
    } catch (error) {
      await this.#files.removeFile(draft).catch(() => {});
      throw error;
    }
    return { hash, size, stored: packed.byteLength };
  }

  /** Makes the names of what was put durable. */
  async flush(): Promise<void> {
    if ((await this.#files.status(this.directory)) !== undefined)
      await this.#files.syncDirectory(this.directory);
  }

  /** Rejects with {@link DamagedPiece} where it is not there whole. */
  async get({ hash, size }: Pick<Piece, 'hash' | 'size'>): Promise<Uint8Array> {
    try {
      const packed = await this.#files.readFile(this.pathOf(hash));
      const bytes = await decompress(packed, { maxOutputLength: Math.max(size, 1) });
      if (sha256(bytes) === hash) return bytes;
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (code !== 'ENOENT' && !OF_DECOMPRESSOR.test(code)) throw error;
    }
    throw new DamagedPiece(hash);
  }

  pathOf(hash: string): string {
    return join(this.directory, hash + SUFFIX);
  }

  /** The hash that a file of this directory is named for; undefined for drafts and whatever else is there. */
  hashOf(name: string): string | undefined {
    const hash = name.slice(0, -SUFFIX.length);
    return name.endsWith(SUFFIX) && /^[0-9a-f]{64}$/.test(hash) ? hash : undefined;
  }

  async #isSound(hash: string, size: number): Promise<boolean> {
    return this.get({ hash, size }).then(
      () => true,
      () => false,
    );
  }
}

/** How bytes are kept. */
export async function pack(bytes: Uint8Array): Promise<Uint8Array> {
  return compress(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  });
}
