import { resolve } from 'node:path';
import { type FreshSession, type FreshStages, makeFresh } from '../../agent/resume/fresh/fresh-session.ts';
import { type FreshSurroundings, freshDirectory } from '../../agent/resume/fresh/fresh-source.ts';
import { readSession, readSessionJournal } from '../../agent/session/session.ts';
import type { Result } from '../../base/result.ts';
import { readState } from '../../memory/project/project-state.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type ExitCode, type ParsedArguments, text } from '../command.ts';
import { openHere, sayProblem } from '../open-here.ts';
import { rewindSurroundings } from '../rewind-surroundings.ts';
import { performRun } from '../run/perform-run.ts';
import { readRunOptions } from '../run/run-options.ts';
import type { CliSurroundings } from '../surroundings.ts';

type Problem = { readonly message: string };

const DOING: Readonly<Record<keyof FreshStages, string>> = {
  clone: 'Cloning…',
  files: 'Laying the files over…',
  memory: 'Making the memory current…',
};

/** `varve resume [ID] --fresh`: the work in a new folder, and its first step, with the time of each part. */
export async function resumeFresh(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  session: string,
): Promise<ExitCode> {
  const made = await prepare(cli, args, workspace, session);
  if (!made.ok) return sayProblem(cli, made.error);
  const { directory, notes } = made.value;
  for (const note of notes) cli.terminal.say(`${note}\n`);
  cli.terminal.say(`The work is in ${directory} now, as session ${made.value.session}.\n`);
  const { id } = await identityOf(cli, workspace);
  const there = { ...cli, cwd: directory, environment: { ...cli.environment, VARVE_PROJECT: id } };
  const values = { ...args.values, resume: made.value.session };
  const options = readRunOptions({ values, positionals: [] });
  if (!options.ok) return sayProblem(cli, { message: options.error });
  const began = cli.clock.now();
  const code = await performRun(there, options.value, text(args, 'prompt') ?? made.value.prompt);
  await sayStages(cli, workspace, made.value, began);
  return code;
}

async function prepare(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  session: string,
): Promise<Result<FreshSession, Problem>> {
  const rewind = await rewindSurroundings(cli, workspace);
  if (!rewind.ok) return rewind;
  const { stateDirectory, root } = workspace;
  const around: FreshSurroundings = { ...rewind.value, stateDirectory, root };
  const read = await readSession(cli.files, workspace.sessionsDirectory, session);
  if (!read.ok) return read;
  const { worktree } = read.value.state.header;
  const into = text(args, 'into');
  const from = text(args, 'from');
  const { id } = await identityOf(cli, workspace);
  return makeFresh(around, {
    session,
    directory: into === undefined ? await freshDirectory(around, worktree, session) : resolve(cli.cwd, into),
    ...(from !== undefined && { from: asSource(cli, from) }),
    openWorkspace: (directory) =>
      openHere({ ...cli, cwd: directory, environment: { ...cli.environment, VARVE_PROJECT: id } }),
    onStage: (stage) => {
      if (cli.terminal.isInteractive) cli.terminal.say(`${DOING[stage]}\n`);
    },
  });
}

/** A path is meant from here; an address stays what it is. */
function asSource(cli: CliSurroundings, from: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/|^[^/\\]+@[^/\\]+:/i.test(from) ? from : resolve(cli.cwd, from);
}

async function identityOf({ files }: CliSurroundings, { stateDirectory }: MemoryWorkspace) {
  return { id: (await readState(files, stateDirectory))?.state.id ?? '' };
}

async function sayStages(
  cli: CliSurroundings,
  { sessionsDirectory }: MemoryWorkspace,
  { session, stages }: FreshSession,
  began: number,
): Promise<void> {
  const read = await readSessionJournal(cli.files, sessionsDirectory, session);
  const events = read.ok ? read.value.events : [];
  const first = events.find(({ type, time }) => type === 'message-assistant' && time >= began);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const parts = [
    `clone ${seconds(stages.clone)}`,
    `files ${seconds(stages.files)}`,
    `memory ${seconds(stages.memory)}`,
    ...(first === undefined ? [] : [`first step ${seconds(first.time - began)}`]),
  ];
  cli.terminal.say(`${parts.join(' · ')}\n`);
}
