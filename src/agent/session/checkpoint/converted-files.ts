import type { Files } from '../../../base/files.ts';
import type { Git } from '../../../base/git.ts';
import type { GitTree, TreeChanges } from './tree-changes.ts';

/** Files whose bytes are not the commit's although git calls them unchanged, as long as `key` stays the same. */
export interface ConvertedFiles {
  readonly key: string;
  readonly paths: readonly string[];
}

const SETTINGS = '^(core\\.(autocrlf|eol|attributesfile)|filter\\..*\\.(clean|smudge|process))$';
const INDEX_ENTRY =
  /([^\0]+)\0 {2}ctime:[^\n]*\n {2}mtime:[^\n]*\n {2}dev:[^\n]*\n {2}uid:[^\n]*\n {2}size: (\d+)\tflags: [0-9a-f]+\n/g;

/**
 * Line ends, `ident` and encodings change how many bytes there are, so the size that git noted of a file on disk tells
 * them; a filter is told by the attribute. Nothing is read of the files, and no filter runs. Never rejects: without an
 * answer of git no file counts as converted.
 */
export async function findConverted(
  git: Git,
  files: Files,
  tree: GitTree,
  changes: TreeChanges,
  known: ConvertedFiles | undefined,
): Promise<ConvertedFiles> {
  const attributes = [...changes.tracked.keys(), ...changes.untracked].filter(isAttributes);
  const key = await keyOf(files, tree, attributes);
  if (known?.key === key) return known;
  if (tree.head === null) return { key, paths: [] };
  const drivers = await converters(git, files, tree, attributes);
  if (drivers === undefined) return { key, paths: [] };
  const [sizes, blobs, filtered] = await Promise.all([
    indexSizes(git),
    blobSizes(git, tree.head),
    filteredPaths(git, drivers),
  ]);
  const paths = new Set<string>();
  for (const [path, size] of sizes) {
    if (changes.tracked.has(path)) continue;
    const blob = blobs.get(path);
    if ((blob !== undefined && blob !== size) || filtered.has(path)) paths.add(path);
  }
  return { key, paths: [...paths] };
}

function isAttributes(path: string): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes');
}

async function keyOf(files: Files, tree: GitTree, attributes: readonly string[]): Promise<string> {
  const facts = await Promise.all(
    tree.converters.map(async (path) => {
      const status = await files.status(path).catch(() => undefined);
      return status && [status.size, status.modified, status.changed, status.identity];
    }),
  );
  return JSON.stringify([tree.head, facts, attributes]);
}

/** Names of filters that are configured; undefined where nothing here converts anything. */
async function converters(
  git: Git,
  files: Files,
  tree: GitTree,
  changed: readonly string[],
): Promise<readonly string[] | undefined> {
  const [configured, listed, own] = await Promise.all([
    git.text(['config', '--null', '--get-regexp', SETTINGS]),
    git.text(['ls-files', '-z', '--', ':(glob)**/.gitattributes']),
    files.status(tree.converters.at(-1) ?? '').catch(() => undefined),
  ]);
  const settings = (configured.ok ? configured.value : '').split('\0').filter((line) => line !== '');
  const isOff = settings.every((line) => /^core\.autocrlf\n(false|no|off|0)$/i.test(line));
  const hasAttributes = (listed.ok && listed.value !== '') || changed.length > 0 || own !== undefined;
  if (isOff && !hasAttributes) return undefined;
  const drivers = settings.flatMap((line) => /^filter\.(.+)\.[a-z]+\n/.exec(line)?.[1] ?? []);
  return [...new Set(drivers)].filter((name) => /^[\w.-]+$/.test(name));
}

async function indexSizes(git: Git): Promise<ReadonlyMap<string, number>> {
  const listed = await git.bytes(['ls-files', '-z', '--debug']);
  const sizes = new Map<string, number>();
  if (!listed.ok) return sizes;
  const text = Buffer.from(listed.value).toString('utf8');
  for (const [, path = '', size] of text.matchAll(INDEX_ENTRY)) sizes.set(path, Number(size));
  return sizes;
}

async function blobSizes(git: Git, commit: string): Promise<ReadonlyMap<string, number>> {
  const listed = await git.bytes(['ls-tree', '-r', '-l', '-z', '--full-tree', commit]);
  const sizes = new Map<string, number>();
  if (!listed.ok) return sizes;
  for (const record of Buffer.from(listed.value).toString('utf8').split('\0')) {
    const [, size, path] = /^100\d+ blob [0-9a-f]+ +(\d+)\t(.*)$/s.exec(record) ?? [];
    if (path !== undefined) sizes.set(path, Number(size));
  }
  return sizes;
}

async function filteredPaths(git: Git, drivers: readonly string[]): Promise<ReadonlySet<string>> {
  if (drivers.length === 0) return new Set();
  const listed = await git.text(['ls-files', '-z', '--', ...drivers.map((name) => `:(attr:filter=${name})`)]);
  return new Set(listed.ok ? listed.value.split('\0').filter((path) => path !== '') : []);
}
