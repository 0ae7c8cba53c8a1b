import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { type LockOwner, livingHolder } from '../../base/lock.ts';
import { leasePath } from '../session/lease.ts';
import { namesInFile, namesInLedger, objectNameOf, withNamedObjects } from './object-references.ts';
import { listState, type StateFile, sessionOf } from './state-files.ts';

export interface StateSurroundings {
  readonly files: Files;
  readonly clock: Clock;
  readonly owner: LockOwner;
  readonly stateDirectory: string;
}

export interface SessionUse {
  readonly id: string;
  readonly files: readonly StateFile[];
  readonly modified: number;
  readonly running: boolean;
  readonly names: readonly string[];
}

export interface References {
  readonly all: readonly StateFile[];
  readonly objects: ReadonlyMap<string, StateFile>;
  readonly sessions: readonly SessionUse[];
  /** Named by what is not a session. */
  readonly elsewhere: ReadonlySet<string>;
}

/** What names which objects. Rejects where something cannot be read: what it needs is not known then. */
export async function readReferences(
  around: StateSurroundings,
  all: readonly StateFile[],
  since: number,
): Promise<References> {
  const { files, stateDirectory } = around;
  const objects = new Map(
    all.flatMap((file) => {
      const name = objectNameOf(file.path);
      return name === undefined ? [] : [[name, file] as const];
    }),
  );
  const known = new Set(objects.keys());
  const namesOf = (file: StateFile) => namesInFile(files, join(stateDirectory, file.path), file.size, known);
  const elsewhere = new Set<string>();
  for (const file of all) {
    if (file.area === 'objects' || file.area === 'cache' || sessionOf(file.path) !== undefined) continue;
    const names =
      file.path === 'ledger.jsonl'
        ? namesInLedger(
            Buffer.from(await files.readFile(join(stateDirectory, file.path))).toString('utf8'),
            since,
            known,
          )
        : await namesOf(file);
    for (const name of names) elsewhere.add(name);
  }
  const sessions: SessionUse[] = [];
  for (const [id, own] of bySession(all)) {
    const names = new Set<string>();
    for (const file of own) for (const name of await namesOf(file)) names.add(name);
    const journal = own.find(({ path }) => path === `sessions/${id}.jsonl`);
    const modified = journal?.modified ?? Math.max(...own.map((file) => file.modified));
    sessions.push({ id, files: own, modified, running: await isRunning(around, id), names: [...names] });
  }
  return { all, objects, sessions, elsewhere };
}

function bySession(all: readonly StateFile[]): ReadonlyMap<string, readonly StateFile[]> {
  const grouped = new Map<string, StateFile[]>();
  for (const file of all) {
    const id = sessionOf(file.path);
    if (id === undefined) continue;
    const own = grouped.get(id);
    if (own) own.push(file);
    else grouped.set(id, [file]);
  }
  return grouped;
}

export async function isRunning(
  { files, owner, stateDirectory }: StateSurroundings,
  id: string,
): Promise<boolean> {
  const path = leasePath(join(stateDirectory, 'sessions'), id);
  return (await livingHolder({ files, owner, path })) !== undefined;
}

/** Objects, from the state directory, that these sessions name and nothing else does. */
export async function objectsOnlyOf(
  around: StateSurroundings,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { files, stateDirectory } = around;
  const listing = await listState(files, stateDirectory);
  if (!listing.complete) return [];
  const { objects, sessions, elsewhere } = await readReferences(
    around,
    listing.files,
    Number.NEGATIVE_INFINITY,
  );
  const reach = (names: Iterable<string>) => withNamedObjects(files, stateDirectory, names, objects);
  const namesOf = (wanted: boolean) =>
    sessions.filter(({ id }) => ids.includes(id) === wanted).flatMap(({ names }) => names);
  const kept = await reach([...elsewhere, ...namesOf(false)]);
  return [...(await reach(namesOf(true)))].filter((name) => !kept.has(name)).map((name) => `objects/${name}`);
}
