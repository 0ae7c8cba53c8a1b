import type { SessionCatalogue } from '../../../agent/history/catalogue/catalogue.ts';
import { createCatalogueClient } from '../../../agent/history/catalogue/catalogue-client.ts';
import { firstReadElsewhere } from '../../../agent/history/catalogue/first-read-elsewhere.ts';
import { loadSqlite } from '../../../agent/history/catalogue/node-sqlite.ts';
import { openCatalogue } from '../../../agent/history/catalogue/open-catalogue.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { HistoryHere } from './history-here.ts';

/** The catalogue of this user's sessions of all tools, in this process. `waitMs`: for another that refreshes. */
export function openSessionsHere(here: HistoryHere, waitMs: number): SessionCatalogue {
  const { machine, readers, archive, varveHome, around } = here;
  const { clock, owner } = around;
  const sqlite = loadSqlite(process);
  return openCatalogue({ machine, readers, archive, clock, owner, varveHome, sqlite, waitMs });
}

/** The same for a command; the first time a process of its own reads all there is. */
export function openSessions(
  { program, environment, homeDirectory }: CliSurroundings,
  here: HistoryHere,
  waitMs: number,
): SessionCatalogue {
  const elsewhere = () => createCatalogueClient({ ...program, cwd: homeDirectory, environment });
  return firstReadElsewhere(openSessionsHere(here, waitMs), elsewhere);
}
