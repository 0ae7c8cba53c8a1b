import { basename, join } from 'node:path';
import { failure, success } from '../../base/result.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import type { RecordStatus } from '../record/record.ts';
import { withStatus } from '../record/record-file.ts';
import type { Places } from './places.ts';
import { encode, type Planned, readRecordBytes } from './record-bytes.ts';
import type { RecordFile } from './record-files.ts';
import { evidenceIn } from './standing-records.ts';

/**
 * A record goes from memory to the archive or back, its evidence along. It is moved as it stands now: of its bytes
 * only those of the status change, so what was edited by hand stays.
 */
export async function planMoveRecord(
  file: RecordFile,
  to: 'memory' | 'archive',
  status: RecordStatus,
  places: Places,
  readNow: ReadNow,
): Promise<Planned> {
  const bytes = await readNow(file.path);
  if (bytes === null) return failure(movedAway(file));
  const read = readRecordBytes(file.path, bytes);
  if (!read.ok) return read;
  if (read.value.record.id !== file.record.id) return failure(movedAway(file));
  const target = join(to === 'memory' ? places.memory : places.archive, basename(file.path));
  if ((await readNow(target)) !== null) return failure(inTheWay(target));
  const evidence = await moveEvidence(file.record.id, to, places, readNow);
  return success([
    { path: file.path, before: bytes, after: null },
    { path: target, before: null, after: encode(withStatus(read.value.text, status)) },
    ...evidence,
  ]);
}

async function moveEvidence(
  id: string,
  to: 'memory' | 'archive',
  places: Places,
  readNow: ReadNow,
): Promise<readonly FileChange[]> {
  const from = evidenceIn(places, to === 'memory' ? 'archive' : 'memory', id);
  const bytes = await readNow(from);
  if (bytes === null) return [];
  const target = evidenceIn(places, to, id);
  return [
    { path: from, before: bytes, after: null },
    { path: target, before: await readNow(target), after: bytes },
  ];
}

function movedAway({ record, path }: RecordFile) {
  const message = `“${record.description}” is no longer where it stood; it was moved or edited elsewhere. Look again.`;
  return { kind: 'not-found' as const, message, path };
}

function inTheWay(path: string) {
  const message = `Another file stands at ${path}. Move it away, then try again.`;
  return { kind: 'conflict' as const, message, path };
}
