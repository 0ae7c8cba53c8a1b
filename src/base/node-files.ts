import { type BigIntStats, constants, type Dirent } from 'node:fs';
import * as fs from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { DirectoryEntry, EntryKind, FileStatus, Files } from './files.ts';
import { errorCode } from './io-problem.ts';

// Virus scanners and indexers of Windows hold a file open for moments after it was written.
const RENAME_ATTEMPTS = 10;
const RENAME_PAUSE_MS = 20;

/** The real file system. A `mode` is exact: the umask does not take bits away from it. */
export const nodeFiles: Files = {
  readFile: (path) => fs.readFile(path),
  readPart,
  readDirectory: async (path) => (await fs.readdir(path, { withFileTypes: true })).map(toEntry),
  readDirectoryUnsorted,
  status: (path) => statusOrNothing(() => fs.stat(path, { bigint: true })),
  linkStatus: (path) => statusOrNothing(() => fs.lstat(path, { bigint: true })),
  realPath: (path) => fs.realpath(path),
  readLink: (path) => fs.readlink(path),
  makeLink: (target, path) => fs.symlink(target, path),
  makeDirectory: async (path, mode) => {
    await fs.mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode }) });
  },
  writeNew: (path, bytes, mode) => writeFlushed(path, 'wx', bytes, mode),
  append: (path, bytes, mode, flush) => writeFlushed(path, 'a', bytes, mode, flush),
  truncate,
  rename: renamePatiently,
  link: (existing, path) => fs.link(existing, path),
  removeFile: (path) => fs.unlink(path),
  removeDirectory: (path) => fs.rmdir(path),
  syncDirectory,
};

/** Whether this process may write into an existing file or directory; false on a read-only disk. */
export async function canWrite(path: string): Promise<boolean> {
  return fs.access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function readPart(path: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await fs.open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

// `readdir` sorts by name and reads to the end; this does neither.
async function readDirectoryUnsorted(path: string, limit: number): Promise<readonly DirectoryEntry[]> {
  const directory = await fs.opendir(path, { bufferSize: 256 });
  const entries: DirectoryEntry[] = [];
  try {
    for (let entry = await directory.read(); entry !== null; entry = await directory.read()) {
      if (entries.push(toEntry(entry)) >= limit) break;
    }
    return entries;
  } finally {
    await directory.close();
  }
}

async function writeFlushed(
  path: string,
  flag: 'wx' | 'a',
  bytes: Uint8Array,
  mode: number | undefined,
  flush: 'synced' | 'unsynced' = 'synced',
): Promise<void> {
  const isNew = flag === 'wx';
  const handle = await fs.open(path, flag, mode ?? 0o666);
  try {
    if (isNew && mode !== undefined && process.platform !== 'win32') await handle.chmod(mode);
    await handle.writeFile(bytes);
    if (flush === 'synced') await handle.sync();
  } finally {
    await handle.close();
  }
}

async function truncate(path: string, size: number): Promise<void> {
  const handle = await fs.open(path, 'r+');
  try {
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fs.rename(from, to);
    } catch (error) {
      const mayPass = process.platform === 'win32' && ['EBUSY', 'EPERM', 'EACCES'].includes(codeOf(error));
      if (!mayPass || attempt === RENAME_ATTEMPTS) throw error;
      await wait(RENAME_PAUSE_MS * attempt);
    }
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory for flushing; NTFS journals renames itself.
  if (process.platform === 'win32') return;
  const handle = await fs.open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network and FUSE file systems know no fsync of a directory: nothing more can be done there.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

async function statusOrNothing(read: () => Promise<BigIntStats>): Promise<FileStatus | undefined> {
  try {
    const stats = await read();
    return {
      kind: kindOf(stats),
      size: Number(stats.size),
      modified: Number(stats.mtimeMs),
      changed: Number(stats.ctimeMs),
      mode: Number(stats.mode & 0o7777n),
      identity: `${stats.dev}:${stats.ino}`,
    };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function toEntry(entry: Dirent): DirectoryEntry {
  return { name: entry.name, kind: kindOf(entry) };
}

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function codeOf(error: unknown): string {
  return errorCode(error) ?? '';
}
