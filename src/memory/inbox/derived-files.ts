import { dirname } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import { deliveryMark, renderDelivery } from '../record/delivery.ts';
import { renderIndex } from '../record/memory-index.ts';
import type { MemoryRecord } from '../record/record.ts';
import type { Places } from './places.ts';
import { readRecordFiles, recordFileOf } from './record-files.ts';

/**
 * The index and the delivery file as they have to be once `changes` are written: a pure function of the record files,
 * never of their own old text. The delivery file is made by set-up only; where it is missing it stays missing.
 */
export async function withDerivedFiles(
  files: Files,
  places: Places,
  changes: readonly FileChange[],
  readNow: ReadNow,
): Promise<readonly FileChange[]> {
  const records = await recordsAfter(files, places, changes);
  const own = changes.filter((change) => change.path !== places.index && change.path !== places.delivery);
  const derived = [
    await indexChange(places.index, renderIndex(records), readNow),
    await deliveryChange(places.delivery, renderDelivery(records, places.deliveryOptions), readNow),
  ];
  return [...own, ...derived.filter((change) => change !== undefined)];
}

async function recordsAfter(
  files: Files,
  places: Places,
  changes: readonly FileChange[],
): Promise<readonly MemoryRecord[]> {
  const records = new Map<string, MemoryRecord>();
  for (const file of (await readRecordFiles(files, places.memory)).records)
    records.set(file.path, file.record);
  for (const change of changes) {
    if (dirname(change.path) !== places.memory || change.path === places.index) continue;
    records.delete(change.path);
    if (change.after === null) continue;
    const file = recordFileOf(
      change.path,
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(change.after),
    );
    if ('record' in file) records.set(file.path, file.record);
  }
  return [...records.values()];
}

async function indexChange(path: string, text: string, readNow: ReadNow): Promise<FileChange | undefined> {
  return changeFrom(path, await readNow(path), text);
}

/** Only a file that Varve made is made anew: one that a person took over, or never asked for, stays as it is. */
async function deliveryChange(path: string, text: string, readNow: ReadNow): Promise<FileChange | undefined> {
  const before = await readNow(path);
  const isOurs =
    before !== null && new TextDecoder('utf-8', { ignoreBOM: true }).decode(before).startsWith(deliveryMark);
  return isOurs ? changeFrom(path, before, text) : undefined;
}

function changeFrom(path: string, before: Uint8Array | null, text: string): FileChange | undefined {
  const after = new TextEncoder().encode(text);
  const isSame = before !== null && Buffer.compare(before, after) === 0;
  return isSame ? undefined : { path, before, after };
}
