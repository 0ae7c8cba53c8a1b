import { basename, dirname } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange, PlannedChanges } from '../ledger/operation.ts';
import { isDelivery, renderDelivery } from '../record/delivery.ts';
import { renderIndex } from '../record/memory-index.ts';
import type { MemoryRecord } from '../record/record.ts';
import { type KeptTexts, lostByHand } from './hand-edits.ts';
import type { Places } from './places.ts';
import { type RecordFile, readRecordFilesExactly, recordFileOf } from './record-files.ts';

export interface DerivedParts {
  readonly files: Files;
  readonly places: Places;
  readonly readNow: ReadNow;
  readonly kept: KeptTexts;
}

interface Records {
  readonly before: readonly MemoryRecord[];
  readonly after: readonly MemoryRecord[];
}

type Render = (records: readonly MemoryRecord[]) => string;

/**
 * The index and the delivery file as they have to be once `changes` are written: a pure function of the record files,
 * never of their own old text. The delivery file is made by set-up only; where it is missing it stays missing. What
 * somebody wrote into one of them by hand goes, but never in silence: the note says where it is kept. Rejects with
 * Node's errors: a record that cannot be read now must not fall out of the index. `standing`: the records of memory as
 * they stand, where they were read under this lock already.
 */
export async function withDerivedFiles(
  { files, places, readNow, kept }: DerivedParts,
  changes: readonly FileChange[],
  standing?: readonly RecordFile[],
): Promise<PlannedChanges> {
  const before = standing ?? (await readRecordFilesExactly(files, places.memory)).records;
  const records = recordsAround(before, places, changes);
  const own = changes.filter((change) => change.path !== places.index && change.path !== places.delivery);
  const delivery: Render = (of) => renderDelivery(of, places.deliveryOptions);
  const derived = [
    await indexChange(places.index, renderIndex(records.after), readNow),
    await deliveryChange(places.delivery, delivery(records.after), readNow),
  ].filter((change) => change !== undefined);
  const notes: string[] = [];
  for (const change of derived) {
    const render = change.path === places.index ? renderIndex : delivery;
    const lost = await lostByHand(change, [render([]), render(records.before), render(records.after)], kept);
    if (lost !== undefined) notes.push(handEdited(change.path, lost));
  }
  return { changes: [...own, ...derived], ...(notes.length === 0 ? {} : { note: notes.join(' ') }) };
}

function recordsAround(
  before: readonly RecordFile[],
  places: Places,
  changes: readonly FileChange[],
): Records {
  const records = new Map(before.map((file) => [file.path, file.record]));
  for (const change of changes) {
    if (dirname(change.path) !== places.memory || change.path === places.index) continue;
    records.delete(change.path);
    if (change.after === null) continue;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(change.after);
    const file = recordFileOf(change.path, text);
    if ('record' in file) records.set(file.path, file.record);
  }
  return { before: before.map((file) => file.record), after: [...records.values()] };
}

async function indexChange(path: string, text: string, readNow: ReadNow): Promise<FileChange | undefined> {
  return changeFrom(path, await readNow(path), text);
}

/** Only a file that Varve made is made anew: one that a person took over, or never asked for, stays as it is. */
async function deliveryChange(path: string, text: string, readNow: ReadNow): Promise<FileChange | undefined> {
  const before = await readNow(path);
  const isOurs = before !== null && isDelivery(new TextDecoder('utf-8', { ignoreBOM: true }).decode(before));
  return isOurs ? changeFrom(path, before, text) : undefined;
}

function changeFrom(path: string, before: Uint8Array | null, text: string): FileChange | undefined {
  const after = new TextEncoder().encode(text);
  const isSame = before !== null && Buffer.compare(before, after) === 0;
  return isSame ? undefined : { path, before, after };
}

function handEdited(path: string, keptAt: string): string {
  return `${basename(path)} held text that no record gives; it was made anew from the records. What stood there is kept in ${keptAt}. To keep such text, put it into a record or a memory file of its own.`;
}
