import type { ExitCode } from '../../command.ts';
import type { CliSurroundings } from '../../surroundings.ts';

/** What came of it, or would. */
export function sayPurged(cli: CliSurroundings, isDone: boolean, what: string, nothing: boolean): ExitCode {
  if (nothing) cli.terminal.say('Nothing of that is kept here.\n');
  else if (isDone) cli.terminal.say(`Deleted for good: ${what}.\n`);
  else cli.terminal.say(`${what} would be deleted for good. Run it again with --yes to do it.\n`);
  return 0;
}
