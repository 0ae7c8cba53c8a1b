import { basename, join, relative } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import type { Places } from '../inbox/places.ts';
import { type RecordFile, readRecordFiles } from '../inbox/record-files.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import { withStatus } from '../record/record-file.ts';
import { settledEvidence } from '../record/settle-evidence.ts';
import type { BlockStyle } from './managed-block.ts';
import { mergedByName, mergeInProgress, type Standing } from './merge-by-name.ts';
import { settledBlocks } from './settled-blocks.ts';
import { unmergedPaths } from './unmerged-paths.ts';

export interface MergedPlace {
  readonly files: Files;
  readonly places: Places;
  readonly root: string;
  /** Id of the project, as the repository's config says. */
  readonly project: string;
  /** Undefined where no process may run, or there is no repository. */
  readonly git: Git | undefined;
}

/**
 * What a merge left that has one right answer, the same in every clone: records that git took for one another, evidence
 * that differs in what a machine took, Varve's own blocks in AGENTS.md and `.gitattributes`, a proposal beside the very
 * record it became. What two people
 * decided differently is never among it. Git's index is not touched: `git add` is the person's.
 */
export async function settleMerge(place: MergedPlace, readNow: ReadNow): Promise<readonly FileChange[]> {
  const changes = await Promise.all([
    ...blockFiles(place).map(([path, style]) =>
      settled(path, readNow, (text) => settledBlocks(text, style, place.project)),
    ),
    ...(await evidenceFiles(place)).map((path) =>
      settled(path, readNow, (text) => settledUtf8(text, settledEvidence)),
    ),
  ]);
  // The first that speaks of a path counts.
  const all = [
    ...(await puttingRight(place, readNow)),
    ...(await leftOverProposals(place, readNow)),
    ...changes.filter((change) => change !== undefined),
  ];
  return [...new Map(all.toReversed().map((change) => [change.path, change])).values()];
}

/** Unmerged record files that one side alone touched, or both in the same way, and where they belong; by name. */
export async function mistakenRecords({
  git,
  places,
  root,
}: MergedPlace): Promise<ReadonlyMap<string, Standing>> {
  if (git === undefined) return new Map();
  const unmerged = await unmergedPaths(git, [places.base]);
  if (unmerged.size === 0) return new Map();
  const merge = await mergeInProgress(git);
  const base = relative(root, places.base).replaceAll('\\', '/');
  const merged = merge && (await mergedByName(git, merge, base));
  const names = new Set([...unmerged.keys()].map((path) => basename(path)));
  return new Map([...(merged ?? [])].filter(([name]) => names.has(name)));
}

async function puttingRight(place: MergedPlace, readNow: ReadNow): Promise<readonly FileChange[]> {
  const { git, places, root } = place;
  const changes: FileChange[] = [];
  for (const [name, standing] of await mistakenRecords(place)) {
    for (const directory of [places.memory, places.archive, places.proposed, places.evidence]) {
      const path = join(directory, name);
      const kept = standing.find((one) => join(root, one.path) === path);
      const bytes = kept && (await git?.bytes(['cat-file', 'blob', kept.blob]));
      if (bytes?.ok === false) return [];
      const before = await readNow(path);
      const after = bytes?.value ?? null;
      if (!isSameBytes(before, after)) changes.push({ path, before, after });
    }
  }
  return changes;
}

function isSameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

/** Files of other people that hold a block of Varve's. */
function blockFiles({ root }: MergedPlace): readonly (readonly [string, BlockStyle])[] {
  return [
    [join(root, 'AGENTS.md'), 'html'],
    [join(root, '.claude', 'rules', '.gitattributes'), 'hash'],
  ];
}

async function evidenceFiles({ files, places }: MergedPlace): Promise<readonly string[]> {
  const directories = [places.evidence, places.proposed, places.archive];
  const found = directories.map(async (directory) => {
    const entries = await files.readDirectory(directory).catch(() => []);
    const own = entries.filter(({ kind, name }) => kind === 'file' && name.endsWith('.json'));
    return own.map(({ name }) => join(directory, name));
  });
  return (await Promise.all(found)).flat();
}

/** Bytes go through as Latin-1, one unit each: what is not settled comes out as it went in. */
async function settled(
  path: string,
  readNow: ReadNow,
  settle: (units: string) => string | undefined,
): Promise<FileChange | undefined> {
  const before = await readNow(path).catch(() => null);
  if (before === null) return undefined;
  const after = settle(Buffer.from(before).toString('latin1'));
  return after === undefined
    ? undefined
    : { path, before, after: new Uint8Array(Buffer.from(after, 'latin1')) };
}

function settledUtf8(units: string, settle: (text: string) => string | undefined): string | undefined {
  const after = settle(Buffer.from(units, 'latin1').toString('utf8'));
  return after === undefined ? undefined : Buffer.from(after, 'utf8').toString('latin1');
}

/** Where one side proposed and the other had decided already: the record counts, if it is the proposal to the byte. */
async function leftOverProposals(
  { files, places }: MergedPlace,
  readNow: ReadNow,
): Promise<readonly FileChange[]> {
  const proposed = (await readRecordFiles(files, places.proposed)).records;
  if (proposed.length === 0) return [];
  const names = new Set(proposed.map(({ path }) => basename(path)));
  const kept = [places.memory, places.archive].map((directory) =>
    readRecordFiles(files, directory, (name) => names.has(name)),
  );
  const records = new Map(
    (await Promise.all(kept)).flatMap((found) => found.records.map((file) => [file.record.id, file])),
  );
  const changes: FileChange[] = [];
  for (const file of proposed) {
    const record = records.get(file.record.id);
    if (record === undefined || !isSameBut(file, record)) continue;
    for (const path of [file.path, join(places.proposed, `${file.record.id}.json`)]) {
      const before = await readNow(path);
      if (before !== null) changes.push({ path, before, after: null });
    }
  }
  return changes;
}

function isSameBut(proposed: RecordFile, { text, record }: RecordFile): boolean {
  return withStatus(proposed.text, record.status).replace(/\r\n/g, '\n') === text.replace(/\r\n/g, '\n');
}
