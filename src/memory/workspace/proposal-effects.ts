import { basename, join } from 'node:path';
import type { Files } from '../../base/files.ts';
import {
  type DerivedText,
  type InsertionPoint,
  insertionPoints,
  supersededRecords,
  wouldLoad,
} from '../inbox/insertion-points.ts';
import type { Places } from '../inbox/places.ts';
import type { Proposal } from '../inbox/proposal.ts';
import { readRecordFiles } from '../inbox/record-files.ts';
import { deliveryMark, renderDelivery } from '../record/delivery.ts';
import { renderIndex } from '../record/memory-index.ts';
import { recordTitle } from '../record/record-parts.ts';

/** What accepting a proposal would change. */
export interface ProposalEffect {
  /** The proposal's id. */
  readonly proposal: string;
  /** The record's file; it is not there yet, but for what arrived. */
  readonly target: string;
  /** False for what agents load already, and for what goes straight to the archive. */
  readonly isLoading: boolean;
  /** Accepted records that it would supersede. */
  readonly replaces: readonly { readonly title: string; readonly path: string }[];
  /** Where its line would stand in the index and in the delivery file, where that is ours. */
  readonly lines: readonly InsertionPoint[];
}

/** Reads the records and the files made from them. Nothing is written. Never rejects. */
export async function proposalEffects(
  files: Files,
  places: Places,
  proposals: readonly Proposal[],
): Promise<readonly ProposalEffect[]> {
  if (proposals.length === 0) return [];
  const [found, texts] = await Promise.all([
    readRecordFiles(files, places.memory),
    derivedTexts(files, places),
  ]);
  const records = found.records.map(({ record }) => record);
  const paths = new Map(found.records.map(({ path, record }) => [record.id, path]));
  const lines = insertionPoints(records, proposals, texts);
  return proposals.map((proposal) => ({
    proposal: proposal.id,
    target: join(places.memory, basename(proposal.path)),
    isLoading: wouldLoad(proposal),
    replaces: supersededRecords(proposal, records).map((record) => ({
      title: recordTitle(record),
      path: paths.get(record.id) ?? join(places.memory, `${record.name}.md`),
    })),
    lines: lines.filter((line) => line.proposal === proposal.id),
  }));
}

async function derivedTexts(files: Files, places: Places): Promise<readonly DerivedText[]> {
  const [index, delivery] = await Promise.all([textOf(files, places.index), textOf(files, places.delivery)]);
  const texts: DerivedText[] = [
    { path: places.index, now: index ?? '', isLoaded: false, render: renderIndex },
  ];
  // A delivery file that a person took over, or never asked for, gets nothing.
  if (delivery?.startsWith(deliveryMark) === true)
    texts.push({
      path: places.delivery,
      now: delivery,
      isLoaded: true,
      render: (records) => renderDelivery(records, places.deliveryOptions),
    });
  return texts;
}

async function textOf(files: Files, path: string): Promise<string | undefined> {
  const bytes = await files.readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
