import { basename, join } from 'node:path';
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
}

export interface RecordFiles {
  readonly records: readonly RecordFile[];
  /** Files that look like records and are none; never deleted, always named. */
  readonly unreadable: readonly UnreadableRecord[];
}

/** Reads every record of a directory; a missing directory holds none. Never rejects. */
export async function readRecordFiles(files: Files, directory: string): Promise<RecordFiles> {
  const names = await files.readDirectory(directory).catch(() => []);
  const found = await Promise.all(
    names
      .filter((entry) => entry.kind === 'file' && isRecordName(entry.name))
      .map((entry) => readRecordFile(files, join(directory, entry.name))),
  );
  const records = found.filter((file): file is RecordFile => 'record' in file);
  const unreadable = found.filter((file): file is UnreadableRecord => 'message' in file);
  return { records: records.sort((a, b) => compare(a.path, b.path)), unreadable };
}

function isRecordName(name: string): boolean {
  return name.endsWith('.md') && name !== 'MEMORY.md';
}

async function readRecordFile(files: Files, path: string): Promise<RecordFile | UnreadableRecord> {
  try {
    const status = await files.status(path);
    if (status === undefined || status.kind !== 'file')
      return { path, message: `${basename(path)} is not a file.` };
    if (status.size > maxRecordBytes)
      return { path, message: `${basename(path)} is too large for a record.` };
    return parsed(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(await files.readFile(path)));
  } catch {
    return { path, message: `${basename(path)} could not be read.` };
  }
}

function parsed(path: string, text: string): RecordFile | UnreadableRecord {
  const result = parseRecord(basename(path), text);
  return result.ok ? { path, text, record: result.value } : { path, message: result.error.message };
}

/** What {@link readRecordFiles} makes of text that is about to be written. */
export function recordFileOf(path: string, text: string): RecordFile | UnreadableRecord {
  return parsed(path, text);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
