import type { Candidate, ChangeSet } from '../change-set.ts';
import { changelogPackage, changelogSections } from '../document/changelog.ts';
import { releaseKey } from '../version-name.ts';

/** Sections of a changelog that a commit added, as milestones: a release that has no tag is told of here alone. */
export function changelogSection(changeSet: ChangeSet): readonly Candidate[] {
  return changeSet.files.flatMap((file): readonly Candidate[] => {
    const folder = changelogPackage(file.path);
    const after = file.whole?.after;
    if (folder === undefined || after === undefined) return [];
    const before = new Set(changelogSections(file.whole?.before ?? '').map(({ version }) => version));
    return changelogSections(after)
      .filter(({ version }) => !before.has(version) && !version.includes('-'))
      .reverse()
      .map(({ version, told }) => candidateOf(file.path, folder, version, told));
  });
}

function candidateOf(path: string, folder: string, version: string, told: string | undefined): Candidate {
  const name = folder === '' ? version : `${folder} ${version}`;
  return {
    rule: 'changelog-section',
    kind: 'milestone',
    subject: `release:${releaseKey(folder, version)}`,
    title: told === undefined ? `Release ${name}` : `Release ${name} – ${told}`,
    reason: `${path} has a section for version ${version}.`,
    confidence: 0.6,
    paths: [path],
  };
}
