import { resolve } from 'node:path';
import { readRunTimes } from '../agent/session/run-times.ts';
import { currentOwner } from '../base/process-identity.ts';
import { failure, type Result } from '../base/result.ts';
import { escapeHidden, showHidden } from '../memory/record/safe-text.ts';
import type { MemoryProblem, MemoryWorkspace } from '../memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../memory/workspace/open-workspace.ts';
import { noUnsavedFiles } from '../memory/workspace/unsaved-files.ts';
import type { ExitCode } from './command.ts';
import type { CliSurroundings } from './surroundings.ts';

/**
 * Opens the memory of the current directory, or of `folder`. A terminal is trusted by whoever types in it.
 * `VARVE_PROJECT` (an id, or `new`) says which project it is where that is not clear.
 */
export async function openHere(
  cli: CliSurroundings,
  folder = '.',
): Promise<Result<MemoryWorkspace, MemoryProblem>> {
  const choice = cli.environment['VARVE_PROJECT'] ?? '';
  const opened = await openMemoryWorkspace({
    folder: resolve(cli.cwd, folder),
    files: cli.files,
    gitFor: cli.gitFor,
    clock: cli.clock,
    environment: cli.environment,
    homeDirectory: cli.homeDirectory,
    platform: cli.platform,
    random: cli.random,
    trusted: true,
    unsavedFiles: noUnsavedFiles,
    runTimes: async (directory) => readRunTimes({ files: cli.files, owner: await currentOwner() }, directory),
    ...(choice !== '' && { choose: choice }),
  });
  if (opened.ok || opened.error.kind !== 'ambiguous') return opened;
  const names = (opened.error.candidates ?? []).map(
    ({ id, name, path }) => `\n  VARVE_PROJECT=${id}  ${name}${path ? ` (${path})` : ''}`,
  );
  const message = `${opened.error.message} Say which once, with VARVE_PROJECT=new or one of:${names.join('')}`;
  return failure({ ...opened.error, message });
}

/** Opens, does, closes; a problem is said and ends with exit code 1. */
export async function withWorkspace(
  cli: CliSurroundings,
  action: (workspace: MemoryWorkspace) => Promise<ExitCode>,
  folder?: string,
): Promise<ExitCode> {
  const opened = await openHere(cli, folder);
  if (!opened.ok) return sayProblem(cli, opened.error);
  try {
    return await action(opened.value);
  } finally {
    opened.value.dispose();
  }
}

export function sayProblem(cli: CliSurroundings, problem: { readonly message: string }): ExitCode {
  // It may name a file of somebody else's choosing.
  cli.terminal.say(`${showHidden(problem.message)}\n`);
  return 1;
}

/** One JSON document as data; what cannot be seen is escaped, which JSON reads back as it was. */
export async function outJson(cli: CliSurroundings, value: object): Promise<ExitCode> {
  await cli.terminal.out(`${escapeHidden(JSON.stringify(value, undefined, 2))}\n`);
  return 0;
}
