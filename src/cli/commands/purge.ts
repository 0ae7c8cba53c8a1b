import { join } from 'node:path';
import { listKept } from '../../agent/history/archive/archive.ts';
import { archiveLimits } from '../../agent/housekeeping/keep-when-due.ts';
import { purgeSessions } from '../../agent/housekeeping/purge.ts';
import type { StateSurroundings } from '../../agent/housekeeping/state-references.ts';
import { carryOutSweep, planSweep } from '../../agent/housekeeping/sweep.ts';
import { expiredSessions, sweepArchive } from '../../agent/housekeeping/sweep-archive.ts';
import { megabytes } from '../../agent/housekeeping/sweep-when-due.ts';
import { findSession } from '../../agent/resume/plan-resume.ts';
import { listSessions } from '../../agent/session/session-list.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { readSettings, varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type Command, type ExitCode, flag, type ParsedArguments, text, texts } from '../command.ts';
import { count } from '../count.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';
import { retentionLimits } from '../retention-limits.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { isKeptAs, purgeKept } from './purge/purge-kept.ts';
import { purgeOneText } from './purge/purge-text.ts';
import { sayPurged } from './purge/say-purged.ts';
import { historyHere } from './sessions/history-here.ts';

export const purgeCommand: Command = {
  name: 'purge',
  usage: [
    'purge --session ID… [--yes] [--json]',
    'purge --text [--yes] [--json] < FILE',
    'purge --kept TOOL [--yes] [--json]',
    'purge --expired | --all [--yes] [--json]',
  ],
  summary:
    'Deletes what this machine keeps of earlier work, for good. Without --yes it only says what would go.',
  help: `
  --session ID  this session with everything that only it needs: prompts, outputs, checkpoints (may be repeated);
                of another program's what Varve keeps of it
  --text        a text, read from standard input so that no shell history keeps it: it is cut out of journals,
                notes and kept sessions of other programs, and kept contents that hold it go
  --kept TOOL   all that is kept of sessions of this program, pinned ones too
  --expired     what retentionDays, stateQuotaMb and archive.retentionDays leave no room for; done once a day
  --all         every session of this project that has ended
  --yes         do it
  --json        what goes, as JSON

  Files of the repository, its git history, accepted memory, the ledger and files of other programs stay as they are.
  What is gone cannot be brought back, and checkpoints that needed it cannot be restored.`,
  options: {
    session: { type: 'string', multiple: true },
    text: { type: 'boolean' },
    kept: { type: 'string' },
    expired: { type: 'boolean' },
    all: { type: 'boolean' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: (cli, args) => withWorkspace(cli, (workspace) => purge(cli, args, workspace)),
};

async function purge(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<ExitCode> {
  const { stateDirectory } = workspace;
  const around = { files: cli.files, clock: cli.clock, owner: await currentOwner(), stateDirectory };
  const named = texts(args, 'session');
  const kept = text(args, 'kept');
  const ways = [
    named.length > 0,
    kept !== undefined,
    flag(args, 'text'),
    flag(args, 'expired'),
    flag(args, 'all'),
  ];
  if (ways.filter(Boolean).length !== 1 || args.positionals.length > 0)
    return sayProblem(cli, {
      message: 'Say what goes: --session ID, --text, --kept TOOL, --expired or --all.',
    });
  if (flag(args, 'text')) return purgeOneText(cli, args, around);
  if (flag(args, 'expired')) return purgeExpired(cli, args, around);
  if (kept !== undefined) return purgeKept(cli, args, ({ manifest }) => manifest.tool === kept);
  const ids: string[] = [];
  const ofOthers: string[] = [];
  const archived = named.length === 0 ? [] : (await listKept((await historyHere(cli)).around)).sessions;
  for (const word of named) {
    const surroundings = { ...around, git: cli.gitFor(workspace.root), workspace };
    const found = await findSession(surroundings, word);
    if (found.ok && (await isHere(cli, workspace, found.value))) ids.push(found.value);
    else if (archived.some(isKeptAs(word))) ofOthers.push(word);
    else if (found.ok) ids.push(found.value);
    else return sayProblem(cli, found.error);
  }
  if (ofOthers.length > 0 && ids.length > 0)
    return sayProblem(cli, {
      message: 'Sessions of Varve and of other programs are purged one after the other.',
    });
  if (ofOthers.length > 0)
    return purgeKept(cli, args, (session) => ofOthers.some((word) => isKeptAs(word)(session)));
  return purgeThese(cli, args, around, workspace, flag(args, 'all') ? undefined : ids);
}

async function isHere(
  cli: CliSurroundings,
  { sessionsDirectory }: MemoryWorkspace,
  id: string,
): Promise<boolean> {
  return (await cli.files.status(join(sessionsDirectory, `${id}.jsonl`))) !== undefined;
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
  return sayPurged(cli, isDone, count(sessions.length, 'session'), sessions.length === 0);
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
  const { settings: current } = settings.value;
  const plan = await planSweep(around, retentionLimits(current));
  const { around: archive } = await historyHere(cli);
  const limits = archiveLimits(current.archive);
  const kept = await expiredSessions(archive, limits);
  const nothing = plan.paths.length + kept.length === 0;
  const isDone = flag(args, 'yes') && !nothing;
  const done = isDone ? [await carryOutSweep(around, plan), await sweepArchive(archive, limits)] : [];
  for (const each of done) if (!each.ok) return sayProblem(cli, each.error);
  const { sessions, bytes, remarks } = plan;
  if (flag(args, 'json'))
    return outJson(cli, {
      version: 1,
      done: isDone,
      sessions,
      kept,
      files: plan.paths.length,
      bytes,
      remarks,
    });
  for (const { id } of sessions) await cli.terminal.out(`${id}\n`);
  for (const { tool, id } of kept) await cli.terminal.out(`${tool}:${id}\n`);
  for (const remark of remarks) cli.terminal.say(`${remark}\n`);
  const what = `${count(sessions.length + kept.length, 'session')}, ${count(plan.paths.length, 'file')}, ${megabytes(bytes)}`;
  return sayPurged(cli, isDone, what, nothing);
}
