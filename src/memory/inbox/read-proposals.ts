import { dirname, join } from 'node:path';
import type { Files } from '../../base/files.ts';
import { parseEvidence } from '../record/evidence-file.ts';
import type { Evidence } from '../record/record.ts';
import { showHidden } from '../record/safe-text.ts';
import { originOf, type Reader } from './origin.ts';
import type { Places } from './places.ts';
import type { Proposal } from './proposal.ts';
import { type RecordFile, readRecordFiles } from './record-files.ts';

/**
 * Every proposal on disk, from the working tree and from this machine, newest first, whatever the branch: see
 * `visible-proposals.ts` for what shows. Never rejects.
 */
export async function readProposals(
  files: Files,
  places: Places,
  reader: Reader,
): Promise<readonly Proposal[]> {
  const [repository, machine] = await Promise.all([
    readRecordFiles(files, places.proposed),
    readRecordFiles(files, places.machineInbox),
  ]);
  const rows = [
    ...repository.records.map((file) => proposalOf(files, file, 'repository', reader)),
    ...machine.records.map((file) => proposalOf(files, file, 'machine', reader)),
  ];
  return (await Promise.all(rows)).sort(newestFirst);
}

async function proposalOf(
  files: Files,
  file: RecordFile,
  place: Proposal['place'],
  reader: Reader,
): Promise<Proposal> {
  const evidence = await readEvidence(files, dirname(file.path), file.record.id);
  return {
    id: file.record.id,
    record: file.record,
    evidence,
    origin: originOf(evidence.source, place, reader),
    place,
    path: file.path,
    group: groupOf(evidence),
  };
}

/** A record without readable evidence stays reviewable: its source is then unknown and its origin untrusted. */
export async function readEvidence(files: Files, directory: string, id: string): Promise<Evidence> {
  const none: Evidence = {
    version: 1,
    id,
    source: 'unknown',
    supersedes: [],
    requirements: [],
    anchors: [],
    evidence: [],
  };
  const bytes = await files.readFile(join(directory, `${id}.json`)).catch(() => undefined);
  if (bytes === undefined) return none;
  const result = parseEvidence(new TextDecoder().decode(bytes));
  return result.ok ? shownEvidence(result.value) : none;
}

/** Whoever wrote it, what a face shows of it holds nothing that hides. Paths stay as they are: they are opened. */
function shownEvidence(evidence: Evidence): Evidence {
  const shown = (key: string, value: unknown): unknown =>
    typeof value === 'string' && key !== 'path' ? showHidden(value) : value;
  return JSON.parse(JSON.stringify(evidence, shown)) as Evidence;
}

function groupOf(evidence: Evidence): Proposal['group'] {
  if (evidence.source.startsWith('commit:')) return 'commit';
  if (evidence.source.startsWith('run:')) return 'run';
  if (evidence.source.startsWith('person:')) return 'person';
  return 'other agent';
}

export function newestFirst(a: Proposal, b: Proposal): number {
  if (a.record.modified !== b.record.modified) return a.record.modified < b.record.modified ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
