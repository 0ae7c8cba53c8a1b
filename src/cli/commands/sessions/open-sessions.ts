import { allReaders } from '../../../agent/history/all-readers.ts';
import { archiveDirectory } from '../../../agent/history/archive/archive.ts';
import { createArchivedSessions } from '../../../agent/history/archive/archived-sessions.ts';
import type { SessionCatalogue } from '../../../agent/history/catalogue/catalogue.ts';
import { loadSqlite } from '../../../agent/history/catalogue/node-sqlite.ts';
import { openCatalogue } from '../../../agent/history/catalogue/open-catalogue.ts';
import { currentOwner } from '../../../base/process-identity.ts';
import { varveHome } from '../../../memory/project/settings.ts';
import type { CliSurroundings } from '../../surroundings.ts';

/** The catalogue of this user's sessions of all tools, in this process. `waitMs`: for another that refreshes. */
export async function openSessions(cli: CliSurroundings, waitMs: number): Promise<SessionCatalogue> {
  const { files, homeDirectory, environment, platform, clock } = cli;
  const home = varveHome(environment, homeDirectory);
  const owner = await currentOwner();
  const machine = { files, homeDirectory, environment, platform };
  const readers = allReaders({ varveHome: home, owner });
  return openCatalogue({
    machine,
    readers,
    archive: createArchivedSessions({ files, directory: archiveDirectory(home) }, machine, readers),
    clock,
    owner,
    varveHome: home,
    sqlite: loadSqlite(process),
    waitMs,
  });
}
