import type { Candidate, ChangeSet } from '../change-set.ts';
import { sentencesOf } from '../sentences.ts';
import { releaseKey, type VersionName, versionName } from '../version-name.ts';

const passing = /^(?:nightly|latest|tip|edge|canary|wip|tmp|temp|backup|old|test|stable|current)\b/i;

/** Semantic Versioning 2.0.0: three numbers, then what makes it a pre-release. */
const semantic = /^(?:.+[@/_-])?v?\d+\.\d+\.\d+-[0-9A-Za-z.-]+(?:\+[0-9A-Za-z.-]+)?$/;

/** A version tag, or any other tag somebody annotated, marks a milestone. */
export function versionTag(changeSet: ChangeSet): readonly Candidate[] {
  return changeSet.tags.flatMap((tag) => {
    const version = versionName(tag.name);
    const annotated = tag.annotation !== undefined && tag.annotation !== '';
    const isPlain = version === undefined || (version.isPreRelease && !semantic.test(tag.name));
    if (!annotated && (isPlain || passing.test(tag.name))) return [];
    return [candidateOf(tag.name, tag.annotation ?? '', version)];
  });
}

function candidateOf(name: string, annotation: string, version: VersionName | undefined): Candidate {
  const told = sentencesOf(annotation).filter((sentence) => !onlyRepeats(sentence, name));
  const [first, ...rest] = told;
  const head = headOf(name, version);
  const title = first === undefined ? head : `${head} – ${first.replace(/[.\s]+$/, '')}`;
  return {
    rule: 'version-tag',
    kind: 'milestone',
    subject: `tag:${name}`,
    title,
    reason:
      version === undefined
        ? `The annotated tag ${name} marks this commit.`
        : `The version tag ${name} marks this commit.`,
    confidence: version === undefined ? 0.7 : version.isPreRelease ? 0.6 : version.isMajor ? 0.95 : 0.8,
    paths: [],
    tag: name,
    ...(rest.length === 0 ? {} : { why: rest.slice(0, 3).join(' ') }),
  };
}

function headOf(name: string, version: VersionName | undefined): string {
  return version === undefined ? `Milestone ${name}` : `Release ${name}`;
}

/** Whether a machine may have set it: nobody wrote more than the name. */
export function isBareTag(candidate: Candidate): boolean {
  const { tag } = candidate;
  return tag !== undefined && candidate.title === headOf(tag, versionName(tag));
}

/** What a changelog's section for the same release is joined by; undefined for a tag that is no version. */
export function releaseOfTag(tag: string): string | undefined {
  const version = versionName(tag);
  return version === undefined ? undefined : releaseKey(version.series, version.version);
}

/** "Release v1.2.0", "Version 1.2.0" say no more than the tag's name. */
function onlyRepeats(sentence: string, name: string): boolean {
  const bare = name.replace(/^.*[@/_-](?=v?\d)/, '').replace(/^v/, '');
  const rest = sentence.replace(name, '').replace(bare, '');
  return /^(?:\W|\d|\b(?:release[ds]?|version|tag(?:ged|ging)?|v|of|bump(?:ed)?|is|the|to|for|milestone|build|publish(?:ed)?|cut|new|automatic|chore)\b)*$/i.test(
    rest,
  );
}
