import { join } from 'node:path';
import type { HierarchyReader, ListedEntry } from '../hierarchy.ts';

const MAX_RULES = 1000;
const MAX_DIRECTORIES = 1000;
const MAX_RULE_DEPTH = 20;
// Beyond so many entries a reader may have left some out.
const MAX_LISTED = 5000;

export interface ListedRule {
  /** Where the file really stands: Claude Code 2.1.330 speaks of a rule behind a link by that name. */
  readonly path: string;
  /** The name it was found by. */
  readonly alias: string;
}

export interface RulesListing {
  readonly files: readonly ListedRule[];
  /** The rules directory and all directories in it, where they exist. */
  readonly directories: readonly string[];
  /** Whether there were more than the bounds allow: 1,000 rules or directories, 5,000 entries of one, 20 levels. */
  readonly isCut: boolean;
}

/**
 * All `.md` files below a rules directory in the order of Claude Code 2.1.330: that in which the file system keeps each
 * directory, not that of the names. Links are followed, but not into a directory they stand in.
 */
export async function listRules(
  reader: HierarchyReader,
  directory: string,
  mayRead: (realPath: string) => boolean,
): Promise<RulesListing> {
  const files: ListedRule[] = [];
  const directories: string[] = [];
  let isCut = false;
  const walk = async (current: string, above: readonly string[]): Promise<void> => {
    const real = await reader.realPath(current);
    if (real === undefined || above.includes(real) || !mayRead(real)) return;
    directories.push(current);
    const within = [...above, real];
    const entries = await reader.list(current);
    if (entries.length >= MAX_LISTED) isCut = true;
    for (const { name, kind } of inOrder(entries)) {
      if (files.length >= MAX_RULES || directories.length >= MAX_DIRECTORIES) {
        isCut = true;
        return;
      }
      const alias = join(current, name);
      if (kind === 'directory' && within.length > MAX_RULE_DEPTH) isCut = true;
      else if (kind === 'directory') await walk(alias, within);
      else if (name.endsWith('.md')) files.push({ path: (await reader.realPath(alias)) ?? alias, alias });
    }
  };
  await walk(directory, []);
  return { files, directories, isCut };
}

function inOrder(entries: readonly ListedEntry[]): readonly ListedEntry[] {
  return entries.every(({ position }) => position !== undefined)
    ? entries.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
    : entries;
}
