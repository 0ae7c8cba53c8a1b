import { type Command, flag, text } from '../command.ts';
import { count } from '../count.ts';
import { outJson, sayProblem, withWorkspace } from '../open-here.ts';
import { proposalLine } from '../proposal-line.ts';

export const captureCommand: Command = {
  name: 'capture',
  usage: ['capture [--since REVISION] [--dry-run] [--json]'],
  summary: 'Proposes decisions and milestones from commits that were not looked at yet. Uses no model.',
  help: `
  --since REVISION  look at the commits after this one again
  --dry-run         show what would be proposed and write nothing
  --json            the report as JSON`,
  options: { since: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },
  run: (cli, args) =>
    withWorkspace(cli, async (workspace) => {
      const since = text(args, 'since');
      const dryRun = flag(args, 'dry-run');
      const stop = new AbortController();
      const listening = cli.onEndSignal(() => stop.abort());
      const { terminal } = cli;
      const done = await workspace
        .capture({
          ...(since !== undefined && { since }),
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
      const report = done.value;
      if (flag(args, 'json')) return outJson(cli, { dryRun, ...report });
      for (const proposal of report.proposed) await terminal.out(proposalLine(proposal));
      const what = dryRun ? 'would be proposed' : 'proposed';
      terminal.say(
        `${count(report.commits, 'commit')}, ${report.proposed.length} ${what}, ${report.passedOver} known or switched off.\n`,
      );
      if (!dryRun && report.proposed.length > 0) terminal.say('Review: varve memory accept|edit|reject ID\n');
      return 0;
    }),
};
