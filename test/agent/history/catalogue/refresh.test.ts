import { chmod, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ArchivedRows } from '../../../../src/agent/history/catalogue/archived-rows.ts';
import type { SessionCatalogue } from '../../../../src/agent/history/catalogue/catalogue.ts';
import { openToRead } from '../../../../src/agent/history/catalogue/fts-schema.ts';
import { loadSqlite, type Sqlite } from '../../../../src/agent/history/catalogue/node-sqlite.ts';
import { RowStore } from '../../../../src/agent/history/catalogue/row-store.ts';
import type { HistoryReader, SessionFile } from '../../../../src/agent/history/history-reader.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { acquireLock } from '../../../../src/base/lock.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import { failure } from '../../../../src/base/result.ts';
import { makeCataloguePlace, must } from './catalogue-place.ts';
import { createTinyReader } from './tiny-reader.ts';

async function idsIn(catalogue: SessionCatalogue): Promise<readonly string[]> {
  return must(await catalogue.list({ limit: 100 })).sessions.map(({ id }) => id);
}

async function found(catalogue: SessionCatalogue, query: string): Promise<readonly string[]> {
  return must(await catalogue.search({ query, limit: 100 })).hits.map(({ session }) => session.id);
}

const said = (prompt: string) => ({ turns: [[prompt, 'Done.']] as const });

