import type { ListedSession } from '../../../agent/history/catalogue/catalogue.ts';
import { timeSince } from '../../../agent/history/catalogue/since.ts';
import { projectPlaces } from '../../../agent/history/project-places.ts';
import { type LearnReport, learnSession, nothingLearnt } from '../../../agent/resume/learn/propose-learnt.ts';
import { readListed } from '../../../agent/resume/read-listed.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { plainScalar } from '../../../memory/record/safe-text.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { type ExitCode, flag, type ParsedArguments, text } from '../../command.ts';
import { count } from '../../count.ts';
import { outJson, sayProblem, withWorkspace } from '../../open-here.ts';
import { proposalLine } from '../../proposal-line.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import { type HistoryHere, historyHere } from './history-here.ts';
import { openSessions } from './open-sessions.ts';
import { refreshSessions } from './refresh-sessions.ts';
import { inert } from './session-text.ts';
import type { SessionsAction } from './sessions-action.ts';

type Problem = { readonly message: string };

const WAIT_MS = 3_000;
const MOST_SESSIONS = 10_000;
/** Without a word about it: what happened in the last month. */
const DEFAULT_SINCE = '30d';

/** `varve sessions learn [ID | --since D] [--dry-run]`: what earlier sessions said that is worth remembering. */
export const learn: SessionsAction = async (cli, args) => {
  const [word, ...more] = args.positionals;
  if (more.length > 0)
    return sayProblem(cli, { message: 'One session is expected: varve sessions learn ID.' });
  const given = text(args, 'since');
  if (word !== undefined && given !== undefined)
    return sayProblem(cli, { message: 'Give a session or --since, not both.' });
  const since = timeSince(given ?? DEFAULT_SINCE, cli.clock.now());
  if (since === undefined)
    return sayProblem(cli, {
      message: `--since is a day (2026-11-01) or an age (12h, 7d, 2w), not "${given}".`,
    });
  return withWorkspace(cli, async (workspace) => {
    const learnt = await learnAll(cli, args, workspace, word ?? since);
    return learnt.ok ? report(cli, args, learnt.value) : sayProblem(cli, learnt.error);
  });
};

async function learnAll(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  asked: string | number,
): Promise<Result<LearnReport, Problem>> {
  const options = { now: cli.clock.now(), isDryRun: flag(args, 'dry-run') };
  const here = await historyHere(cli);
  if (typeof asked === 'string') {
    const found = await here.find(asked);
    const transcript = found.ok ? await found.value.read() : found;
    return transcript.ok ? learnSession(workspace, transcript.value, options) : transcript;
  }
  const sessions = await listed(cli, here, workspace, asked);
  if (!sessions.ok) return sessions;
  let all = nothingLearnt;
  const say = (sentence: string): void => cli.terminal.say(`${inert(sentence)}\n`);
  for await (const { transcript } of readListed(here, sessions.value, say)) {
    const learnt = await learnSession(workspace, transcript, options, all);
    if (!learnt.ok) return learnt;
    all = learnt.value;
  }
  return success(all);
}

/** Sessions of this project that changed since then and do not go on, the oldest first: what was said last counts. */
async function listed(
  cli: CliSurroundings,
  here: HistoryHere,
  workspace: MemoryWorkspace,
  since: number,
): Promise<Result<readonly ListedSession[], Problem>> {
  const places = await projectPlaces(cli, workspace);
  const catalogue = openSessions(cli, here, WAIT_MS);
  try {
    const stopped = await refreshSessions(cli, catalogue);
    if (stopped !== undefined) return failure({ message: 'Stopped; nothing was proposed.' });
    const filter = { since, places, withoutSubagents: true };
    const rows = await catalogue.list({ filter, limit: MOST_SESSIONS });
    if (!rows.ok) return rows;
    return success(rows.value.sessions.filter(({ state }) => state !== 'running').reverse());
  } finally {
    catalogue.dispose();
  }
}

async function report(cli: CliSurroundings, args: ParsedArguments, learnt: LearnReport): Promise<ExitCode> {
  const { sessions, drafts, proposed, known, refused } = learnt;
  if (flag(args, 'json')) return outJson(cli, { version: 1, sessions, drafts, proposed, known, refused });
  for (const sentence of refused) cli.terminal.say(`${inert(sentence)}\n`);
  for (const proposal of proposed) await cli.terminal.out(proposalLine(proposal));
  if (flag(args, 'dry-run'))
    for (const { kind, title, source } of drafts)
      await cli.terminal.out(`${kind.padEnd(10)} ${plainScalar(title)}  (${inert(source)})\n`);
  const found = flag(args, 'dry-run') ? `${drafts.length} would be proposed` : `${proposed.length} proposed`;
  const rest = known === 0 ? '' : `, ${known} known`;
  const next = proposed.length === 0 ? '' : ' Review them: varve memory show, accept or reject.';
  cli.terminal.say(`${count(sessions, 'session')} looked at: ${found}${rest}.${next}\n`);
  return 0;
}
