import type { Candidate, ChangeSet } from '../change-set.ts';
import { severalDependencies } from './dependency-added.ts';
import { dependencyChanges, dependencyTelling, subjectOf } from './dependency-changes.ts';
import { replacementOf } from './dependency-replaced.ts';

/** A direct dependency that left, where the message names it and says why; cleaning up is no decision. */
export function dependencyRemoved(changeSet: ChangeSet): readonly Candidate[] {
  const { added, removed } = dependencyChanges(changeSet);
  const replaced = replacementOf(changeSet, added, removed);
  if (removed.length > severalDependencies) return [];
  return removed
    .filter((change) => change !== replaced?.old)
    .flatMap((change): readonly Candidate[] => {
      const { title, why, named } = dependencyTelling(changeSet, change, removed.length === 1);
      if (
        why === undefined ||
        !named ||
        /\bunused\b|no longer (?:used|needed)/i.test(`${title ?? ''} ${why}`)
      )
        return [];
      return [
        {
          rule: 'dependency-removed',
          kind: 'decision',
          subject: subjectOf(change),
          title: title ?? `Stop depending on ${change.name}`,
          why,
          reason: `${change.name} is no longer a direct dependency in ${change.paths[0] ?? ''}, and the message says why.`,
          confidence: 0.8,
          paths: change.paths,
          replaces: [subjectOf(change)],
        },
      ];
    });
}
