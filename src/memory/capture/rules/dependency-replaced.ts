import type { Candidate, ChangeSet } from '../change-set.ts';
import {
  type DependencyChange,
  dependencyChanges,
  dependencyTelling,
  mentions,
  subjectOf,
} from './dependency-changes.ts';

export interface Replacement {
  readonly old: DependencyChange;
  readonly by: DependencyChange;
}

/** One direct dependency left and another entered for it: the message names both, or they are the only two of one kind. */
export function dependencyReplaced(changeSet: ChangeSet): readonly Candidate[] {
  const { added, removed } = dependencyChanges(changeSet);
  const replaced = replacementOf(changeSet, added, removed);
  if (replaced === undefined) return [];
  const { old, by } = replaced;
  const told = dependencyTelling(changeSet, by, true);
  const other = dependencyTelling(changeSet, old, true);
  const why = told.why ?? other.why;
  return [
    {
      rule: 'dependency-replaced',
      kind: 'decision',
      subject: subjectOf(by),
      title: told.title ?? other.title ?? `${by.name} replaces ${old.name}`,
      reason: `${by.name} took the place of ${old.name} in ${by.paths[0] ?? ''}${why === undefined ? '' : ', and the message says why'}.`,
      considered: `${old.name}, used until then`,
      confidence: why === undefined ? 0.6 : 0.9,
      paths: by.paths,
      replaces: [subjectOf(old)],
      ...(why === undefined ? {} : { why }),
    },
  ];
}

/** Which of the changes is the one replacement of the commit; undefined where there is none or it is in doubt. */
export function replacementOf(
  changeSet: ChangeSet,
  added: readonly DependencyChange[],
  removed: readonly DependencyChange[],
): Replacement | undefined {
  const message = `${changeSet.subject}\n${changeSet.body}`;
  const named = (change: DependencyChange): boolean => mentions(message, change.name);
  const isPair = added.length === 1 && removed.length === 1;
  const by = isPair ? added[0] : only(added.filter(named));
  const old = isPair ? removed[0] : only(removed.filter(named));
  if (by === undefined || old === undefined) return undefined;
  if (by.ecosystem !== old.ecosystem || by.use !== old.use) return undefined;
  return named(by) || named(old) ? { old, by } : undefined;
}

function only<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}
