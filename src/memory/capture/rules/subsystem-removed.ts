import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { isSource } from '../passed-over.ts';
import { changedPaths } from './stated-decision.ts';
import { saysAnyOf, tellingOf } from './telling.ts';

const fewest = 5;
const generic = new Set([
  'src',
  'lib',
  'app',
  'apps',
  'packages',
  'source',
  'main',
  'java',
  'test',
  'tests',
  'internal',
  'pkg',
  'cmd',
  'core',
  'common',
  'utils',
  'index',
  'components',
]);

interface Gone {
  readonly directory: string;
  readonly files: readonly string[];
}

/**
 * A directory of at least five source files that is gone and did not move elsewhere; with another one that came in the
 * same commit it was replaced. Whether something of it was never touched the commit does not show: a directory in
 * which the commit leaves or adds a file is not gone.
 */
export function subsystemRemoved(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary') return [];
  const gone = goneDirectories(changeSet);
  const [largest] = gone;
  if (largest === undefined) return [];
  const names = namesOf(largest.directory);
  const by = newDirectory(changeSet);
  const about = saysAnyOf([largest.directory, ...names, ...(by === undefined ? [] : namesOf(by))]);
  const { title, why, named } = tellingOf(changeSet, about, gone.length === 1);
  // A large reorganisation takes much away and brings it back under other names.
  if (gone.length > 3 && !(named && why !== undefined)) return [];
  const replaced = by !== undefined && (named || sharesName(by, largest.directory)) ? by : undefined;
  return [
    {
      rule: 'subsystem-removed',
      kind: 'decision',
      subject: `subsystem:${largest.directory}`,
      title:
        title ??
        (replaced === undefined
          ? `${largest.directory} was removed`
          : `${replaced} replaces ${largest.directory}`),
      reason: `All ${largest.files.length} source files that the commit shows of ${largest.directory} are gone${replaced === undefined ? '' : `, and ${replaced} is new`}${why === undefined ? '' : '; the message says why'}.`,
      confidence: why === undefined ? (named ? 0.65 : 0.5) : 0.85,
      // What is gone cannot be anchored to; what came for it, or was changed for its leaving, can.
      paths: changedPaths(changeSet).filter(
        (path) => replaced === undefined || path.startsWith(`${replaced}/`),
      ),
      replaces: [`subsystem:${largest.directory}`],
      ...(why === undefined ? {} : { why }),
    },
  ];
}

/** The topmost directories, the root left out, that the commit only took source files from; the largest first. */
function goneDirectories(changeSet: ChangeSet): readonly Gone[] {
  const kept = new Set<string>();
  const come = new Set<string>();
  for (const file of changeSet.files) {
    if (file.status === 'deleted') continue;
    for (const directory of directoriesOf(file.path)) kept.add(directory);
    come.add(baseName(file.path));
    if (file.oldPath !== undefined) for (const directory of directoriesOf(file.oldPath)) kept.add(directory);
  }
  const byDirectory = new Map<string, string[]>();
  for (const { path, status } of changeSet.files) {
    if (status !== 'deleted' || !isSource(path) || come.has(baseName(path))) continue;
    const top = directoriesOf(path).find((directory) => !kept.has(directory) && !isContainer(directory));
    if (top !== undefined) byDirectory.set(top, [...(byDirectory.get(top) ?? []), path]);
  }
  return [...byDirectory]
    .map(([directory, files]) => ({ directory, files }))
    .filter(({ files }) => files.length >= fewest)
    .sort((a, b) => b.files.length - a.files.length);
}

/** `src`, `packages` and the like hold subsystems and are none. */
function isContainer(directory: string): boolean {
  return generic.has(baseName(directory).toLowerCase());
}

function newDirectory(changeSet: ChangeSet): string | undefined {
  const old = new Set(
    changeSet.files.filter(({ status }) => status !== 'added').flatMap(({ path }) => directoriesOf(path)),
  );
  const counts = new Map<string, number>();
  for (const { path, status } of changeSet.files) {
    if (status !== 'added' || !isSource(path)) continue;
    const top = directoriesOf(path).find((directory) => !old.has(directory) && !isContainer(directory));
    if (top !== undefined) counts.set(top, (counts.get(top) ?? 0) + 1);
  }
  const [first] = [...counts].filter(([, count]) => count >= fewest).sort(([, a], [, b]) => b - a);
  return first?.[0];
}

/** `a/b/c.ts` → `a`, `a/b`. */
function directoriesOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function namesOf(directory: string): readonly string[] {
  const name = baseName(directory);
  return generic.has(name.toLowerCase()) || name.length < 3 ? [] : [name, name.replace(/[-_]/g, ' ')];
}

function sharesName(a: string, b: string): boolean {
  return baseName(a).slice(0, 4).toLowerCase() === baseName(b).slice(0, 4).toLowerCase();
}
