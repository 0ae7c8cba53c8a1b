import { basename, dirname, resolve } from 'node:path';
import type { DirectoryEntry, FileStatus, Files } from '../../../base/files.ts';
import { sha256 } from '../../../base/hash.ts';
import { type ArchiveSurroundings, pieceStore } from './archive.ts';
import type { KeptPart, Manifest } from './manifest.ts';
import type { PieceStore } from './piece-store.ts';

type Around = Pick<ArchiveSurroundings, 'files' | 'directory'>;

/**
 * What is kept of sessions, at the paths where their tools had it, and nothing else: a reader finds and reads them
 * there as it would the tool's own files. It cannot be written to. Content that is damaged rejects, as a disk does.
 */
export function archivedFiles(around: Around, manifests: readonly Manifest[]): Files {
  return new ArchiveView(pieceStore(around), manifests).asFiles();
}

/** The same above other files: what is not kept is read there. */
export function archivedOver(around: Around, manifests: readonly Manifest[], below: Files): Files {
  const view = archivedFiles(around, manifests);
  const at = async (path: string) => ((await view.status(path)) === undefined ? below : view);
  return {
    ...view,
    readFile: async (path) => (await at(path)).readFile(path),
    readPart: async (path, offset, length) => (await at(path)).readPart(path, offset, length),
    readDirectory: async (path) => (await at(path)).readDirectory(path),
    readDirectoryUnsorted: async (path, limit) => (await at(path)).readDirectoryUnsorted(path, limit),
    status: async (path) => (await at(path)).status(path),
    linkStatus: async (path) => (await at(path)).linkStatus(path),
    realPath: async (path) => (await at(path)).realPath(path),
    readLink: async (path) => (await at(path)).readLink(path),
  };
}

class ArchiveView {
  readonly #store: PieceStore;
  readonly #files = new Map<string, KeptPart>();
  readonly #directories = new Map<string, Map<string, DirectoryEntry['kind']>>();
  /** Readers go through a file from its beginning to its end: one piece serves many reads. */
  #last: { readonly hash: string; readonly bytes: Promise<Uint8Array> } | undefined;

  constructor(store: PieceStore, manifests: readonly Manifest[]) {
    this.#store = store;
    // Two sessions may hold the same file: what was kept last counts, so it comes last.
    const oldestFirst = manifests.toSorted((one, other) =>
      one.versions[0].at < other.versions[0].at ? -1 : 1,
    );
    for (const { versions } of oldestFirst) {
      for (const part of versions[0].parts) {
        const path = resolve(part.path);
        this.#files.set(path, part);
        this.#addTo(dirname(path), basename(path), 'file');
      }
    }
  }

  asFiles(): Files {
    const refuse = (path: string) => Promise.reject(ioError('EROFS', path));
    return {
      readFile: async (path) => this.#read(path, 0, this.#fileAt(path).size),
      readPart: async (path, offset, length) => this.#read(path, offset, length),
      readDirectory: async (path) => this.#entriesOf(path),
      readDirectoryUnsorted: async (path, limit) => this.#entriesOf(path).slice(0, limit),
      status: async (path) => this.#statusOf(path),
      linkStatus: async (path) => this.#statusOf(path),
      realPath: async (path) => {
        if (this.#statusOf(path) === undefined) throw ioError('ENOENT', path);
        return resolve(path);
      },
      readLink: async (path) => {
        throw ioError(this.#statusOf(path) === undefined ? 'ENOENT' : 'EINVAL', path);
      },
      makeLink: (_target, path) => refuse(path),
      makeDirectory: refuse,
      writeNew: refuse,
      append: refuse,
      truncate: refuse,
      rename: refuse,
      link: refuse,
      removeFile: refuse,
      removeDirectory: refuse,
      syncDirectory: refuse,
    };
  }

  #addTo(directory: string, name: string, kind: DirectoryEntry['kind']): void {
    const entries = this.#directories.get(directory);
    if (entries) {
      entries.set(name, kind);
      return;
    }
    this.#directories.set(directory, new Map([[name, kind]]));
    if (dirname(directory) !== directory) this.#addTo(dirname(directory), basename(directory), 'directory');
  }

  #fileAt(path: string): KeptPart {
    const file = this.#files.get(resolve(path));
    if (file === undefined) throw ioError(this.#directories.has(resolve(path)) ? 'EISDIR' : 'ENOENT', path);
    return file;
  }

  #entriesOf(path: string): readonly DirectoryEntry[] {
    const entries = this.#directories.get(resolve(path));
    if (entries === undefined) throw ioError(this.#files.has(resolve(path)) ? 'ENOTDIR' : 'ENOENT', path);
    return [...entries]
      .map(([name, kind]) => ({ name, kind }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  #statusOf(path: string): FileStatus | undefined {
    const key = resolve(path);
    const identity = `archive:${sha256(key)}`;
    const file = this.#files.get(key);
    if (file) {
      const { size, modified } = file;
      return { kind: 'file', size, modified, changed: modified, mode: 0o400, identity };
    }
    if (!this.#directories.has(key)) return undefined;
    return { kind: 'directory', size: 0, modified: 0, changed: 0, mode: 0o500, identity };
  }

  async #read(path: string, offset: number, length: number): Promise<Uint8Array> {
    const found: Uint8Array[] = [];
    let start = 0;
    for (const piece of this.#fileAt(path).pieces) {
      const [from, to] = [Math.max(offset - start, 0), Math.min(offset + length - start, piece.size)];
      if (from < to) found.push((await this.#piece(piece)).subarray(from, to));
      start += piece.size;
      if (start >= offset + length) break;
    }
    return Buffer.concat(found);
  }

  #piece(piece: { readonly hash: string; readonly size: number }): Promise<Uint8Array> {
    if (this.#last?.hash === piece.hash) return this.#last.bytes;
    const bytes = this.#store.get(piece);
    this.#last = { hash: piece.hash, bytes };
    return bytes;
  }
}

function ioError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
