import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { manifestReaderFor } from '../manifest/manifest.ts';
import { isToldEnough, saysAnyOf, tellingOf } from './telling.ts';

/** A manifest below one of the directories where workspaces keep their packages, or any directory of its own. */
const place =
  /^(?:(?:packages|apps|libs|crates|modules|services|plugins|components)\/)?(?:[^/]+\/)?[^/]+\/[^/]+$/;
const most = 2;

/** A package, crate or module of the same repository that the commit added, where its message names it and says why. */
export function workspacePackage(changeSet: ChangeSet): readonly Candidate[] {
  if (commitNature(changeSet) !== 'ordinary' || changeSet.parents.length === 0) return [];
  const added = changeSet.files.filter(
    (file) => file.status === 'added' && place.test(file.path) && manifestReaderFor(file.path) !== undefined,
  );
  // More than these are somebody's import.
  if (added.length > most) return [];
  return added.flatMap((file): readonly Candidate[] => {
    const directory = file.path.slice(0, file.path.lastIndexOf('/'));
    const name = directory.slice(directory.lastIndexOf('/') + 1);
    const telling = tellingOf(changeSet, saysAnyOf([name, directory, name.replace(/[-_]/g, ' ')]), false);
    if (!isToldEnough(telling, 'reason') || telling.why === undefined) return [];
    return [
      {
        rule: 'workspace-package',
        kind: 'decision',
        subject: `package:${directory}`,
        title: telling.title ?? `${directory} is a package of its own`,
        why: telling.why,
        reason: `${file.path} is new, and the message says why.`,
        confidence: 0.75,
        paths: [file.path],
      },
    ];
  });
}
