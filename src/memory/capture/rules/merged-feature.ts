import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { plainBody, plainSubject, sentencesOf, upperFirst } from '../sentences.ts';

const branch =
  /^Merge (?:remote-tracking )?branch ['"“](?:[\w.-]+\/)?((?:feature|feat|features|epic|milestone|topic)[/_-][^'"”\s]+)['"”](?: of \S+)?(?: into ['"“]?([\w./-]+)['"”]?)?$/i;
const request =
  /^(?:Merge pull request #\d+ from [\w.-]+\/|Merged in )((?:feature|feat|features|epic|milestone|topic)[/_-]\S+)(?: \(pull request #\d+\))?$/i;
const trunk = /^(?:main|master|develop|dev|trunk|next)$/i;

/** A pull request's merge repeats its title; more than that tells of a feature somebody found worth describing. */
const describedWords = 8;

/**
 * A feature branch that was merged into the trunk: by its name where it was merged by hand, and, since every pull
 * request makes such a merge, only with a description of its own where it was one.
 */
export function mergedFeature(changeSet: ChangeSet): readonly Candidate[] {
  if (changeSet.parents.length < 2 || commitNature(changeSet) !== 'merge') return [];
  const byHand = branch.exec(changeSet.subject);
  const asked = request.exec(changeSet.subject);
  const name = byHand?.[1] ?? asked?.[1];
  if (name === undefined || (byHand?.[2] !== undefined && !trunk.test(byHand[2]))) return [];
  const told = sentencesOf(plainBody(changeSet.body));
  const isEpic = /^(?:epic|milestone)/i.test(name);
  const [first, ...rest] = told;
  const described = rest.join(' ').split(/\s+/).length >= describedWords;
  if (asked !== null && byHand === null && !isEpic && !described) return [];
  const title = first === undefined ? upperFirst(wordsOf(name)) : plainSubject(first);
  return [
    {
      rule: 'merged-feature',
      kind: 'milestone',
      subject: `branch:${name.toLowerCase()}`,
      title: `Merged: ${title}`,
      reason: `The commit merges the branch ${name}.`,
      confidence: isEpic || described ? 0.7 : 0.55,
      paths: [],
      ...(described ? { why: rest.slice(0, 3).join(' ') } : {}),
    },
  ];
}

/** `feature/ABC-12-session-search` → `session search`. */
function wordsOf(name: string): string {
  const plain = name
    .replace(/^[a-z]+[/_-]/i, '')
    .replace(/^(?:[A-Z]+-\d+|#?\d+)[-_/]/i, '')
    .replace(/[-_/]+/g, ' ')
    .trim();
  return plain === '' ? name : plain;
}
