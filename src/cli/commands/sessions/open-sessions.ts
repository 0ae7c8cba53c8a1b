import type { SessionCatalogue } from '../../../agent/history/catalogue/catalogue.ts';
import { loadSqlite } from '../../../agent/history/catalogue/node-sqlite.ts';
import { openCatalogue } from '../../../agent/history/catalogue/open-catalogue.ts';
import type { HistoryHere } from './history-here.ts';

/** The catalogue of this user's sessions of all tools, in this process. `waitMs`: for another that refreshes. */
export function openSessions(here: HistoryHere, waitMs: number): SessionCatalogue {
  const { machine, readers, archive, varveHome, around } = here;
  const { clock, owner } = around;
  const sqlite = loadSqlite(process);
  return openCatalogue({ machine, readers, archive, clock, owner, varveHome, sqlite, waitMs });
}
