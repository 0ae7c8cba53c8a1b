import { keepWhenDue } from '../../agent/housekeeping/keep-when-due.ts';
import type { ArchiveSettings } from '../../memory/project/archive-settings.ts';
import { historyHere } from '../commands/sessions/history-here.ts';
import type { CliSurroundings } from '../surroundings.ts';

/** What could not be kept in this time is kept after the next run. */
const KEEP_MS = 5_000;

/** Sessions of the programs that a person said yes to, once a day. */
export async function keepAfterRun(cli: CliSurroundings, settings: ArchiveSettings): Promise<void> {
  const { machine, readers, around } = await historyHere(cli);
  const said = await keepWhenDue({
    around,
    machine,
    readers,
    settings,
    signal: AbortSignal.timeout(KEEP_MS),
  });
  if (said !== undefined) cli.terminal.say(`${said}\n`);
}
