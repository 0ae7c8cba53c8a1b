import type { CheckRule } from '../check-input.ts';
import type { CheckFix } from '../check-problem.ts';

export const regenerateFix: CheckFix = {
  kind: 'regenerate',
  title: 'Regenerate the index and the delivery file',
};

export const indexOutOfStep: CheckRule = {
  name: 'index-out-of-step',
  severity: 'error',
  summary: 'The index or the delivery file is not what its records make it.',
  help: 'Both are a pure function of the accepted records; a merge or an edit by hand put them out of step, so agents read something that was not accepted or miss something that was. `varve check --fix`, or the quick fix, makes them anew; undo takes that back.',
  find: ({ derived }) =>
    derived.flatMap(({ path, kind, actual, expected }) => {
      if (actual === expected) return [];
      const name = kind === 'index' ? 'The index' : 'The delivery file';
      const message =
        actual === undefined
          ? `${name} of the records is missing. Regenerate it.`
          : `${name} does not say what the accepted records say${difference(actual, expected)}. Regenerate it.`;
      return [{ path, message, fixes: [regenerateFix] }];
    }),
};

function difference(actual: string, expected: string): string {
  const has = new Set(actual.split(/\r\n|\r|\n/));
  const wants = new Set(expected.split('\n'));
  const missing = [...wants].filter((line) => !has.has(line)).length;
  const extra = [...has].filter((line) => !wants.has(line)).length;
  if (missing + extra === 0) return ' (order, repeated lines or line ends)';
  return ` (${missing} ${missing === 1 ? 'line' : 'lines'} missing, ${extra} too many)`;
}
