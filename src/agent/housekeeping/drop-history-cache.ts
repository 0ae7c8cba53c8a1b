import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import { historyCacheDirectory } from '../history/catalogue/open-catalogue.ts';

/** Lists and words of all sessions, which are made anew: what was purged stands in them, too. */
export async function dropHistoryCache(files: Files, varveHome: string): Promise<void> {
  const directory = historyCacheDirectory(varveHome);
  for (const { name, kind } of await files.readDirectory(directory).catch(() => [])) {
    if (kind === 'file') await files.removeFile(join(directory, name)).catch(() => {});
  }
}
