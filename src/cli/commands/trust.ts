import {
  readTrust,
  readTrusted,
  revokeTrust,
  type TrustedProject,
  trustedPaths,
  trustProject,
} from '../../agent/guard/trust.ts';
import { varveHome } from '../../memory/project/settings.ts';
import { showHidden } from '../../memory/record/safe-text.ts';
import { type Command, type ExitCode, flag } from '../command.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';
import type { CliSurroundings } from '../surroundings.ts';

export const trustCommand: Command = {
  name: 'trust',
  usage: ['trust', 'trust --revoke', 'trust --list [--json]'],
  summary: "Let this project's own allow rules and MCP servers count, as its files stand now.",
  help: `
  A project's deny and ask rules always count. What it allows itself (.claude/settings.json,
  .claude/settings.local.json) and the servers it starts (.mcp.json) count only after this, and only while
  these files are as they were when you said so: after a change they wait until you say it again.

  --revoke  they count no longer
  --list    the projects you trust`,
  options: { revoke: { type: 'boolean' }, list: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (cli, args) => {
    if (args.positionals.length > 0)
      return sayProblem(cli, { message: 'varve trust is about the current directory; it takes no words.' });
    if (flag(args, 'list')) return list(cli, flag(args, 'json'));
    return withWorkspace(cli, ({ root }) => (flag(args, 'revoke') ? revoke(cli, root) : trust(cli, root)));
  },
};

async function trust(cli: CliSurroundings, root: string): Promise<ExitCode> {
  const done = await trustProject(cli.files, homeOf(cli), root, cli.clock);
  if (!done.ok) return sayProblem(cli, done.error);
  const there = trustedPaths.filter((path) => typeof done.value.files[path] === 'string');
  const what =
    there.length === 0 ? 'It has none of these files yet; one that comes is asked about.' : there.join(', ');
  cli.terminal.say(`${showHidden(`Trusted: ${done.value.root}\n${what}`)}\n`);
  return 0;
}

async function revoke(cli: CliSurroundings, root: string): Promise<ExitCode> {
  const done = await revokeTrust(cli.files, homeOf(cli), root);
  if (!done.ok) return sayProblem(cli, done.error);
  cli.terminal.say(showHidden(done.value ? `No longer trusted: ${root}\n` : `It was not trusted: ${root}\n`));
  return 0;
}

async function list(cli: CliSurroundings, asJson: boolean): Promise<ExitCode> {
  const projects = await readTrusted(cli.files, homeOf(cli));
  const rows = await Promise.all(projects.map((project) => rowOf(cli, project)));
  if (asJson) return outJson(cli, { version: 1, projects: rows });
  for (const row of rows) {
    const changed = row.changed.length === 0 ? '' : `  changed since: ${row.changed.join(', ')}`;
    await cli.terminal.out(showHidden(`${row.root}  ${row.trusted.slice(0, 10)}${changed}\n`));
  }
  if (rows.length === 0) cli.terminal.say('No project is trusted. In one: varve trust\n');
  return 0;
}

async function rowOf(cli: CliSurroundings, { root, trusted }: TrustedProject) {
  const { changed } = await readTrust(cli.files, homeOf(cli), root);
  return { root, trusted, changed };
}

function homeOf(cli: CliSurroundings): string {
  return varveHome(cli.environment, cli.homeDirectory);
}
