import { commitLine, commitsAfter } from './brief-done.ts';
import type { BriefLine } from './brief-line.ts';
import { type BriefMaterial, fromRoot } from './brief-material.ts';
import { inertCode } from './quoted-text.ts';

const MOST_COMMITS = 10;
const MOST_FILES = 20;
const MOST_UNCOMMITTED = 15;

/** What happened to the project after the session. */
export function sinceLines(material: BriefMaterial): readonly BriefLine[] {
  const { root, changedFiles } = material;
  const after = commitsAfter(material);
  const files = changedFiles.slice(0, MOST_FILES).map(
    ({ path, how }, index): BriefLine => ({
      lead: `${inertCode(fromRoot(root, path), 200)} ${how === 'gone' ? 'is gone' : 'is no longer as the session left it'}`,
      sources: [{ kind: 'disk' }],
      weight: Math.max(24, 52 - index),
    }),
  );
  const commits = after.slice(0, MOST_COMMITS).map((commit, index) => commitLine(42 - index)(commit));
  const moreFiles = more(changedFiles.length - files.length, 'files', { kind: 'disk' });
  return [...files, ...moreFiles, ...commits];
}

/** What stands in the working tree of now and in no commit. */
export function uncommittedLines({ git }: BriefMaterial): readonly BriefLine[] {
  const lines = git.status.slice(0, MOST_UNCOMMITTED).map(
    (line, index): BriefLine => ({
      lead: `${statusWords(line.slice(0, 2))} ${inertCode(line.slice(3), 200)}`,
      sources: [{ kind: 'status' }],
      weight: Math.max(20, 50 - 2 * index),
    }),
  );
  return [...lines, ...more(git.statusCount - lines.length, 'files', { kind: 'status' })];
}

/** The two letters of `git status --porcelain` in a word. */
function statusWords(letters: string): string {
  if (letters === '??') return 'new';
  if (/U|AA|DD/.test(letters)) return 'in conflict';
  if (letters.includes('R')) return 'renamed';
  if (letters.includes('D')) return 'removed';
  return letters.includes('A') ? 'added' : 'changed';
}

function more(
  count: number,
  what: string,
  source: { readonly kind: 'disk' } | { readonly kind: 'status' },
): readonly BriefLine[] {
  return count <= 0 ? [] : [{ lead: `and ${count} more ${what}`, sources: [source], weight: 36 }];
}
