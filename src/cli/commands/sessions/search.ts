import type {
  FoundList,
  SessionCatalogue,
  SessionExcerpts,
} from '../../../agent/history/catalogue/catalogue.ts';
import type { SessionFilter } from '../../../agent/history/catalogue/session-filter.ts';
import { colorsFor } from '../../colors.ts';
import type { ExitCode } from '../../command.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { ListOptions } from './list-options.ts';
import { withProgress } from './refresh-sessions.ts';
import { sessionsAsJson } from './session-json.ts';
import { excerptLine, inert, sessionLine } from './session-text.ts';

/** `varve sessions --search`: the nearest sessions and what answers in them, read again from the sessions. */
export async function search(
  cli: CliSurroundings,
  catalogue: SessionCatalogue,
  options: ListOptions,
  filter: SessionFilter,
): Promise<ExitCode> {
  const { query = '', limit } = options;
  const asked = await withProgress(cli, catalogue, async (signal) => {
    const found = await catalogue.search({ query, filter, limit }, signal);
    if (!found.ok) return found;
    const hits = found.value.hits.map(({ session: { key }, entries }) => ({
      key,
      entries: entries.map(({ entry }) => entry),
    }));
    const read = await catalogue.excerpts({ query, hits }, signal);
    return read.ok ? { ok: true as const, value: { found: found.value, excerpts: read.value } } : read;
  });
  if (asked.stopped !== undefined) return asked.stopped;
  if (!asked.value.ok) return sayProblem(cli, asked.value.error);
  const { found, excerpts } = asked.value.value;
  if (options.isJson) return outAsJson(cli, query, found, excerpts);
  return outAsText(cli, options, found, excerpts);
}

async function outAsJson(
  cli: CliSurroundings,
  query: string,
  { hits, notes }: FoundList,
  excerpts: readonly SessionExcerpts[],
): Promise<ExitCode> {
  const rows = await sessionsAsJson(
    cli,
    hits.map(({ session }) => session),
  );
  const sessions = rows.map((row, at) => ({ ...row, excerpts: excerpts[at]?.excerpts ?? [] }));
  return outJson(cli, { version: 1, query, sessions, notes });
}

async function outAsText(
  cli: CliSurroundings,
  { isAll }: ListOptions,
  { hits, notes }: FoundList,
  excerpts: readonly SessionExcerpts[],
): Promise<ExitCode> {
  const { bold } = colorsFor(cli.environment, cli.terminal.outputIsTerminal);
  const now = cli.clock.now();
  for (const [at, { session }] of hits.entries()) {
    const answers = (excerpts[at]?.excerpts ?? []).map((excerpt) => `    ${excerptLine(excerpt, bold)}\n`);
    await cli.terminal.out(`${sessionLine(session, { now, withPlace: isAll })}\n${answers.join('')}`);
  }
  for (const note of notes) cli.terminal.say(`${inert(note)}\n`);
  if (hits.length === 0) cli.terminal.say('No earlier work has these words.\n');
  return 0;
}
