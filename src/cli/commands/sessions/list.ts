import type { ListedSession, SessionCatalogue } from '../../../agent/history/catalogue/catalogue.ts';
import { projectPlaces } from '../../../agent/history/project-places.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import type { ExitCode } from '../../command.ts';
import { outJson, sayProblem, withWorkspace } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import { historyHere } from './history-here.ts';
import { filterOf, type ListOptions, readListOptions } from './list-options.ts';
import { acceptedMilestones } from './milestones.ts';
import { openSessions } from './open-sessions.ts';
import { refreshSessions } from './refresh-sessions.ts';
import { search } from './search.ts';
import { groupSessions } from './session-groups.ts';
import { sessionsAsJson } from './session-json.ts';
import { inert, sessionLine } from './session-text.ts';
import type { SessionsAction } from './sessions-action.ts';

/** A moment for whoever refreshes already: mostly it is done by then. */
const WAIT_MS = 3_000;

/** `varve sessions` without a word: docs/formats/sessions.md has the JSON. */
export const list: SessionsAction = async (cli, args) => {
  const options = readListOptions(args, cli.clock.now());
  if (!options.ok) return sayProblem(cli, { message: options.error });
  if (!options.value.isAll) return withWorkspace(cli, (workspace) => listIn(cli, options.value, workspace));
  if (options.value.by === 'milestone')
    return sayProblem(cli, { message: 'Milestones are of one project: leave out --all or --by milestone.' });
  return listIn(cli, options.value, undefined);
};

async function listIn(
  cli: CliSurroundings,
  options: ListOptions,
  workspace: MemoryWorkspace | undefined,
): Promise<ExitCode> {
  const places = workspace && (await projectPlaces(cli, workspace));
  const filter = filterOf(options, cli.cwd, workspace?.root ?? cli.cwd, places);
  const catalogue = openSessions(cli, await historyHere(cli), WAIT_MS);
  try {
    const stopped = await refreshSessions(cli, catalogue);
    if (stopped !== undefined) return stopped;
    if (options.query !== undefined) return await search(cli, catalogue, options, filter);
    return await listRows(cli, catalogue, options, { filter, workspace });
  } finally {
    catalogue.dispose();
  }
}

async function listRows(
  cli: CliSurroundings,
  catalogue: SessionCatalogue,
  { isJson, limit, by, isAll }: ListOptions,
  { filter, workspace }: { readonly filter: object; readonly workspace: MemoryWorkspace | undefined },
): Promise<ExitCode> {
  // For people a subagent's work stands with whoever sent it.
  const rows = await catalogue.list({ filter: { ...filter, withoutSubagents: !isJson }, limit });
  if (!rows.ok) return sayProblem(cli, rows.error);
  const { sessions, total } = rows.value;
  if (isJson) return outJson(cli, { version: 1, sessions: await sessionsAsJson(cli, sessions), total });
  const now = cli.clock.now();
  const milestones = by === 'milestone' && workspace ? await acceptedMilestones(workspace) : [];
  for (const group of groupSessions(sessions, by, { now, milestones })) {
    const lines = group.sessions.map((session: ListedSession) =>
      sessionLine(session, { now, withPlace: isAll }),
    );
    await cli.terminal.out(`${inert(group.heading)}\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }
  if (sessions.length === 0) cli.terminal.say(`${nothing(filter, isAll)}\n`);
  if (total > sessions.length)
    cli.terminal.say(`${total - sessions.length} older: --limit ${total} shows them.\n`);
  return 0;
}

function nothing(filter: object, isAll: boolean): string {
  const isNarrowed = Object.keys(filter).some((name) => name !== 'places');
  if (isNarrowed) return 'No earlier work is like that.';
  return isAll
    ? 'No earlier work on this machine yet. Start with varve -p "…".'
    : 'No earlier work in this project yet. Start with varve -p "…".';
}
