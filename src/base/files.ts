/** What a directory entry is, links not followed. */
export type EntryKind = 'file' | 'directory' | 'link' | 'other';

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export interface FileStatus {
  readonly kind: EntryKind;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** When content, mode or names last changed, as the system noted it: no program can set it. Milliseconds since the epoch. */
  readonly changed: number;
  /** Permission bits, e.g. `0o644`; what the system reports where it has no modes. */
  readonly mode: number;
  /** `device:inode`, equal for two names of one file. */
  readonly identity: string;
}

/**
 * The file system as a collaborator: the one seam for fault injection. Paths are absolute.
 * Every method rejects with Node's error (`code` says why); `status` and `linkStatus` answer
 * `undefined` for what is not there.
 */
export interface Files {
  readFile(path: string): Promise<Uint8Array>;
  /** At most `length` bytes from `offset` on; fewer where the file ends before. */
  readPart(path: string, offset: number, length: number): Promise<Uint8Array>;
  readDirectory(path: string): Promise<readonly DirectoryEntry[]>;
  /** At most `limit` entries, in the order in which the file system keeps them: none of names. */
  readDirectoryUnsorted(path: string, limit: number): Promise<readonly DirectoryEntry[]>;
  /** Follows links. */
  status(path: string): Promise<FileStatus | undefined>;
  /** Does not follow links. */
  linkStatus(path: string): Promise<FileStatus | undefined>;
  realPath(path: string): Promise<string>;
  /** What a symbolic link holds, as it is written. Rejects with EINVAL for anything else. */
  readLink(path: string): Promise<string>;
  /** Makes a symbolic link; rejects with EEXIST. Windows may refuse it (EPERM). */
  makeLink(target: string, path: string): Promise<void>;
  /** With its parents; an existing one is fine. `mode` applies to directories made. */
  makeDirectory(path: string, mode?: number): Promise<void>;
  /** Creates the file or rejects with EEXIST; the bytes are on disk (fsync) when it resolves. */
  writeNew(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  /**
   * Appends and flushes to disk (fsync); creates the file where it is missing. `unsynced` leaves the flushing to
   * the system, for what may be lost (streamed text).
   */
  append(path: string, bytes: Uint8Array, mode?: number, flush?: 'synced' | 'unsynced'): Promise<void>;
  /** Cuts the file to `size` bytes and flushes. */
  truncate(path: string, size: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Hard link; rejects with EEXIST. */
  link(existing: string, path: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  /** Rejects with ENOTEMPTY where it holds something. */
  removeDirectory(path: string): Promise<void>;
  /** Makes renames and creations in the directory durable; a no-op where the system cannot. */
  syncDirectory(path: string): Promise<void>;
}
