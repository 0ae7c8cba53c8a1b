import type { ChangeSet } from './change-set.ts';

/**
 * How far a commit's message may be believed to state somebody's decision. `bot` and `unfinished` (fixup, squash,
 * work in progress) state none; `merge` and `revert` only in so many words.
 */
export type CommitNature = 'ordinary' | 'merge' | 'revert' | 'bot' | 'unfinished';

const botName =
  /\[bot\]|\b(?:dependabot|renovate|greenkeeper|snyk-bot|pyup-bot|imgbot|allcontributors|pre-commit-ci)\b/i;
const botTrailer = /^(?:updated-dependencies:|Signed-off-by: .*\[bot\]|Release-As:)/im;

/** Read from the commit alone: its author, parents and message. */
export function commitNature(changeSet: ChangeSet): CommitNature {
  const { author, subject, body, parents } = changeSet;
  if (botName.test(author.name) || botName.test(author.mail) || botTrailer.test(body)) return 'bot';
  if (/^(?:fixup|squash|amend)!|^wip\b/i.test(subject)) return 'unfinished';
  if (parents.length > 1 || /^Merge (?:branch|tag|pull request|remote-tracking|commit)\b/.test(subject))
    return 'merge';
  if (/^Revert\b/i.test(subject) || /^This reverts commit [0-9a-f]{7,}/m.test(body)) return 'revert';
  return 'ordinary';
}
