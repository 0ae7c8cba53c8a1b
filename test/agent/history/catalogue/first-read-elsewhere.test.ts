import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createCatalogueClient } from '../../../../src/agent/history/catalogue/catalogue-client.ts';
import { firstReadElsewhere } from '../../../../src/agent/history/catalogue/first-read-elsewhere.ts';
import { type CataloguePlace, makeCataloguePlace, must } from './catalogue-place.ts';

/** A catalogue of this process, and what another one would be started with. */
async function placeWith(count: number, { program = process.execPath, keeps = true } = {}) {
  const place = await makeCataloguePlace();
  for (let number = 0; number < count; number += 1)
    await place.write(`s${number}`, { turns: [[`Task ${number}`, 'Done.']], age: number });
  const home = keeps ? place.varveHome : join(place.root, 'another-home');
  const catalogue = firstReadElsewhere(await place.open(), () =>
    createCatalogueClient({
      command: program,
      args: [join(import.meta.dirname, 'serve-tiny.ts'), place.projects, home],
      cwd: place.root,
      environment: { PATH: process.env['PATH'] },
    }),
  );
  onTestFinished(() => catalogue.dispose());
  return { place, catalogue };
}

async function startsOf(place: CataloguePlace): Promise<number> {
  return (await readFile(`${place.projects}.pids`, 'utf8')).trim().split('\n').length;
}

it('reads the first time in a process of its own, what comes later here', async () => {
  const { place, catalogue } = await placeWith(5);
  const heard: string[] = [];
  catalogue.onProgress(({ done, total }) => heard.push(`${done}/${total}`));
  expect(must(await catalogue.refresh())).toMatchObject({ found: 5, read: 5, isSearchable: true });
  expect([place.reads, heard.at(-1)]).toEqual([[], '5/5']);
  expect(must(await catalogue.list({ limit: 9 })).total).toBe(5);
  expect(must(await catalogue.search({ query: 'task 3 ', limit: 9 })).hits).toHaveLength(1);
  await place.write('later', { turns: [['Task later', 'Done.']] });
  expect(must(await catalogue.refresh()).read).toBe(1);
  expect([place.reads, await startsOf(place)]).toEqual([['later'], 1]);
});

it('reads here where no other process can be started, or where it could not keep what it read', async () => {
  for (const change of [{ program: '/no/such/program' }, { keeps: false }]) {
    const { place, catalogue } = await placeWith(3, change);
    expect(must(await catalogue.refresh()).read).toBe(3);
    expect(place.reads).toHaveLength(3);
    expect(must(await catalogue.list({ limit: 9 })).total).toBe(3);
  }
});

it('is stopped as a whole', async () => {
  const { place, catalogue } = await placeWith(300);
  const stop = new AbortController();
  catalogue.onProgress(({ done }) => done >= 20 && stop.abort());
  expect(await catalogue.refresh(stop.signal)).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  expect(place.reads).toEqual([]);
});
