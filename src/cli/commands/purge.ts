import { planTextPurge, purgeSessions, purgeText } from '../../agent/housekeeping/purge.ts';
import type { StateSurroundings } from '../../agent/housekeeping/state-references.ts';
import { carryOutSweep, planSweep } from '../../agent/housekeeping/sweep.ts';
import { megabytes } from '../../agent/housekeeping/sweep-when-due.ts';
import { findSession } from '../../agent/resume/plan-resume.ts';
import { listSessions } from '../../agent/session/session-list.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { readSettings, varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type Command, type ExitCode, flag, type ParsedArguments, texts } from '../command.ts';
import { count } from '../count.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';
import { retentionLimits } from '../retention-limits.ts';
import type { CliSurroundings } from '../surroundings.ts';

export const purgeCommand: Command = {
  name: 'purge',
  usage: [
    'purge --session ID… [--yes] [--json]',
    'purge --text [--yes] [--json] < FILE',
    'purge --expired | --all [--yes] [--json]',
  ],
  summary:
    'Deletes what this machine keeps of earlier work, for good. Without --yes it only says what would go.',
  help: `
  --session ID  this session with everything that only it needs: prompts, outputs, checkpoints (may be repeated)
  --text        a text, read from standard input so that no shell history keeps it: it is cut out of journals
                and notes, and kept contents that hold it go
  --expired     what retentionDays and stateQuotaMb leave no room for; done by itself once a day
  --all         every session that has ended
  --yes         do it
  --json        what goes, as JSON

  Files of the repository, its git history, accepted memory and the ledger stay as they are.
  What is gone cannot be brought back, and checkpoints that needed it cannot be restored.`,
  options: {
    session: { type: 'string', multiple: true },
    text: { type: 'boolean' },
    expired: { type: 'boolean' },
    all: { type: 'boolean' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: (cli, args) => withWorkspace(cli, (workspace) => purge(cli, args, workspace)),
};

const MAX_TEXT_BYTES = 1024 * 1024;

async function purge(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<ExitCode> {
  const { stateDirectory } = workspace;
  const around = { files: cli.files, clock: cli.clock, owner: await currentOwner(), stateDirectory };
  const named = texts(args, 'session');
  const ways = [named.length > 0, flag(args, 'text'), flag(args, 'expired'), flag(args, 'all')];
  if (ways.filter(Boolean).length !== 1 || args.positionals.length > 0)
    return sayProblem(cli, { message: 'Say what goes: --session ID, --text, --expired or --all.' });
  if (flag(args, 'text')) return purgeOneText(cli, args, around);
  if (flag(args, 'expired')) return purgeExpired(cli, args, around);
  const ids: string[] = [];
  for (const word of named) {
    const surroundings = { ...around, git: cli.gitFor(workspace.root), workspace };
    const found = await findSession(surroundings, word);
    if (!found.ok) return sayProblem(cli, found.error);
    ids.push(found.value);
  }
  return purgeThese(cli, args, around, workspace, flag(args, 'all') ? undefined : ids);
}

async function purgeThese(
  cli: CliSurroundings,
  args: ParsedArguments,
  around: StateSurroundings,
  workspace: MemoryWorkspace,
  wanted: readonly string[] | undefined,
): Promise<ExitCode> {
  const directory = workspace.sessionsDirectory;
  const rows = await listSessions({ ...around, directory, limit: Number.MAX_SAFE_INTEGER });
  const going = rows.filter(({ id, state }) => wanted?.includes(id) ?? state !== 'running');
  const missing = wanted?.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined)
    return sayProblem(cli, { message: `No session found with session ID: ${missing}` });
  const isDone = flag(args, 'yes') && going.length > 0;
  const done = isDone
    ? await purgeSessions(
        around,
        going.map(({ id }) => id),
      )
    : undefined;
  if (done && !done.ok) return sayProblem(cli, done.error);
  const sessions = going.map(({ id, title }) => ({ id, title }));
  if (flag(args, 'json')) return outJson(cli, { version: 1, done: isDone, sessions });
  for (const { id, title } of sessions) await cli.terminal.out(`${id}  ${title || '(no prompt)'}\n`);
  return say(cli, isDone, count(sessions.length, 'session'), sessions.length === 0);
}

async function purgeOneText(
  cli: CliSurroundings,
  args: ParsedArguments,
  around: StateSurroundings,
): Promise<ExitCode> {
  if (cli.input.isTerminal)
    cli.terminal.say('Type or paste the text; end it with Ctrl+D on a line of its own.\n');
  const given = await cli.input.readAll(MAX_TEXT_BYTES);
  if (given === undefined) return sayProblem(cli, { message: 'The text is longer than 1 MB.' });
  const plan = await planTextPurge(around, given.replace(/\r?\n$/, ''));
  if (!plan.ok) return sayProblem(cli, plan.error);
  const { rewritten, removed, untouched } = plan.value;
  const nothing = rewritten.length + removed.length === 0;
  const isDone = flag(args, 'yes') && !nothing;
  const done = isDone ? await purgeText(around, plan.value) : undefined;
  if (done && !done.ok) return sayProblem(cli, done.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, done: isDone, rewritten, removed, untouched });
  for (const path of rewritten) await cli.terminal.out(`cut out of  ${path}\n`);
  for (const path of removed) await cli.terminal.out(`deleted     ${path}\n`);
  for (const path of untouched) await cli.terminal.out(`left        ${path}\n`);
  if (untouched.length > 0)
    cli.terminal.say(
      'What is left names it inside a chain of hashes and cannot be changed without breaking it.\n',
    );
  return say(cli, isDone, count(rewritten.length + removed.length, 'file'), nothing);
}

async function purgeExpired(
  cli: CliSurroundings,
  args: ParsedArguments,
  around: StateSurroundings,
): Promise<ExitCode> {
  const settings = await readSettings(cli.files, varveHome(cli.environment, cli.homeDirectory));
  if (!settings.ok) return sayProblem(cli, settings.error);
  const [problem] = settings.value.problems;
  // It may have been meant to keep more.
  if (problem !== undefined) return sayProblem(cli, { message: `${problem} Correct it first.` });
  const plan = await planSweep(around, retentionLimits(settings.value.settings));
  const isDone = flag(args, 'yes') && plan.paths.length > 0;
  const done = isDone ? await carryOutSweep(around, plan) : undefined;
  if (done && !done.ok) return sayProblem(cli, done.error);
  const { sessions, bytes, remarks } = plan;
  if (flag(args, 'json'))
    return outJson(cli, { version: 1, done: isDone, sessions, files: plan.paths.length, bytes, remarks });
  for (const { id } of sessions) await cli.terminal.out(`${id}\n`);
  for (const remark of remarks) cli.terminal.say(`${remark}\n`);
  const what = `${count(sessions.length, 'session')}, ${count(plan.paths.length, 'file')}, ${megabytes(bytes)}`;
  return say(cli, isDone, what, plan.paths.length === 0);
}

function say(cli: CliSurroundings, isDone: boolean, what: string, nothing: boolean): ExitCode {
  if (nothing) cli.terminal.say('Nothing of that is kept here.\n');
  else if (isDone) cli.terminal.say(`Deleted for good: ${what}.\n`);
  else cli.terminal.say(`${what} would be deleted for good. Run it again with --yes to do it.\n`);
  return 0;
}
