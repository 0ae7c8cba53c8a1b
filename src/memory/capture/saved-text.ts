import { diffLines } from '../../base/text-diff.ts';
import type { Candidate, ChangedLine, ChangeSet } from './change-set.ts';
import { statedIn } from './rules/decision-words.ts';
import { statedDecision } from './rules/stated-decision.ts';

/**
 * The decision that somebody stated in so many words ("Decision: …", "we decided … because …") in the lines of a file
 * that are not committed yet. At most one: a save is no review, and the commit tells the rest. `path` is relative to
 * the repository; `before` is what the last commit has.
 */
export function decisionInSave(path: string, before: string, after: string): Candidate | undefined {
  const candidates = statedDecision(uncommitted(path, before, after));
  return candidates.find(
    ({ line }) => line !== undefined && statedIn(line.text, undefined)?.explicit === true,
  );
}

/** The uncommitted lines as a commit without a message would have them. */
function uncommitted(path: string, before: string, after: string): ChangeSet {
  const added: ChangedLine[] = [];
  const removed: ChangedLine[] = [];
  let [oldLine, newLine] = [1, 1];
  for (const { kind, text } of diffLines(before, after)) {
    const line = text.replace(/\r?\n$/, '');
    if (kind === 'added') added.push({ line: newLine, text: line });
    if (kind === 'removed') removed.push({ line: oldLine, text: line });
    if (kind !== 'removed') newLine++;
    if (kind !== 'added') oldLine++;
  }
  const nobody = { name: '', mail: '' };
  const file = { path, status: 'changed', binary: false, added, removed } as const;
  const ids = { commit: '', parents: [], patchId: '', tree: '', authorDate: 0 };
  return { ...ids, author: nobody, committer: nobody, subject: '', body: '', tags: [], files: [file] };
}
