import type { Candidate, ChangeSet } from '../change-set.ts';
import { sentencesOf } from '../sentences.ts';

/** Semantic version, with `v` and a package's name before it allowed: `v1.2.0`, `@scope/pkg@1.2.0`, `api/v2.0.0-rc.1`. */
const version = /^(?:.+[@/_-])?v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const passing = /^(?:nightly|latest|tip|edge|canary|wip|tmp|temp|backup|old|test)\b/i;

/** A version tag, or any other tag somebody annotated, marks a milestone. */
export function versionTag(changeSet: ChangeSet): readonly Candidate[] {
  return changeSet.tags.flatMap((tag) => {
    const parts = version.exec(tag.name);
    const annotated = tag.annotation !== undefined && tag.annotation !== '';
    const isPreRelease = parts?.[4] !== undefined;
    if (passing.test(tag.name) || (!annotated && (parts === null || isPreRelease))) return [];
    return [candidateOf(tag.name, tag.annotation ?? '', parts)];
  });
}

function candidateOf(name: string, annotation: string, parts: RegExpExecArray | null): Candidate {
  const told = sentencesOf(annotation).filter((sentence) => !onlyRepeats(sentence, name));
  const [first, ...rest] = told;
  const head = parts === null ? `Milestone ${name}` : `Release ${name}`;
  const title = first === undefined ? head : `${head} – ${first.replace(/[.\s]+$/, '')}`;
  return {
    rule: 'version-tag',
    kind: 'milestone',
    subject: `tag:${name}`,
    title,
    reason:
      parts === null
        ? `The annotated tag ${name} marks this commit.`
        : `The version tag ${name} marks this commit.`,
    confidence: parts === null ? 0.7 : parts[4] !== undefined ? 0.6 : parts[3] === '0' ? 0.95 : 0.8,
    paths: [],
    tag: name,
    ...(rest.length === 0 ? {} : { why: rest.slice(0, 3).join(' ') }),
  };
}

/** "Release v1.2.0", "Version 1.2.0" say no more than the tag's name. */
function onlyRepeats(sentence: string, name: string): boolean {
  const bare = name.replace(/^.*[@/_-](?=v?\d)/, '').replace(/^v/, '');
  const rest = sentence.replace(name, '').replace(bare, '');
  return /^(?:\W|\b(?:release[ds]?|version|tag(?:ged)?|v|of|bump|is|the|to|milestone)\b)*$/i.test(rest);
}
