import type { Git } from '../../base/git.ts';
import type { ChangeSet } from '../capture/change-set.ts';
import type { Owner } from './person.ts';

/** Trailers and marks by which agents sign their commits. */
const agentMark =
  /^(co-authored-by|generated-by|assisted-by):.*\b(claude|copilot|codex|cursor|gemini|devin|aider|noreply@anthropic\.com)\b|generated with \[?claude code/im;

/** Commits that this clone's reflogs say were made here: by commit, amend, merge, rebase, cherry-pick or revert. */
export async function ownedCommits(git: Git): Promise<ReadonlySet<string>> {
  const result = await git.text(['log', '--walk-reflogs', '--all', '--format=%H %gs']);
  if (!result.ok) return new Set();
  const made = result.value
    .split('\n')
    .filter((line) => /^\w+ (commit|merge|rebase|cherry-pick|revert|pull --rebase)\b/.test(line));
  return new Set(made.map((line) => line.slice(0, line.indexOf(' '))));
}

/**
 * Whether the owner of this clone wrote it, by their own hand and here; in doubt not. Then a proposal may stand in the
 * working tree.
 */
export function isOwned(changeSet: ChangeSet, owner: Owner, madeHere: ReadonlySet<string>): boolean {
  if (owner.mail === '') return false;
  const mine = [changeSet.author, changeSet.committer].every(
    (person) => person.mail.toLowerCase() === owner.mail,
  );
  return mine && madeHere.has(changeSet.commit) && !agentMark.test(changeSet.body);
}
