import { projectPlaces } from '../../agent/history/project-places.ts';
import { gatherStandup } from '../../agent/resume/standup/gather-standup.ts';
import type { StandupMaterial } from '../../agent/resume/standup/standup-material.ts';
import { type StandupSince, standupSince } from '../../agent/resume/standup/standup-since.ts';
import { writeStandup } from '../../agent/resume/standup/write-standup.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type Command, type ExitCode, flag, type ParsedArguments, text } from '../command.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { historyHere } from './sessions/history-here.ts';
import { openSessions } from './sessions/open-sessions.ts';
import { refreshSessions } from './sessions/refresh-sessions.ts';
import { inert } from './sessions/session-text.ts';

const WAIT_MS = 3_000;
const MOST_SESSIONS = 1_000;

export const standupCommand: Command = {
  name: 'standup',
  usage: ['standup [--since yesterday|DAY|AGE|MILESTONE] [--all] [--json]'],
  summary:
    'What happened since yesterday, by day and branch: sessions of every tool, your commits, what was accepted, what is left.',
  help: `
  --since WHEN  yesterday (default), today, 2026-11-01, 12h, 7d, 2w, or a milestone: its name, its id, words of its title
  --all         sessions of every project on this machine
  --json        the same as JSON

  Markdown on standard output. Go on with what is unfinished by the command that stands behind it.`,
  options: { since: { type: 'string' }, all: { type: 'boolean' }, json: { type: 'boolean' } },
  run: (cli, args) => {
    if (args.positionals.length > 0)
      return Promise.resolve(
        sayProblem(cli, { message: 'No word is expected here; see varve standup --help.' }),
      );
    return withWorkspace(cli, (workspace) => standup(cli, args, workspace));
  },
};

async function standup(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<ExitCode> {
  const now = cli.clock.now();
  const since = standupSince(text(args, 'since') ?? 'yesterday', now, await workspace.timeline());
  if (!since.ok) return sayProblem(cli, since.error);
  const material = await gather(cli, args, workspace, since.value);
  if (typeof material === 'number') return material;
  if (flag(args, 'json')) {
    const { sinceWords: _words, now: _now, ...told } = material;
    return outJson(cli, { version: 1, ...told, since: new Date(material.since).toISOString() });
  }
  await cli.terminal.out(writeStandup(material));
  return 0;
}

async function gather(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  since: StandupSince,
): Promise<StandupMaterial | ExitCode> {
  const isAll = flag(args, 'all');
  const places = isAll ? {} : { places: await projectPlaces(cli, workspace) };
  const here = await historyHere(cli);
  const catalogue = openSessions(cli, here, WAIT_MS);
  try {
    const stopped = await refreshSessions(cli, catalogue);
    if (stopped !== undefined) return stopped;
    const filter = { since: since.time, withoutSubagents: true, ...places };
    const listed = await catalogue.list({ filter, limit: MOST_SESSIONS });
    if (!listed.ok) return sayProblem(cli, listed.error);
    const { sessions, total } = listed.value;
    if (total > sessions.length)
      cli.terminal.say(`${total - sessions.length} older sessions are left out: --since a later day.\n`);
    const around = { ...here, workspace, git: cli.gitFor(workspace.root), now: cli.clock.now() };
    const say = (sentence: string): void => cli.terminal.say(`${inert(sentence)}\n`);
    return await gatherStandup(around, { since, sessions, isAll }, say);
  } finally {
    catalogue.dispose();
  }
}
