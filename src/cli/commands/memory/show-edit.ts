import type { LedgerEntry } from '../../../memory/ledger/operation.ts';
import type { EditPlan } from '../../../memory/workspace/memory-workspace.ts';
import { colorDiff } from '../../color-diff.ts';
import { colorsFor } from '../../colors.ts';
import { type ExitCode, flag, type ParsedArguments } from '../../command.ts';
import { outJson } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';

/** Says what an edit did, or with `--dry-run` (no entry) what it would do. */
export async function showEdit(
  cli: CliSurroundings,
  args: ParsedArguments,
  plan: EditPlan,
  entry: LedgerEntry | undefined,
): Promise<ExitCode> {
  if (flag(args, 'json')) {
    const done = entry === undefined ? {} : { entry };
    return outJson(cli, { version: 1, applied: entry !== undefined, ...plan, ...done });
  }
  const { terminal } = cli;
  if (entry === undefined) {
    await terminal.out(colorDiff(plan.diff, colorsFor(cli.environment, terminal.outputIsTerminal)));
    terminal.say(`${plan.title}: nothing was written.\n`);
  } else {
    const [line] = plan.lines;
    await terminal.out(`${plan.path}${line === undefined ? '' : `:${line + 1}`}\n`);
    terminal.say(`${plan.title}: done. Take it back with varve memory undo.\n`);
  }
  for (const note of plan.notes) terminal.say(`Note: ${note}\n`);
  return 0;
}
