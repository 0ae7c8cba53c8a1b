import { basename, join } from 'node:path';
import { readIfThere } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import type { MemoryRecord } from '../record/record.ts';
import { parseRecord } from '../record/record-file.ts';

/** Records are small: what is larger than this in a record directory is somebody's mistake, not a record. */
const maxRecordBytes = 256 * 1024;

export interface RecordFile {
  readonly path: string;
  readonly text: string;
  readonly record: MemoryRecord;
}

export interface UnreadableRecord {
  readonly path: string;
  readonly message: string;
  /** Git left both sides of a merge in it: a person has to choose. */
  readonly isMerge?: boolean;
}

export interface RecordFiles {
  readonly records: readonly RecordFile[];
  /** Files that look like records and are none; never deleted, always named. */
  readonly unreadable: readonly UnreadableRecord[];
}

/** Reads every record of a directory, or those with a name that is wanted; a missing directory holds none. Never rejects. */
export async function readRecordFiles(
  files: Files,
  directory: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<RecordFiles> {
  const names = await files.readDirectory(directory).catch(() => []);
  const found = await Promise.all(
    names
      .filter((entry) => entry.kind === 'file' && isRecordName(entry.name) && isWanted(entry.name))
      .map((entry) => readRecordFile(files, join(directory, entry.name))),
  );
  const records = found.filter((file): file is RecordFile => 'record' in file);
  const unreadable = found.filter((file): file is UnreadableRecord => 'message' in file);
  return { records: records.sort((a, b) => compare(a.path, b.path)), unreadable };
}

/**
 * The same for what is to be written from it: a directory or a file that cannot be read now must not count as none,
 * or records would fall out of the index. Rejects with Node's errors; what is not there is no error.
 */
export async function readRecordFilesExactly(files: Files, directory: string): Promise<RecordFiles> {
  if ((await files.status(directory)) === undefined) return { records: [], unreadable: [] };
  const names = (await files.readDirectory(directory))
    .filter((entry) => entry.kind === 'file' && isRecordName(entry.name))
    .map((entry) => entry.name);
  const found = await Promise.all(names.map((name) => readExactly(files, join(directory, name))));
  const records = found.filter((file): file is RecordFile => file !== undefined && 'record' in file);
  const unreadable = found.filter(
    (file): file is UnreadableRecord => file !== undefined && 'message' in file,
  );
  return { records: records.sort((a, b) => compare(a.path, b.path)), unreadable };
}

function isRecordName(name: string): boolean {
  return name.endsWith('.md') && name !== 'MEMORY.md';
}

async function readRecordFile(files: Files, path: string): Promise<RecordFile | UnreadableRecord> {
  try {
    return (await readExactly(files, path)) ?? { path, message: `${basename(path)} is not a file.` };
  } catch {
    return { path, message: `${basename(path)} could not be read.` };
  }
}

/** Undefined where nothing stands there any more. */
async function readExactly(files: Files, path: string): Promise<RecordFile | UnreadableRecord | undefined> {
  const status = await files.status(path);
  if (status === undefined) return undefined;
  if (status.kind !== 'file') return { path, message: `${basename(path)} is not a file.` };
  if (status.size > maxRecordBytes) return { path, message: `${basename(path)} is too large for a record.` };
  const bytes = await readIfThere(files, path);
  if (bytes === null) return undefined;
  return parsed(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
}

function parsed(path: string, text: string): RecordFile | UnreadableRecord {
  const result = parseRecord(basename(path), text);
  if (result.ok) return { path, text, record: result.value };
  const { kind, message } = result.error;
  return kind === 'merge-conflict' ? { path, message, isMerge: true } : { path, message };
}

/** What {@link readRecordFiles} makes of text that is about to be written. */
export function recordFileOf(path: string, text: string): RecordFile | UnreadableRecord {
  return parsed(path, text);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
