import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { createHierarchyReader } from '../../../src/memory/hierarchy/disk-reader.ts';
import type {
  HierarchyReader,
  ResolvedHierarchy,
  ResolveInput,
} from '../../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../../src/memory/hierarchy/read-hierarchy.ts';

export interface Tree {
  readonly base: string;
  readonly at: (path: string) => string;
  readonly opened: string[];
  readonly listed: string[];
  readonly input: (changes?: Partial<ResolveInput>) => ResolveInput;
  readonly resolve: (changes?: Partial<ResolveInput>) => Promise<ResolvedHierarchy>;
  readonly remove: () => Promise<void>;
}

/** Files by path; `-> target` makes a link. `home`, `managed` and `repo` play their parts. */
export async function makeTree(files: Readonly<Record<string, string>>): Promise<Tree> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'varve-hierarchy-')));
  const at = (path: string) => join(base, path);
  if (!('repo/.git' in files)) await mkdir(at('repo/.git'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(at(path)), { recursive: true });
    if (text.startsWith('-> ')) await symlink(text.slice(3), at(path));
    else await writeFile(at(path), text);
  }
  const opened: string[] = [];
  const listed: string[] = [];
  const input = (changes: Partial<ResolveInput> = {}): ResolveInput => ({
    dialect: 'claude-code',
    cwd: at('repo'),
    repositoryRoot: at('repo'),
    homeDirectory: at('home'),
    configDirectory: at('home/.claude'),
    managedDirectory: at('managed'),
    environment: {},
    trusted: true,
    reader: countingReader(opened, listed),
    ...changes,
  });
  return {
    base,
    at,
    opened,
    listed,
    input,
    resolve: async (changes) => (await readHierarchy(input(changes))).hierarchy,
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

function countingReader(opened: string[], listed: string[]): HierarchyReader {
  const disk = createHierarchyReader(nodeFiles);
  return {
    readText: async (path, maxBytes) => {
      const read = await disk.readText(path, maxBytes);
      if (read !== undefined) opened.push(path);
      return read;
    },
    list: async (path) => {
      const entries = await disk.list(path);
      if (entries.length > 0) listed.push(path);
      // By name, not in the order of this disk: the answers here are the same on every machine.
      return entries.map(({ name, kind }) => ({ name, kind }));
    },
    realPath: (path) => disk.realPath(path),
  };
}
