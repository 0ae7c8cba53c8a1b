import { basename, dirname, join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Places } from '../inbox/places.ts';
import { type RecordFile, readRecordFiles } from '../inbox/record-files.ts';
import { parseEvidence } from '../record/evidence-file.ts';
import type { Evidence } from '../record/record.ts';
import type { KeptRecord } from './kept-record.ts';

type KeptPlaces = Pick<Places, 'memory' | 'archive' | 'evidence'>;

/** Every record of memory and archive with its evidence. What cannot be read is left out. Never rejects. */
export async function readKeptRecords(files: Files, places: KeptPlaces): Promise<readonly KeptRecord[]> {
  const found = await Promise.all([
    readRecordFiles(files, places.memory),
    readRecordFiles(files, places.archive),
  ]);
  return Promise.all(
    found.flatMap(({ records }) => records).map((file) => withEvidence(files, places, file)),
  );
}

async function withEvidence(files: Files, places: KeptPlaces, file: RecordFile): Promise<KeptRecord> {
  const { record, path } = file;
  const name = basename(`${record.id}.json`);
  // An archived record may have taken its evidence along.
  const evidence =
    (await readEvidence(files, join(places.evidence, name))) ??
    (await readEvidence(files, join(dirname(path), name)));
  return { record, path, ...(evidence === undefined ? {} : { evidence }) };
}

async function readEvidence(files: Files, path: string): Promise<Evidence | undefined> {
  const bytes = await files.readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const parsed = parseEvidence(new TextDecoder().decode(bytes));
  return parsed.ok ? parsed.value : undefined;
}
