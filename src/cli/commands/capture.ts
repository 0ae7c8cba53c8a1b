import { resolve } from 'node:path';
import type { Result } from '../../base/result.ts';
import type {
  CaptureReport,
  MemoryProblem,
  MemoryWorkspace,
} from '../../memory/workspace/memory-workspace.ts';
import { type Command, type ExitCode, flag, type ParsedArguments, text } from '../command.ts';
import { count } from '../count.ts';
import { openHere, outJson, sayProblem } from '../open-here.ts';
import { proposalLine } from '../proposal-line.ts';
import type { CliSurroundings } from '../surroundings.ts';

export const captureCommand: Command = {
  name: 'capture',
  usage: ['capture [--since REVISION] [--until REVISION] [--repo DIRECTORY] [--dry-run] [--json]'],
  summary: 'Proposes decisions and milestones from commits that were not looked at yet. Uses no model.',
  help: `
  --since REVISION  look at the commits after this one again
  --until REVISION  look no further than this one (default: HEAD)
  --repo DIRECTORY  any directory of a git repository (default: here)
  --dry-run         show what would be proposed and write nothing; needs no set-up
  --json            the report as JSON (docs/formats/capture.md)`,
  options: {
    since: { type: 'string' },
    until: { type: 'string' },
    repo: { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async (cli, args) => {
    const opened = await openRepository(cli, args);
    if (!opened.ok) return sayProblem(cli, opened.error);
    try {
      return await capture(cli, args, opened.value);
    } finally {
      opened.value.dispose();
    }
  },
};

/** A dry run keeps nothing, so which of several projects this may be is not asked. */
async function openRepository(
  cli: CliSurroundings,
  args: ParsedArguments,
): Promise<Result<MemoryWorkspace, MemoryProblem>> {
  const folder = text(args, 'repo') ?? '.';
  const status = await cli.files.status(resolve(cli.cwd, folder)).catch(() => undefined);
  if (status?.kind !== 'directory')
    return { ok: false, error: { kind: 'not-found', message: `There is no directory "${folder}".` } };
  const opened = await openHere(cli, folder);
  if (opened.ok || opened.error.kind !== 'ambiguous' || !flag(args, 'dry-run')) return opened;
  return openHere({ ...cli, environment: { ...cli.environment, VARVE_PROJECT: 'new' } }, folder);
}

async function capture(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<ExitCode> {
  const { terminal } = cli;
  const since = text(args, 'since');
  const until = text(args, 'until');
  const dryRun = flag(args, 'dry-run');
  const stop = new AbortController();
  const listening = cli.onEndSignal(() => stop.abort());
  const done = await workspace
    .capture({
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      dryRun,
      signal: stop.signal,
      onProgress: (finished, total) => {
        if (terminal.isInteractive) terminal.say(`\rLooking at commits: ${finished} of ${total}`);
      },
    })
    .finally(() => listening.dispose());
  if (terminal.isInteractive) terminal.say('\r\u001b[K');
  if (stop.signal.aborted) return 130;
  if (!done.ok) return sayProblem(cli, done.error);
  return show(cli, args, done.value, dryRun);
}

async function show(
  cli: CliSurroundings,
  args: ParsedArguments,
  report: CaptureReport,
  dryRun: boolean,
): Promise<ExitCode> {
  const { version, commits, proposals, passedOver, refused, problems, proposed } = report;
  if (flag(args, 'json'))
    return outJson(cli, { version, commits, proposals, passedOver, refused, problems, dryRun });
  for (const proposal of proposed) await cli.terminal.out(proposalLine(proposal));
  const what = dryRun ? 'would be proposed' : 'proposed';
  const joined = proposals.length - proposed.length;
  const follow = joined === 0 ? '' : `, ${count(joined, 'proposal')} brought up to date`;
  cli.terminal.say(
    `${count(commits, 'commit')}, ${proposed.length} ${what}${follow}, ${passedOver} known, joined or switched off.\n`,
  );
  for (const sentence of [...refused, ...problems]) cli.terminal.say(`${sentence}\n`);
  if (!dryRun && proposed.length > 0) cli.terminal.say('Review: varve memory accept|edit|reject ID\n');
  return 0;
}
