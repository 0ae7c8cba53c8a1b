import { basename, join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Places } from './places.ts';
import { type RecordFile, readRecordFilesExactly, type UnreadableRecord } from './record-files.ts';

/** The records that were accepted once, by id, as they stand on disk now. */
export interface StandingRecords {
  readonly memory: ReadonlyMap<string, RecordFile>;
  /** All files of memory that are records, by path. */
  readonly memoryFiles: readonly RecordFile[];
  readonly archive: ReadonlyMap<string, RecordFile>;
  /** Files of memory that look like records and cannot be read as one. */
  readonly unreadable: readonly UnreadableRecord[];
}

/** A missing directory holds none. Of two files with one id the first by name counts. Rejects with Node's errors. */
export async function readStandingRecords(files: Files, places: Places): Promise<StandingRecords> {
  const [memory, archive] = await Promise.all([
    readRecordFilesExactly(files, places.memory),
    readRecordFilesExactly(files, places.archive),
  ]);
  return {
    memory: byId(memory.records),
    memoryFiles: memory.records,
    archive: byId(archive.records),
    unreadable: memory.unreadable,
  };
}

/** The unreadable file that by its name is this record: an edit of it went wrong. */
export function unreadableOf(standing: StandingRecords, id: string): UnreadableRecord | undefined {
  const end = `-${id.slice(-6).toLowerCase()}.md`;
  return standing.unreadable.find(({ path }) => basename(path).toLowerCase().endsWith(end));
}

/** Where the evidence of an accepted record stands, and where that of an archived one: beside it. */
export function evidenceIn(places: Places, where: 'memory' | 'archive', id: string): string {
  return join(where === 'memory' ? places.evidence : places.archive, `${id}.json`);
}

function byId(records: readonly RecordFile[]): ReadonlyMap<string, RecordFile> {
  const found = new Map<string, RecordFile>();
  for (const file of records) if (!found.has(file.record.id)) found.set(file.record.id, file);
  return found;
}
