import { basename, join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { MergeState, UnmergedPath } from '../check/merge-state.ts';
import { readRecordFiles } from '../inbox/record-files.ts';
import { hasMergeMarks } from '../record/merge-marks.ts';
import { type MergedPlace, mistakenRecords, settleMerge } from '../set-up/settle-merge.ts';
import { unmergedPaths } from '../set-up/unmerged-paths.ts';

export const noMerge: MergeState = { unmerged: [], marked: [], twice: [] };

/** What a merge left in the memory of a working tree: by git's index (one process), by the files themselves. Never rejects. */
export async function readMergeState(place: MergedPlace): Promise<MergeState> {
  const changes = await settleMerge(place, (path) => readIfThere(place.files, path));
  const settling = new Set(changes.map(({ path }) => path));
  const [unmerged, marked, twice] = await Promise.all([
    readUnmerged(place, settling),
    readMarked(place, settling),
    recordsTwice(place, settling),
  ]);
  return { unmerged, marked, twice };
}

async function readUnmerged(
  place: MergedPlace,
  settling: ReadonlySet<string>,
): Promise<readonly UnmergedPath[]> {
  const { root, places, git } = place;
  if (git === undefined) return [];
  const own = [places.base, places.delivery, join(root, '.claude', 'rules', '.gitattributes')];
  const mistaken = await mistakenRecords(place);
  const wrong = new Set([...settling].map((path) => basename(path)));
  return [...(await unmergedPaths(git, own))].map(([name, stages]) => ({
    path: join(root, name),
    ours: stages.has('2'),
    theirs: stages.has('3'),
    ...(mistaken.has(basename(name)) ? { mistaken: wrong.has(basename(name)) ? 'wrong' : 'right' } : {}),
  }));
}

async function readMarked(
  { files, places, root }: MergedPlace,
  settling: ReadonlySet<string>,
): Promise<MergeState['marked']> {
  const candidates = [
    ...(await jsonFiles(files, [places.evidence, places.proposed, places.archive])),
    join(root, 'AGENTS.md'),
    join(root, '.claude', 'rules', '.gitattributes'),
    join(places.base, '.gitattributes'),
  ];
  const marked: MergeState['marked'][number][] = [];
  for (const path of candidates) {
    const bytes = await readIfThere(files, path);
    if (bytes !== null && hasMergeMarks(Buffer.from(bytes).toString('latin1')))
      marked.push({ path, settles: settling.has(path) });
  }
  return marked;
}

async function jsonFiles(files: Files, directories: readonly string[]): Promise<readonly string[]> {
  const found = directories.map(async (directory) => {
    const entries = await files.readDirectory(directory).catch(() => []);
    return entries.filter(({ name }) => name.endsWith('.json')).map(({ name }) => join(directory, name));
  });
  return (await Promise.all(found)).flat();
}

/** One side accepted, the other put away, and git saw two files: a merge without a conflict for it. */
async function recordsTwice(
  { files, places }: MergedPlace,
  settling: ReadonlySet<string>,
): Promise<MergeState['twice']> {
  const accepted = (await readRecordFiles(files, places.memory)).records;
  const proposed = (await readRecordFiles(files, places.proposed)).records;
  const ends = new Set([...accepted, ...proposed].map(({ record }) => endOf(record.id)));
  const isCalledSo = (name: string): boolean => ends.has(name.slice(-10).toLowerCase());
  const archived = (await readRecordFiles(files, places.archive, isCalledSo)).records;
  const first = new Map<string, string>();
  const twice: MergeState['twice'][number][] = [];
  for (const { record, path } of [...accepted, ...archived, ...proposed]) {
    const known = first.get(record.id);
    if (known === undefined) first.set(record.id, path);
    else twice.push({ path: known, other: path, settles: settling.has(path) });
  }
  return twice;
}

function readIfThere(files: Files, path: string): Promise<Uint8Array | null> {
  return files.readFile(path).catch(() => null);
}

function endOf(id: string): string {
  return `-${id.slice(-6).toLowerCase()}.md`;
}
