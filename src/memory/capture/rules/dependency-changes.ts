import type { ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { type Dependencies, type DependencyUse, majorOf } from '../manifest/dependencies.ts';
import { manifestReaderFor } from '../manifest/manifest.ts';
import { saysAnyOf, type Telling, tellingOf } from './telling.ts';

export interface DependencyChange {
  readonly ecosystem: string;
  readonly name: string;
  readonly use: DependencyUse;
  /** The manifests that gained or lost it, or ask for another version. */
  readonly paths: readonly string[];
}

export interface DependencyUpgrade extends DependencyChange {
  /** Major versions. */
  readonly from: number;
  readonly to: number;
}

export interface DependencyChanges {
  readonly added: readonly DependencyChange[];
  readonly removed: readonly DependencyChange[];
  readonly upgraded: readonly DependencyUpgrade[];
}

const none: DependencyChanges = { added: [], removed: [], upgraded: [] };

/**
 * Direct dependencies that entered, left or changed their major version in the whole commit. A new manifest brings a
 * project, not a decision for each of its lines; a deleted one takes it away; a move between manifests or tables
 * changes nothing.
 */
export function dependencyChanges(changeSet: ChangeSet): DependencyChanges {
  return commitNature(changeSet) === 'ordinary' ? manifestChanges(changeSet) : none;
}

/** As {@link dependencyChanges}, whatever the commit is. */
export function manifestChanges(changeSet: ChangeSet): DependencyChanges {
  const added = new Map<string, DependencyChange>();
  const removed = new Map<string, DependencyChange>();
  const upgraded = new Map<string, DependencyUpgrade>();
  for (const file of changeSet.files) {
    const reader = manifestReaderFor(file.path);
    const { before, after } = file.whole ?? {};
    if (reader === undefined || before === undefined || after === undefined) continue;
    const old = reader.read(before);
    const now = reader.read(after);
    if (old === undefined || now === undefined) continue;
    const { ecosystem } = reader;
    const of = (name: string, use: DependencyUse): DependencyChange => ({
      ecosystem,
      name,
      use,
      paths: [file.path],
    });
    for (const [name, { use }] of without(now, old)) add(added, of(name, use));
    for (const [name, { use }] of without(old, now)) add(removed, of(name, use));
    for (const [name, { use, version }] of now) {
      const from = majorOf(old.get(name)?.version);
      const to = majorOf(version);
      if (from !== undefined && to !== undefined && from !== to)
        add(upgraded, { ...of(name, use), from, to });
    }
  }
  for (const subject of [...added.keys()].filter((known) => removed.has(known))) {
    added.delete(subject);
    removed.delete(subject);
  }
  return { added: [...added.values()], removed: [...removed.values()], upgraded: [...upgraded.values()] };
}

function without(all: Dependencies, known: Dependencies): Dependencies {
  return new Map([...all].filter(([name]) => !known.has(name)));
}

function add<T extends DependencyChange>(changes: Map<string, T>, change: T): void {
  const subject = subjectOf(change);
  const seen = changes.get(subject);
  changes.set(subject, seen === undefined ? change : { ...seen, paths: [...seen.paths, ...change.paths] });
}

/** `npm:better-sqlite3`. */
export function subjectOf(change: DependencyChange): string {
  return `${change.ecosystem}:${change.name}`;
}

/** What the commit message says of a dependency. */
export function dependencyTelling(changeSet: ChangeSet, change: DependencyChange, isOnly: boolean): Telling {
  return tellingOf(changeSet, (text) => mentions(text, change.name), isOnly);
}

/** Whether a text names a dependency, its scope, version suffix and common affixes left out: "SQLite" names better-sqlite3. */
export function mentions(text: string, name: string): boolean {
  if (name === '') return false;
  if (saysAnyOf([name])(text)) return true;
  const last =
    name
      .toLowerCase()
      .split(/[/:]/)
      .filter((part) => !/^v\d+$/.test(part))
      .at(-1) ?? '';
  if (last.length >= 3 && !common.has(last) && saysAnyOf([last])(text)) return true;
  const parts = last.split(/[^a-z0-9]+/).filter((part) => part.replace(/\d+$/, '').length >= 4);
  const words = new Set(text.toLowerCase().split(/[^a-z0-9]+/));
  return parts.some((part) => !common.has(part) && (words.has(part) || words.has(part.replace(/\d+$/, ''))));
}

/** Parts of package names that are ordinary words of commit messages. */
const common = new Set(
  `core plugin plugins loader client server types utils util tools tool test tests testing node react parser better
  simple fast config adapter driver package library module modules style styles icons common base data text file files
  json yaml html http https async cache logger create build import export router store state date time path color colors
  string strings image images table form forms input event events error errors debug watch copy merge query request
  response session auth login user users admin search index version release docs document theme page pages link links
  list menu button code source format standard check lint script scripts task tasks runner framework native service
  services manager model models view views schema validator validation security support safe change changes command
  commands context database message messages process project provider report resource spec storage stream string update
  value workspace action actions github starter spring`.split(/\s+/),
);
