import type { Git } from '../../base/git.ts';
import type { ChangeSet } from '../capture/change-set.ts';
import type { Owner } from './person.ts';
import type { RunTime } from './run-times.ts';

/** Trailers and marks by which agents sign their commits. */
const agentMark =
  /^(co-authored-by|generated-by|assisted-by):.*\b(claude|copilot|codex|cursor|gemini|devin|aider|noreply@anthropic\.com)\b|generated with \[?claude code/im;

/** Commits that this clone's reflogs say were made here, with the time of the committer in milliseconds. */
export type MadeHere = ReadonlyMap<string, number>;

/** By commit, amend, merge, rebase, cherry-pick or revert; a clone and a fetch make none. */
export async function commitsMadeHere(git: Git): Promise<MadeHere> {
  const result = await git.text(['log', '--walk-reflogs', '--all', '--format=%H %ct %gs']);
  if (!result.ok) return new Map();
  const made = result.value
    .split('\n')
    .map((line) => /^(\w+) (\d+) (?:commit|merge|rebase|cherry-pick|revert|pull --rebase)\b/.exec(line))
    .filter((match) => match !== null);
  return new Map(made.map(([, commit = '', seconds]) => [commit, Number(seconds) * 1000]));
}

/**
 * Whether the owner of this clone wrote it, by their own hand and here; in doubt not. Then a proposal may stand in the
 * working tree. What was committed while an agent ran is the agent's, whatever name it carries.
 */
export function isOwned(
  changeSet: ChangeSet,
  owner: Owner,
  madeHere: MadeHere,
  runTimes: readonly RunTime[],
): boolean {
  const made = madeHere.get(changeSet.commit);
  if (owner.mail === '' || made === undefined || agentMark.test(changeSet.body)) return false;
  const mine = [changeSet.author, changeSet.committer].every(
    (person) => person.mail.toLowerCase() === owner.mail,
  );
  // Git keeps whole seconds: the second in which a run began counts as the run's.
  const byRun = runTimes.some(({ from, to }) => made >= Math.floor(from / 1000) * 1000 && made <= to);
  return mine && !byRun;
}
