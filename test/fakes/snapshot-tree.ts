import { readTree } from './tree.ts';

/** What stands below a directory, git's own files left out: equal snapshots, equal trees. */
export async function snapshotTree(directory: string): Promise<ReadonlyMap<string, string>> {
  const entries = Object.entries(await readTree(directory));
  return new Map(entries.filter(([path]) => !/^\.git\/|\/\.git\//.test(path)));
}
