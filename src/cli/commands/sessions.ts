import { listSessions, type SessionSummary } from '../../agent/session/session-list.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { ageOf } from '../age.ts';
import { type Command, flag, text } from '../command.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';

export const sessionsCommand: Command = {
  name: 'sessions',
  usage: ['sessions [--limit N] [--json]'],
  summary: 'Earlier work in this project, newest first. Go on with varve resume ID.',
  help: `
  --limit N  rows at most (default 50)
  --json     all that is known of each, as JSON`,
  options: { limit: { type: 'string' }, json: { type: 'boolean' } },
  run: (cli, args) =>
    withWorkspace(cli, async (workspace) => {
      const limit = Number(text(args, 'limit') ?? 50);
      if (!Number.isInteger(limit) || limit < 1)
        return sayProblem(cli, { message: '--limit is a number from 1 on.' });
      const directory = workspace.sessionsDirectory;
      const rows = await listSessions({ files: cli.files, owner: await currentOwner(), directory, limit });
      if (flag(args, 'json')) return outJson(cli, { version: 1, sessions: rows });
      for (const row of rows) await cli.terminal.out(lineOf(row, cli.clock.now()));
      if (rows.length === 0)
        cli.terminal.say('No earlier work in this project yet. Start with varve -p "…".\n');
      return 0;
    }),
};

function lineOf(row: SessionSummary, now: number): string {
  const cost = row.costUsd === null ? 'cost unknown' : `$${row.costUsd.toFixed(2)}`;
  const facts = [
    ageOf(row.modified, now),
    row.branch,
    `${row.turns} turns`,
    `${row.files} files`,
    cost,
    row.problem,
  ].filter((fact) => fact !== undefined);
  return `${row.id}  ${row.state.padEnd(11)} ${row.title || '(no prompt)'}  (${facts.join(' · ')})\n`;
}
