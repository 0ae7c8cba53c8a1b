import { verifyAudit } from '../../../agent/guard/audit.ts';
import { showHidden } from '../../../memory/record/safe-text.ts';
import type { ExitCode } from '../../command.ts';
import { withWorkspace } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';

/** Prints what was decided in this project and proves that nothing of it was changed; exit 1 where something was. */
export function showAudit(cli: CliSurroundings): Promise<ExitCode> {
  return withWorkspace(cli, async (workspace) => {
    const { lines, problems } = await verifyAudit(cli.files, workspace.stateDirectory);
    for (const line of lines) await cli.terminal.out(`${showHidden(lineOf(line))}\n`);
    for (const problem of problems) cli.terminal.say(`audit.jsonl: ${problem}\n`);
    if (problems.length > 0) return 1;
    cli.terminal.say(
      lines.length === 0
        ? 'Nothing was decided here yet.\n'
        : `${lines.length} lines, all as they were written.\n`,
    );
    return 0;
  });
}

function lineOf(line: Readonly<Record<string, unknown>>): string {
  const words = ['time', 'type', 'session', 'decision', 'tool', 'subject', 'rule', 'reason']
    .map((key) => line[key])
    .filter((value) => typeof value === 'string')
    .map((value) => value.replace(/\s+/g, ' '));
  return words.join('  ');
}
