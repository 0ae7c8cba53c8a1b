import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { WorkspaceFolders } from './workspace-folders.ts';

/**
 * Opens the folders whose repository is set up, which is what VS Code started us for: their badge is shown and their
 * commits are looked at before anybody opens a view. Of other folders nothing is read.
 */
export async function openWhereSetUp(folders: WorkspaceFolders, files: Files): Promise<void> {
  await Promise.all(
    folders.folders.map(async ({ folder }) => {
      const config = await files.status(join(folder, '.varve', 'config.json')).catch(() => undefined);
      if (config?.kind === 'file') await folders.open(folder);
    }),
  );
}
