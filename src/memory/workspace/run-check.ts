import { basename, join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { CheckedFile, CheckedRecord, CheckInput, DerivedFile } from '../check/check-input.ts';
import { checkMemory } from '../check/check-memory.ts';
import type { CheckReport } from '../check/check-problem.ts';
import { checkedFile } from '../check/checked-file.ts';
import { parseMemoryFile } from '../file/parse-memory-file.ts';
import type { AnchorFreshness } from '../freshness/anchor.ts';
import { createHierarchyReader } from '../hierarchy/disk-reader.ts';
import type { HierarchyReading, ResolvedFile } from '../hierarchy/hierarchy.ts';
import { MAX_FILE_BYTES } from '../hierarchy/limits.ts';
import { isInside } from '../hierarchy/places.ts';
import type { Places } from '../inbox/places.ts';
import { type RecordFile, readRecordFiles, type UnreadableRecord } from '../inbox/record-files.ts';
import { isDelivery, renderDelivery } from '../record/delivery.ts';
import { parseEvidence } from '../record/evidence-file.ts';
import { renderIndex } from '../record/memory-index.ts';
import { checkSurroundings } from './check-surroundings.ts';
import type { OpenProject } from './open-project.ts';
import { noMerge, readMergeState } from './read-merge-state.ts';

/**
 * Reads what one check looks at beyond the hierarchy (records, derived files, an AGENTS.md that only others read) and
 * runs every rule over it. Never rejects for what it finds on disk.
 */
export async function runCheck(
  open: OpenProject,
  reading: HierarchyReading,
  unreadable: readonly UnreadableRecord[],
  freshness: readonly AnchorFreshness[],
): Promise<CheckReport> {
  const { files, homeDirectory, trusted } = open.surroundings;
  const { root, folder, isSetUp } = open.project;
  const records = await readRecordFiles(files, open.places.memory);
  const input: CheckInput = {
    root,
    folder,
    homeDirectory,
    hierarchy: reading.hierarchy,
    files: [...(await memoryFiles(open, reading)), ...records.records.map(recordText)],
    records: await Promise.all(records.records.map((record) => withEvidence(files, open.places, record))),
    unreadable,
    merge: isSetUp === 'no' ? noMerge : await readMergeState(open.mergedPlace),
    freshness,
    derived: isSetUp === 'no' ? [] : await derivedFiles(files, open.places, records.records),
    surroundings: checkSurroundings({ files, git: open.git(), root, trusted }),
  };
  return checkMemory(input);
}

/** Every memory file once, as it loads; then each AGENTS.md that Claude Code passes over and others read. */
async function memoryFiles(
  open: OpenProject,
  { hierarchy, files }: HierarchyReading,
): Promise<readonly CheckedFile[]> {
  const found = new Map<string, CheckedFile>();
  for (const resolved of hierarchy.files) {
    const file = files.get(resolved.path);
    if (file === undefined || resolved.state === 'skipped' || found.has(resolved.path)) continue;
    found.set(
      resolved.path,
      checkedFile(resolved.path, kindOf(open.places, resolved, file.text), file, resolved),
    );
  }
  for (const resolved of hierarchy.files) {
    if (found.has(resolved.path) || !isForOthers(resolved, open.project.root)) continue;
    const file = await readMemoryFile(open.surroundings.files, resolved.path);
    if (file !== undefined) found.set(resolved.path, checkedFile(resolved.path, 'memory', file, resolved));
  }
  return [...found.values()];
}

function kindOf(places: Places, { path }: ResolvedFile, text: string): CheckedFile['kind'] {
  if (path === places.index) return 'index';
  return path === places.delivery && isDelivery(text) ? 'delivery' : 'memory';
}

// A link to a file that loads under another name holds nothing of its own.
function isForOthers({ path, state, reason }: ResolvedFile, root: string): boolean {
  return (
    state === 'skipped' && basename(path) === 'AGENTS.md' && isInside(path, root) && !/\blink\b/.test(reason)
  );
}

async function readMemoryFile(files: Files, path: string) {
  const read = await createHierarchyReader(files).readText(path, MAX_FILE_BYTES);
  return read === undefined || read === 'too-large' ? undefined : parseMemoryFile(read.text);
}

function recordText({ path, text }: RecordFile): CheckedFile {
  return checkedFile(path, 'record', parseMemoryFile(text));
}

async function withEvidence(
  files: Files,
  places: Places,
  { path, record }: RecordFile,
): Promise<CheckedRecord> {
  const text = await textOf(files, join(places.evidence, `${record.id}.json`));
  const evidence = text === undefined ? undefined : parseEvidence(text);
  return { path, record, ...(evidence?.ok ? { evidence: evidence.value } : {}) };
}

async function derivedFiles(
  files: Files,
  places: Places,
  found: readonly RecordFile[],
): Promise<readonly DerivedFile[]> {
  const records = found.map(({ record }) => record);
  const index: DerivedFile = {
    path: places.index,
    kind: 'index',
    actual: await textOf(files, places.index),
    expected: renderIndex(records),
  };
  // Only a file that Varve made is its to judge: one that a person took over, or never asked for, is not.
  const delivery = await textOf(files, places.delivery);
  if (delivery === undefined || !isDelivery(delivery)) return [index];
  const expected = renderDelivery(records, places.deliveryOptions);
  return [index, { path: places.delivery, kind: 'delivery', actual: delivery, expected }];
}

async function textOf(files: Files, path: string): Promise<string | undefined> {
  const bytes = await files.readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
