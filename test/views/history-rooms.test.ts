import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { nodeFiles } from '../../src/base/node-files.ts';
import { historyRooms } from '../../src/views/sessions/history-rooms.ts';
import { makeCataloguePlace, must } from '../agent/history/catalogue/catalogue-place.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const serveTiny = join(import.meta.dirname, '../agent/history/catalogue/serve-tiny.ts');

it("asks a desktop's Electron to run the catalogue as Node would", async () => {
  const place = await makeCataloguePlace();
  await place.write('one', { turns: [['Mend the crane', 'Done.']], age: 0 });
  // As Electron does: without the word, something else than the script is run.
  const electron = join(place.root, 'electron.mjs');
  await writeFile(
    electron,
    `if (process.env.ELECTRON_RUN_AS_NODE !== '1') process.exit(0);\nawait import(${JSON.stringify(serveTiny)});\n`,
  );
  const rooms = historyRooms({
    files: nodeFiles,
    clock: systemClock,
    random: (count) => new Uint8Array(count),
    gitFor: () => {
      throw new Error('No git is asked for a catalogue.');
    },
    homeDirectory: place.root,
    environment: { PATH: process.env['PATH'] },
    platform: process.platform,
    program: { command: process.execPath, args: [electron, place.projects, place.varveHome] },
  });
  const catalogue = rooms.openCatalogue();
  onTestFinished(() => catalogue.dispose());
  expect(must(await catalogue.refresh())).toMatchObject({ found: 1, read: 1 });
});
