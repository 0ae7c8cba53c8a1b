import type { Candidate, ChangedFile, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { releaseKey } from '../version-name.ts';
import { mayNameVersion, projectVersion } from './project-version.ts';

/**
 * A version of the project that its manifest reached in this commit. Only first and second parts count (1.0.0, 1.2.0):
 * a patch release is a milestone where it is tagged or has its section in the change log. Where the commit bears the
 * version's tag, that is the milestone.
 */
export function versionMilestone(changeSet: ChangeSet): readonly Candidate[] {
  const nature = commitNature(changeSet);
  if (nature === 'bot' || nature === 'unfinished' || nature === 'revert') return [];
  const bump = bumpOf(changeSet.files);
  if (bump === undefined || isTagged(changeSet, bump.version)) return [];
  const { path, from, version } = bump;
  return [
    {
      rule: 'version-milestone',
      kind: 'milestone',
      subject: `release:${releaseKey('', version)}`,
      title: `Release ${version}`,
      reason: `${path} went from version ${from} to ${version}.`,
      confidence: /^\d+\.0\.0$/.test(version) ? 0.75 : 0.6,
      paths: [path],
    },
  ];
}

/** `1.2` → `1.2.0`; undefined for a patch, a pre-release, and versions made of dates. */
function milestoneVersion(version: string | undefined): string | undefined {
  const parts = /^v?(\d{1,3})\.(\d{1,3})(?:\.(\d+))?$/.exec(version ?? '');
  if (parts === null || (parts[3] !== undefined && Number(parts[3]) !== 0)) return undefined;
  return parts[1] === '0' && parts[2] === '0' ? undefined : `${Number(parts[1])}.${Number(parts[2])}.0`;
}

interface Bump {
  readonly path: string;
  readonly from: string;
  readonly version: string;
}

/** The bump nearest to the root: in a workspace many manifests go the same way. */
function bumpOf(files: readonly ChangedFile[]): Bump | undefined {
  const bumps = files.flatMap(({ path, whole }): readonly Bump[] => {
    if (whole?.before === undefined || whole.after === undefined || !mayNameVersion(path)) return [];
    const from = projectVersion(path, whole.before);
    const version = milestoneVersion(projectVersion(path, whole.after));
    if (from === undefined || version === undefined || !isHigher(version, from)) return [];
    return [{ path, from, version }];
  });
  return bumps.sort((a, b) => a.path.split('/').length - b.path.split('/').length)[0];
}

/** Numbers first; a release is higher than its own pre-releases (`1.2.0-SNAPSHOT` → `1.2.0`). */
function isHigher(version: string, from: string): boolean {
  const now = version.split('.').map(Number);
  const old = (/^v?(\d+(?:\.\d+)*)/.exec(from)?.[1] ?? '0').split('.').map(Number);
  for (let at = 0; at < 3; at++) {
    const step = (now[at] ?? 0) - (old[at] ?? 0);
    if (step !== 0) return step > 0;
  }
  return /[-.]?(?:[a-z]|rc)/i.test(from.replace(/^v/, ''));
}

function isTagged(changeSet: ChangeSet, version: string): boolean {
  const short = version.replace(/\.0$/, '');
  return changeSet.tags.some(({ name }) => {
    const bare = name.replace(/^.*[@/_-](?=v?\d)/, '').replace(/^v/, '');
    return bare === version || bare === short;
  });
}
