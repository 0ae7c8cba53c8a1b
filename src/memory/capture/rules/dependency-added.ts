import type { Candidate, ChangeSet } from '../change-set.ts';
import {
  type DependencyChange,
  dependencyChanges,
  dependencyTelling,
  subjectOf,
} from './dependency-changes.ts';
import { replacementOf } from './dependency-replaced.ts';

/** More new dependencies than this at once are a project's set-up; only those the message names with a reason count. */
export const severalDependencies = 3;

/** A direct dependency that entered, and that the subject of the commit names or its message gives a reason for. */
export function dependencyAdded(changeSet: ChangeSet): readonly Candidate[] {
  const { added, removed } = dependencyChanges(changeSet);
  const replaced = replacementOf(changeSet, added, removed);
  return added
    .filter((change) => change !== replaced?.by)
    .map((change) => candidateOf(changeSet, change, added.length))
    .filter((candidate) => candidate !== undefined);
}

function candidateOf(changeSet: ChangeSet, change: DependencyChange, count: number): Candidate | undefined {
  const { title, why, named } = dependencyTelling(changeSet, change, count === 1);
  if (count > severalDependencies && !(named && why !== undefined)) return undefined;
  if (why === undefined && (title === undefined || change.use === 'development')) return undefined;
  const manifest = change.paths[0] ?? '';
  return {
    rule: 'dependency-added',
    kind: 'decision',
    subject: subjectOf(change),
    title: title ?? `Depend on ${change.name}`,
    reason: `${change.name} became a direct dependency in ${manifest}${why === undefined ? '' : ', and the message says why'}.`,
    confidence: why === undefined ? 0.5 : 0.85,
    paths: change.paths,
    ...(why === undefined ? {} : { why }),
  };
}
