import { basename, dirname } from 'node:path';
import type { CheckInput, CheckRule, Finding } from '../check-input.ts';
import type { UnmergedPath } from '../merge-state.ts';
import { pathName } from '../quote.ts';
import { regenerateFix } from './index-out-of-step.ts';

export const mergeConflict: CheckRule = {
  name: 'merge-conflict',
  severity: 'error',
  summary: 'Two sides of a merge decided the same thing differently.',
  help: 'One side accepted or edited a record, the other rejected, retired or edited it otherwise; Varve never chooses between people. Decide, then tell git with `git add` or `git rm`. Conflicts in the index, the delivery file, the evidence that a machine took and Varve’s own blocks have one right answer: `varve check --fix` writes it, and `git add` is left to you.',
  find(input) {
    const said = new Set<string>();
    const all = [...inRecords(input), ...inOtherFiles(input), ...unmerged(input), ...twice(input)];
    return all.filter(({ path }) => {
      const isFirst = !said.has(path);
      said.add(path);
      return isFirst;
    });
  },
};

/** Records with conflict marks: nothing reads them until somebody chose. */
function inRecords({ unreadable }: CheckInput): readonly Finding[] {
  return unreadable.filter(({ isMerge }) => isMerge === true).map(({ path, message }) => ({ path, message }));
}

function inOtherFiles({ merge }: CheckInput): readonly Finding[] {
  return merge.marked.map(({ path, settles }) =>
    settles
      ? {
          path,
          message: `${basename(path)} holds both sides of a merge where only Varve wrote. Regenerate it, then git add it.`,
          fixes: [regenerateFix],
        }
      : {
          path,
          message: `${basename(path)} holds both sides of a merge. Keep one, take the conflict marks out, then git add it.`,
        },
  );
}

function unmerged(input: CheckInput): readonly Finding[] {
  const derived = new Map(input.derived.map((file) => [file.path, file]));
  return input.merge.unmerged.map((one) => {
    const made = derived.get(one.path);
    if (made === undefined)
      return one.mistaken === undefined ? { path: one.path, message: askedOf(input, one) } : mistaken(one);
    // What is wrong with its text, index-out-of-step says.
    const isRight = made.actual === made.expected;
    const message = `Git still holds ${basename(one.path)} as unmerged. ${isRight ? 'Its text is right' : 'Regenerate it'}: then git add it.`;
    return { path: one.path, severity: isRight ? ('info' as const) : ('error' as const), message };
  });
}

function mistaken(one: UnmergedPath): Finding {
  const { path } = one;
  const what = `Git took ${basename(path)} for another record that moved, and one side alone touched it.`;
  return one.mistaken === 'right'
    ? { path, severity: 'info', message: `${what} It is as it should be: tell git by git add or git rm.` }
    : { path, message: `${what} Regenerate, then tell git by git add or git rm.`, fixes: [regenerateFix] };
}

function askedOf(input: CheckInput, { path, ours, theirs }: UnmergedPath): string {
  const name = pathName(input, path);
  if (ours && theirs)
    return `Both sides of the merge changed ${name}, each in its own way. Make it one text, then git add it.`;
  if (!ours && !theirs)
    return `Both sides of the merge took ${name} away, to different places. Decide between those, then git rm it.`;
  const [has, has_not] = ours ? ['This side', 'the other'] : ['The other side', 'this one'];
  return `${has} of the merge has ${name} (${doneIn(path)}), ${has_not} decided otherwise. Keep it with git add, or drop it with git rm.`;
}

function doneIn(path: string): string {
  switch (basename(dirname(path))) {
    case 'memory':
      return 'accepted';
    case 'archive':
      return 'put away';
    case 'proposed':
      return 'proposed';
    default:
      return 'changed';
  }
}

function twice(input: CheckInput): readonly Finding[] {
  return input.merge.twice.map(({ path, other, settles }) => {
    const stands = `This record stands twice: ${doneIn(path)} here and ${doneIn(other)} as ${pathName(input, other)}.`;
    return settles
      ? {
          path: other,
          severity: 'info',
          message: `${stands} The proposal goes when you regenerate.`,
          fixes: [regenerateFix],
        }
      : { path, message: `${stands} Delete the one that does not count.` };
  });
}
