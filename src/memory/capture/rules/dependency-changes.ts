import type { ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import type { DependencyUse } from '../manifest/dependencies.ts';
import { manifestReaderFor } from '../manifest/manifest.ts';
import { firstReason, plainBody, plainSubject, sentencesOf } from '../sentences.ts';

export interface DependencyChange {
  readonly ecosystem: string;
  readonly name: string;
  readonly use: DependencyUse;
  /** The manifests that gained or lost it. */
  readonly paths: readonly string[];
}

export interface DependencyChanges {
  readonly added: readonly DependencyChange[];
  readonly removed: readonly DependencyChange[];
}

/**
 * Direct dependencies that entered or left the whole commit. A new manifest brings a project, not a decision for each
 * of its lines; a deleted one takes it away; a move between manifests or tables changes nothing.
 */
export function dependencyChanges(changeSet: ChangeSet): DependencyChanges {
  if (commitNature(changeSet) !== 'ordinary') return { added: [], removed: [] };
  const added = new Map<string, DependencyChange>();
  const removed = new Map<string, DependencyChange>();
  for (const file of changeSet.files) {
    const reader = manifestReaderFor(file.path);
    const { before, after } = file.whole ?? {};
    if (reader === undefined || before === undefined || after === undefined) continue;
    const old = reader.read(before);
    const now = reader.read(after);
    if (old === undefined || now === undefined) continue;
    for (const [name, use] of now) {
      if (!old.has(name)) add(added, { ecosystem: reader.ecosystem, name, use, paths: [file.path] });
    }
    for (const [name, use] of old) {
      if (!now.has(name)) add(removed, { ecosystem: reader.ecosystem, name, use, paths: [file.path] });
    }
  }
  const moved = [...added.keys()].filter((subject) => removed.has(subject));
  for (const subject of moved) {
    added.delete(subject);
    removed.delete(subject);
  }
  return { added: [...added.values()], removed: [...removed.values()] };
}

function add(changes: Map<string, DependencyChange>, change: DependencyChange): void {
  const subject = subjectOf(change);
  const seen = changes.get(subject);
  changes.set(subject, seen === undefined ? change : { ...seen, paths: [...seen.paths, ...change.paths] });
}

/** `npm:better-sqlite3`. */
export function subjectOf(change: DependencyChange): string {
  return `${change.ecosystem}:${change.name}`;
}

export interface Telling {
  readonly title: string | undefined;
  readonly why: string | undefined;
  /** The message names the dependency. */
  readonly named: boolean;
}

/** What the commit message says of a dependency: a title where its subject names it, and the reason it gives. */
export function tellingOf(changeSet: ChangeSet, change: DependencyChange, isOnly: boolean): Telling {
  const subject = plainSubject(changeSet.subject);
  const sentences = sentencesOf(plainBody(changeSet.body));
  const inSubject = mentions(subject, change.name);
  const about = sentences.filter((sentence) => mentions(sentence, change.name));
  const named = inSubject || about.length > 0;
  const mayTell = isOnly || named;
  const own = firstReason([subject, ...about]);
  const why = own ?? (mayTell ? (firstReason(sentences) ?? opening(sentences, inSubject)) : undefined);
  return { title: inSubject && subject.length <= 100 ? subject : undefined, why, named };
}

/** A body whose subject named the dependency usually opens with why. */
function opening(sentences: readonly string[], inSubject: boolean): string | undefined {
  const first = sentences[0];
  return inSubject && first !== undefined && first.split(' ').length >= 5 ? first : undefined;
}

/** Whether a text names a dependency, its scope, version suffix and common affixes left out: "SQLite" names better-sqlite3. */
export function mentions(text: string, name: string): boolean {
  const lower = text.toLowerCase();
  if (lower.includes(name.toLowerCase())) return true;
  const last =
    name
      .toLowerCase()
      .split('/')
      .filter((part) => !/^v\d+$/.test(part))
      .at(-1) ?? '';
  const parts = last.split(/[^a-z0-9]+/).filter((part) => part.replace(/\d+$/, '').length >= 4);
  const words = new Set(lower.split(/[^a-z0-9]+/));
  return parts.some((part) => !common.has(part) && (words.has(part) || words.has(part.replace(/\d+$/, ''))));
}

/** Parts of package names that are ordinary words of commit messages. */
const common = new Set(
  'core plugin plugins loader client server types utils util tools tool test tests testing node react parser better simple fast config adapter driver package library module style styles icons common base data text file files json yaml html http https async cache logger create build'.split(
    ' ',
  ),
);
