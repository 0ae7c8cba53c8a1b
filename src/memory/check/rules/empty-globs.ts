import { findMatch } from '../../hierarchy/claude-code/rules.ts';
import type { CheckedFile, CheckInput, CheckRule, Finding } from '../check-input.ts';
import { directoryOf } from '../loads-together.ts';
import { quote } from '../quote.ts';

/** Beyond this, trying every file against a pattern that matches none costs more than the answer is worth. */
const maxTracked = 100_000;

export const emptyGlobs: CheckRule = {
  name: 'empty-globs',
  severity: 'info',
  summary: 'The patterns of a rule match no file, so that it never loads.',
  help: 'A rule with `paths:` loads when a file that matches is read. Files that git knows or does not ignore are looked at. Correct the patterns (they start at the directory that holds `.claude`), or take the rule out.',
  async find(input) {
    const rules = input.files.filter(
      ({ resolved }) => resolved?.scope === 'rules' && resolved.globs !== undefined,
    );
    const tracked = rules.length === 0 ? undefined : await input.surroundings.trackedFiles();
    if (tracked === undefined || tracked.length === 0 || tracked.length > maxTracked) return [];
    return rules.flatMap((rule) => judge(rule, input, tracked));
  },
};

function judge(rule: CheckedFile, input: CheckInput, tracked: readonly string[]): readonly Finding[] {
  const globs = rule.resolved?.globs ?? [];
  const base = directoryOf(rule.path);
  if (!base.startsWith(input.root) || findMatch(globs, base, tracked) !== undefined) return [];
  const head = rule.file.frontMatter;
  const message = `No file matches ${globs.slice(0, 3).map(quote).join(', ')}${globs.length > 3 ? ', …' : ''}: the rule never loads. Correct its paths.`;
  return [{ path: rule.path, message, ...(head && { range: rule.at(head.range) }) }];
}
