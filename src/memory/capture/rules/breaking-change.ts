import type { Candidate, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { firstReason, plainBody, plainSubject, sentencesOf, splitReason, upperFirst } from '../sentences.ts';
import { changedPaths, subjectOfText } from './stated-decision.ts';

const conventional = /^[a-z]+(?:\([^)]*\))?(!)?:\s+\S/;
const footer = /^BREAKING[ -]CHANGES?:\s*([\s\S]+)$/m;
const nextFooter = /\n\s*\n|\n(?=[A-Z][\w-]*(?:: | #)\S)/;

/** A change that a conventional commit declares breaking, by `!` or by a footer that says what breaks. */
export function breakingChange(changeSet: ChangeSet): readonly Candidate[] {
  const nature = commitNature(changeSet);
  if (nature === 'bot' || nature === 'unfinished') return [];
  const marked = conventional.exec(changeSet.subject)?.[1] === '!';
  const text = footer.exec(changeSet.body)?.[1]?.split(nextFooter)[0]?.replace(/\s+/g, ' ').trim();
  const told = text === undefined || /^(?:none|no|n\/a|-)\b\.?$/i.test(text) ? undefined : text;
  const what = plainSubject(changeSet.subject);
  if ((!marked && told === undefined) || what === '') return [];
  const why = firstReason([what, ...sentencesOf(told ?? ''), ...sentencesOf(plainBody(changeSet.body))]);
  const { claim } = splitReason(what);
  const breaks = told === undefined || sameWords(told, what) ? undefined : upperFirst(told);
  return [
    {
      rule: 'breaking-change',
      kind: 'decision',
      subject: subjectOfText('breaking', what),
      // A message may begin with its reason: then all of it is the claim.
      title: upperFirst(claim.replace(/[\s.,;:]+$/, '') || what),
      reason: `The commit declares a breaking change${breaks === undefined ? '' : ` and says what breaks`}.`,
      confidence: told === undefined ? 0.6 : 0.85,
      paths: changedPaths(changeSet),
      ...withWhy(why, breaks),
    },
  ];
}

function withWhy(why: string | undefined, breaks: string | undefined): { readonly why?: string } {
  const parts = [why, breaks === undefined || breaks === why ? undefined : `What breaks: ${breaks}`];
  const text = parts.filter((part) => part !== undefined).join(' ');
  return text === '' ? {} : { why: text };
}

function sameWords(a: string, b: string): boolean {
  return subjectOfText('', a) === subjectOfText('', b);
}