describe('a refresh', () => {
  it('fills the list and the search, the last changed first, and a later process has both at once', async () => {
    const place = await makeCataloguePlace();
    await place.write('old', { ...said('Mend the gate'), age: 9 });
    await place.write('new', { ...said('Paint the gate'), age: 1 });
    const first = await place.open();
    expect(await idsIn(first)).toEqual([]);
    expect(must(await first.refresh())).toEqual({
      found: 2,
      read: 2,
      removed: 0,
      isSearchable: true,
      problems: [],
    });
    expect(place.reads).toEqual(['new', 'old']);
    const later = await place.open();
    expect(await idsIn(later)).toEqual(['new', 'old']);
    expect(await found(later, 'gate ')).toEqual(['new', 'old']);
    expect(await found(later, 'mend ')).toEqual(['old']);
    expect(place.reads).toHaveLength(2);
  });

  it('reads again only what changed, and takes out what went', async () => {
    const place = await makeCataloguePlace();
    for (const id of ['one', 'two', 'three']) await place.write(id, said(`About ${id}`));
    const catalogue = await place.open();
    await catalogue.refresh();
    await place.write('two', { ...said('Entirely different'), age: -1 });
    await rm(join(place.projects, 'demo/three.jsonl'));
    expect(must(await catalogue.refresh())).toMatchObject({ found: 2, read: 1, removed: 1 });
    expect(place.reads.slice(3)).toEqual(['two']);
    for (const one of [catalogue, await place.open()]) {
      expect(await idsIn(one)).toEqual(['two', 'one']);
      expect(await found(one, 'about ')).toEqual(['one']);
      expect(await found(one, 'different ')).toEqual(['two']);
    }
    expect(must(await catalogue.refresh())).toMatchObject({ read: 0, removed: 0 });
  });

  it('keeps what may only be out of sight', async () => {
    const place = await makeCataloguePlace();
    await place.write('one', said('Here'));
    const blind = {
      ...place.reader,
      find: async () => ({ sessions: [], problems: ['The directory cannot be read.'] }),
    };
    await (await place.open()).refresh();
    const catalogue = await place.open({ readers: [blind] });
    const report = must(await catalogue.refresh());
    expect(report).toMatchObject({ removed: 0, problems: ['The directory cannot be read.'] });
    expect([await idsIn(catalogue), await found(catalogue, 'here ')]).toEqual([['one'], ['one']]);
    const throwing = await place.open({
      readers: [{ ...place.reader, find: () => Promise.reject(new Error('no disk')) }],
    });
    expect(must(await throwing.refresh()).problems).toEqual(['Sessions of Tiny cannot be listed: no disk']);
    expect(await idsIn(throwing)).toEqual(['one']);
  });

  it('looks again at what was going on, though its file is as it was', async () => {
    const place = await makeCataloguePlace();
    for (const id of ['one', 'two']) await place.write(id, said(`About ${id}`));
    let isRunning = true;
    const reader: HistoryReader = {
      ...place.reader,
      read: async (machine, session) => {
        const read = await place.reader.read(machine, session);
        const state = isRunning && session.id === 'one' ? 'running' : 'done';
        return read.ok ? { ...read, value: { ...read.value, state } } : read;
      },
    };
    const catalogue = await place.open({ readers: [reader] });
    await catalogue.refresh();
    isRunning = false;
    expect(must(await catalogue.refresh()).read).toBe(1);
    const { sessions } = must(await catalogue.list({ limit: 9 }));
    expect(sessions.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(must(await catalogue.refresh()).read).toBe(0);
  });

  it('reads what changed while it was read the next time', async () => {
    const place = await makeCataloguePlace();
    await place.write('one', said('First'));
    let goesOn = true;
    const reader: HistoryReader = {
      ...place.reader,
      read: async (machine, session) => {
        const read = await place.reader.read(machine, session);
        if (goesOn) await place.write('one', said('First, and then more'));
        return read;
      },
    };
    const catalogue = await place.open({ readers: [reader] });
    await catalogue.refresh();
    goesOn = false;
    expect(await found(catalogue, 'more ')).toEqual([]);
    expect(must(await catalogue.refresh()).read).toBe(1);
    expect(await found(catalogue, 'more ')).toEqual(['one']);
  });

  it('lists what cannot be read with the reason, and reads it when it changed', async () => {
    const place = await makeCataloguePlace();
    await place.write('one', said('Fine'));
    await place.write('two', { ...said('Broken'), age: 3 });
    const failing = {
      ...place.reader,
      read: async (...[machine, session]: Parameters<typeof place.reader.read>) => {
        if (session.id === 'two') return failure({ message: 'It is locked.' });
        return place.reader.read(machine, session);
      },
    };
    const catalogue = await place.open({ readers: [failing] });
    await catalogue.refresh();
    expect(must(await catalogue.list({ limit: 9 })).sessions).toMatchObject([
      { id: 'one' },
      { id: 'two', state: 'failed', problem: 'It is locked.' },
    ]);
    expect(must(await catalogue.refresh()).read).toBe(0);
    await place.write('two', said('Mended at last'));
    await (await place.open()).refresh();
    expect(await found(await place.open(), 'mended ')).toEqual(['two']);
  });

  it('stopped in the middle keeps what was read, and goes on from there', async () => {
    const place = await makeCataloguePlace();
    for (let number = 0; number < 300; number += 1)
      await place.write(`s${number}`, { ...said(`Task ${number}`), age: number });
    const catalogue = await place.open();
    const stop = new AbortController();
    const steps: number[] = [];
    catalogue.onProgress(({ done }) => {
      steps.push(done);
      if (done >= 100) stop.abort();
    });
    expect(await catalogue.refresh(stop.signal)).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
    const half = must(await (await place.open()).list({ limit: 1 })).total;
    expect(half).toBeGreaterThanOrEqual(64);
    expect(half).toBeLessThan(300);
    expect(steps[0]).toBe(0);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    const rest = must(await (await place.open()).refresh());
    expect(rest.read).toBeLessThanOrEqual(300 - half);
    const whole = await place.open();
    expect(must(await whole.list({ limit: 1 })).total).toBe(300);
    expect(await found(whole, 'task 250 ')).toEqual(['s250']);
  });

  it('is left to the process that does it already', async () => {
    const place = await makeCataloguePlace();
    await place.write('one', said('Known'));
    await (await place.open()).refresh();
    await place.write('two', said('Not yet'));
    const path = join(place.cache, 'lock');
    const owner = { ...(await currentOwner()), host: 'elsewhere' };
    const lock = must(await acquireLock({ files: nodeFiles, clock: systemClock, owner, path, timeoutMs: 0 }));
    const second = await place.open();
    expect(await second.refresh()).toMatchObject({ ok: false, error: { kind: 'busy' } });
    expect([await idsIn(second), await found(second, 'known ')]).toEqual([['one'], ['one']]);
    await lock.release();
    expect(must(await second.refresh()).read).toBe(1);
  });

  it('asked for twice is done once', async () => {
    const place = await makeCataloguePlace();
    await place.write('one', said('Once'));
    const catalogue = await place.open();
    const [first, second] = await Promise.all([catalogue.refresh(), catalogue.refresh()]);
    expect([must(first).read, second]).toEqual([1, first]);
    expect(place.reads).toEqual(['one']);
    await rm(place.cache, { recursive: true });
    const stop = new AbortController();
    const stopped = catalogue.refresh(stop.signal);
    stop.abort();
    expect(must(await catalogue.refresh()).read).toBe(1);
    expect(await stopped).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  });

  it('of nothing makes nothing', async () => {
    const place = await makeCataloguePlace();
    expect(must(await (await place.open()).refresh()).found).toBe(0);
    await expect(readdir(place.varveHome)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('still lists where nothing can be written', async () => {
    const place = await makeCataloguePlace();
    await place.write('one', said('Read only'));
    await writeFile(place.varveHome, 'in the way');
    const catalogue = await place.open();
    const report = must(await catalogue.refresh());
    expect(report).toMatchObject({
      read: 1,
      isSearchable: false,
      problems: [expect.stringContaining('cannot be kept')],
    });
    expect(await idsIn(catalogue)).toEqual(['one']);
    expect(await found(catalogue, 'read only ')).toEqual(['one']);
    await rm(place.varveHome);
    expect(must(await catalogue.refresh())).toMatchObject({ isSearchable: true, problems: [] });
    expect(await idsIn(await place.open())).toEqual(['one']);
  });
});

describe('the cache', () => {
  it('may be deleted, torn, damaged or of another version: it is made again', async () => {
    const place = await makeCataloguePlace();
    for (const id of ['one', 'two']) await place.write(id, said(`About ${id}`));
    const rows = join(place.cache, 'rows.jsonl');
    const index = join(place.cache, 'index.sqlite');
    const faults: Readonly<Record<string, () => Promise<unknown>>> = {
      'with a torn row': async () => truncate(rows, (await readFile(rows)).length - 40),
      deleted: () => rm(place.cache, { recursive: true }),
      'without rows': () => rm(rows),
      'without an index': () => rm(index),
      'with rows of another version': async () =>
        writeFile(rows, (await readFile(rows, 'utf8')).replace('"version":1', '"version":2')),
      'with rows that are none': () => writeFile(rows, '\0\0{}\n[]\n{"id":7}\nnull\n'),
      'with an index that is none': async () => {
        await rm(`${index}-wal`, { force: true });
        await writeFile(index, 'no database '.repeat(900));
      },
    };
    for (const [fault, happen] of Object.entries(faults)) {
      const before = await place.open();
      await before.refresh();
      before.dispose();
      await happen();
      const catalogue = await place.open();
      // Before it is made again, nothing breaks either.
      await catalogue.list({ limit: 9 });
      await catalogue.search({ query: 'about', limit: 9 });
      const report = must(await catalogue.refresh());
      expect({ fault, ...report }).toMatchObject({ fault, found: 2, isSearchable: true, problems: [] });
      expect({ fault, ids: (await idsIn(catalogue)).toSorted() }).toEqual({ fault, ids: ['one', 'two'] });
      expect({ fault, ids: await found(catalogue, 'about two ') }).toEqual({ fault, ids: ['two'] });
      catalogue.dispose();
      const later = await place.open();
      expect({ fault, read: must(await later.refresh()).read }).toEqual({ fault, read: 0 });
      expect({ fault, ids: (await idsIn(later)).toSorted() }).toEqual({ fault, ids: ['one', 'two'] });
      later.dispose();
    }
  });

  it('that another process writes is seen by those that look', async () => {
    const place = await makeCataloguePlace();
    await place.write('one', said('About one'));
    const [writer, looker] = [await place.open(), await place.open()];
    await writer.refresh();
    expect([await idsIn(looker), await found(looker, 'about ')]).toEqual([['one'], ['one']]);
    await place.write('two', { ...said('About two'), age: 3 });
    await writer.refresh();
    expect([await idsIn(looker), await found(looker, 'about two ')]).toEqual([['one', 'two'], ['two']]);
    await rm(place.cache, { recursive: true });
    await rm(join(place.projects, 'demo/two.jsonl'));
    await writer.refresh();
    expect([await idsIn(looker), await found(looker, 'about ')]).toEqual([['one'], ['one']]);
    const later = must(await (await place.open()).search({ query: 'about ', limit: 9 }));
    expect([later.hits.length, later.notes]).toEqual([1, []]);
  });

  it('holds of a session what it says now, and nothing of one that went', async () => {
    const place = await makeCataloguePlace();
    const catalogue = await place.open();
    for (const age of [3, 2, 1]) {
      await place.write('one', {
        turns: [['First', 'Yes.'] as const, ['Second', `At ${age}`] as const],
        age,
      });
      await place.write('two', said('Soon gone'));
      await catalogue.refresh();
    }
    await rm(join(place.projects, 'demo/two.jsonl'));
    await catalogue.refresh();
    catalogue.dispose();
    const database = openToRead(loadSqlite(process) as Sqlite, join(place.cache, 'index.sqlite'));
    const count = (table: string) =>
      database?.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'];
    expect(['session', 'place', 'document'].map(count)).toEqual([1, 2, 2]);
    database?.close();
  });

  it('does not grow with every change', async () => {
    const place = await makeCataloguePlace();
    for (const id of ['one', 'two']) await place.write(id, said('Again and again'));
    await (await place.open()).refresh();
    const path = join(place.cache, 'rows.jsonl');
    const before = (await readFile(path)).length;
    const store = new RowStore(nodeFiles, path);
    await store.load();
    const [first] = store.rows.values();
    for (let change = 1; change <= 1_010; change += 1) await store.append(first ? [first] : [], []);
    expect((await readFile(path)).length).toBeLessThan(before * 20);
    const later = await place.open();
    expect((await idsIn(later)).toSorted()).toEqual(['one', 'two']);
    expect(must(await later.refresh()).read).toBe(0);
  });

  it('is for nobody else', async () => {
    const place = await makeCataloguePlace();
    await place.write('one', said('Secret'));
    await (await place.open()).refresh();
    const status = await nodeFiles.status(place.cache);
    expect((status?.mode ?? 0) & 0o777).toBe(
      process.platform === 'win32' ? (status?.mode ?? 0) & 0o777 : 0o700,
    );
  });

  it('that became unreadable loses nothing of the list', async () => {
    if (process.getuid?.() === 0 || process.platform === 'win32') return;
    const place = await makeCataloguePlace();
    await place.write('one', said('Here'));
    await (await place.open()).refresh();
    await chmod(join(place.cache, 'rows.jsonl'), 0);
    const catalogue = await place.open();
    await catalogue.refresh();
    expect(await idsIn(catalogue)).toEqual(['one']);
  });
});

describe('an archive', () => {
  it('has sessions listed, searched and read that their tool deleted', async () => {
    const place = await makeCataloguePlace();
    const path = await place.write('kept', said('Treasure of old'));
    await place.write('lost', said('Dust of old'));
    const tiny = createTinyReader(place.projects);
    const machine = {
      files: nodeFiles,
      homeDirectory: place.root,
      environment: {},
      platform: process.platform,
    };
    const files = (await tiny.find(machine, 9)).sessions.filter(({ id }) => id === 'kept');
    const transcript = await tiny.read(machine, files[0] as SessionFile);
    const archive: ArchivedRows = {
      find: async () => ({ sessions: files, problems: [] }),
      read: async () => transcript,
    };
    const catalogue = await place.open({ archive });
    await catalogue.refresh();
    expect(
      must(await catalogue.list({ limit: 9 })).sessions.every(({ archived }) => archived === undefined),
    ).toBe(true);
    await rm(path);
    await rm(join(place.projects, 'demo/lost.jsonl'));
    expect(must(await catalogue.refresh())).toMatchObject({ removed: 1, read: 0 });
    for (const one of [catalogue, await place.open({ archive })]) {
      expect(must(await one.list({ limit: 9 })).sessions).toMatchObject([{ id: 'kept', archived: true }]);
      const hits = must(await one.search({ query: 'of old ', limit: 9 })).hits;
      expect(hits.map(({ session }) => session.id)).toEqual(['kept']);
      const asked = hits.map(({ session: { key }, entries }) => ({
        key,
        entries: entries.map(({ entry }) => entry),
      }));
      const [excerpts] = must(await one.excerpts({ query: 'of old ', hits: asked }));
      expect(excerpts?.excerpts).toMatchObject([{ text: 'Treasure of old', kind: 'prompt' }]);
    }
    // The cache may go at any time: the archive knows what it has.
    await rm(place.cache, { recursive: true });
    const later = await place.open({ archive });
    await later.refresh();
    expect(must(await later.list({ limit: 9 })).sessions).toMatchObject([{ id: 'kept', archived: true }]);
  });
});
