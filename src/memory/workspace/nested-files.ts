import { basename, dirname, join, sep } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';

/** Names that some program reads below the folder where it was started. */
const memoryFileNames = [
  'CLAUDE.md',
  'CLAUDE.local.md',
  'AGENTS.md',
  'AGENTS.override.md',
  'AGENTS.local.md',
  'GEMINI.md',
];
const rulesPlaces = [
  { place: '.claude/rules', ending: '.md' },
  { place: '.cursor/rules', ending: '.mdc' },
  { place: '.windsurf/rules', ending: '.md' },
  { place: '.devin/rules', ending: '.md' },
];
const maxDepth = 6;
const maxDirectories = 500;
const passedOver = new Set(['node_modules', '.git']);

/** The same as globs, relative to a repository. */
export const memoryFilePatterns: readonly string[] = [
  ...memoryFileNames.map((name) => `**/${name}`),
  ...rulesPlaces.map(({ place, ending }) => `**/${place}/**/*${ending}`),
];

/** Whether a path has the name of a memory file or stands among the rules. */
export function isMemoryFilePath(path: string): boolean {
  if (memoryFileNames.includes(basename(path))) return true;
  const plain = path.split(sep).join('/');
  return rulesPlaces.some(({ place, ending }) => plain.includes(`/${place}/`) && plain.endsWith(ending));
}

/**
 * Memory files below `directory` that git knows or does not ignore: one process, no walk. Empty without git; those
 * found by {@link listMemoryFiles} when a watcher speaks come on top.
 */
export async function memoryFilesFromGit(git: Git, directory: string): Promise<readonly string[]> {
  const result = await git.text([
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    ...memoryFilePatterns.map((pattern) => `:(glob)${pattern}`),
  ]);
  if (!result.ok) return [];
  return result.value
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => join(directory, path));
}

/**
 * Memory files at or below a path. Bounded in depth and in directories, so that an unpacked archive or a home
 * directory costs no more than a glance.
 */
export async function listMemoryFiles(files: Files, path: string): Promise<readonly string[]> {
  const status = await files.linkStatus(path).catch(() => undefined);
  if (status === undefined) return [];
  if (status.kind === 'file') return isMemoryFilePath(path) ? [path] : [];
  if (status.kind !== 'directory' || passedOver.has(basename(path))) return [];
  return walk(files, path);
}

async function walk(files: Files, top: string): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [{ path: top, depth: 0 }];
  for (let seen = 0; seen < maxDirectories; seen++) {
    const directory = waiting.shift();
    if (directory === undefined) break;
    for (const entry of await files.readDirectory(directory.path).catch(() => [])) {
      const path = join(directory.path, entry.name);
      if (entry.kind === 'file' && isMemoryFilePath(path)) found.push(path);
      const deeper = entry.kind === 'directory' && !passedOver.has(entry.name) && directory.depth < maxDepth;
      if (deeper) waiting.push({ path, depth: directory.depth + 1 });
    }
  }
  return found;
}

/** Whether `path` stands below `directory`. */
export function isBelow(path: string, directory: string): boolean {
  return (
    path.startsWith(directory.endsWith(sep) ? directory : directory + sep) || dirname(path) === directory
  );
}
