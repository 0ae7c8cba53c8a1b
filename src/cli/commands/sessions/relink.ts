import { resolve } from 'node:path';
import type { Belonging, Place } from '../../../agent/history/relink/decide-belonging.ts';
import {
  createRelinker,
  refuseCandidates,
  relinkSessions,
} from '../../../agent/history/relink/relink-sessions.ts';
import type { RelinkSubject } from '../../../agent/history/relink/relinks-file.ts';
import { type SessionTraces, tracesOf } from '../../../agent/history/relink/session-traces.ts';
import { currentOwner } from '../../../base/process-identity.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { varveHome } from '../../../memory/project/settings.ts';
import { type ExitCode, flag, type ParsedArguments, text } from '../../command.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import { historyHere } from './history-here.ts';
import { belongingLines, whereLine } from './relink-text.ts';
import type { SessionsAction } from './sessions-action.ts';

interface Asked {
  readonly subject: RelinkSubject;
  readonly traces: SessionTraces;
  /** As it is typed to ask for it again. */
  readonly words: string;
}

/** Says which project a session belongs to, or stores what a person says of it. */
export const relink: SessionsAction = async (cli, args) => {
  const asked = await whatIsAsked(cli, args);
  if (!asked.ok) return sayProblem(cli, asked.error);
  const { subject } = asked.value;
  const to = text(args, 'to');
  const around = await surroundings(cli);
  if (to !== undefined) {
    const choose = cli.environment['VARVE_PROJECT'] || undefined;
    const done = await relinkSessions(around, { subject, to: resolve(cli.cwd, to), choose });
    if (!done.ok) return sayProblem(cli, done.error);
    return sayPlace(cli, args, done.value);
  }
  const relinker = await createRelinker(around);
  if (!relinker.ok) return sayProblem(cli, relinker.error);
  const belonging = await relinker.value.belonging(asked.value.traces);
  if (flag(args, 'none')) return refuse(cli, around, subject, belonging);
  if (flag(args, 'json')) return outJson(cli, { version: 1, subject, belonging });
  await cli.terminal.out(belongingLines(belonging, asked.value.words));
  return 0;
};

async function whatIsAsked(
  cli: CliSurroundings,
  args: ParsedArguments,
): Promise<Result<Asked, { readonly message: string }>> {
  const under = text(args, 'all-under');
  const [word, ...more] = args.positionals;
  if ((word === undefined) === (under === undefined) || more.length > 0)
    return failure({
      message: 'Say which: varve sessions relink ID, or --all-under PATH; and where with --to DIR.',
    });
  if (under !== undefined) {
    const directory = resolve(cli.cwd, under);
    const traces = { tool: 'varve', id: '', cwd: directory, files: [], commits: [] } as const;
    return success({ subject: { kind: 'under', directory }, traces, words: `--all-under ${under}` });
  }
  const found = await (await historyHere(cli)).find(word ?? '');
  if (!found.ok) return found;
  const { tool, id } = found.value.file;
  if (tool === 'varve')
    return failure({
      message: `${id} is Varve's own: it belongs to the project that it was begun in.`,
    });
  const read = await found.value.read();
  if (!read.ok) return read;
  return success({ subject: { kind: 'session', tool, id }, traces: tracesOf(read.value), words: id });
}

async function surroundings(cli: CliSurroundings) {
  return {
    files: cli.files,
    git: cli.gitFor,
    clock: cli.clock,
    home: varveHome(cli.environment, cli.homeDirectory),
    random: cli.random,
    here: cli.cwd,
    owner: await currentOwner(),
  };
}

async function refuse(
  cli: CliSurroundings,
  around: Awaited<ReturnType<typeof surroundings>>,
  subject: RelinkSubject,
  belonging: Belonging,
): Promise<ExitCode> {
  if (belonging.kind !== 'ambiguous')
    return sayProblem(cli, { message: 'Nothing is offered that could be refused.' });
  const done = await refuseCandidates(around, subject, belonging.candidates);
  if (!done.ok) return sayProblem(cli, done.error);
  cli.terminal.say('It is none of them; it is not asked again.\n');
  return 0;
}

async function sayPlace(cli: CliSurroundings, args: ParsedArguments, place: Place): Promise<ExitCode> {
  if (flag(args, 'json')) return outJson(cli, { version: 1, ...place });
  await cli.terminal.out(`${whereLine(place)}\n`);
  return 0;
}
