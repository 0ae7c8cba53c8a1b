import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { SessionCatalogue } from '../../../../src/agent/history/catalogue/catalogue.ts';
import { createCatalogueClient } from '../../../../src/agent/history/catalogue/catalogue-client.ts';
import { isAlive } from '../../../../src/base/process-identity.ts';
import { type CataloguePlace, DAY, makeCataloguePlace, must } from './catalogue-place.ts';

function clientOf(place: CataloguePlace, environment: Record<string, string> = {}): SessionCatalogue {
  const client = createCatalogueClient({
    command: process.execPath,
    args: [join(import.meta.dirname, 'serve-tiny.ts'), place.projects, place.varveHome],
    cwd: place.root,
    environment: { PATH: process.env['PATH'], ...environment },
  });
  onTestFinished(() => client.dispose());
  return client;
}

async function placeWith(count: number): Promise<CataloguePlace> {
  const place = await makeCataloguePlace();
  for (let number = 0; number < count; number += 1)
    await place.write(`s${number}`, { turns: [[`Task ${number}`, 'Done.']], age: number });
  return place;
}

/** Pids of the processes that were started for a place, the last one last. */
async function pidsOf(place: CataloguePlace): Promise<readonly number[]> {
  return (await readFile(`${place.projects}.pids`, 'utf8')).trim().split('\n').map(Number);
}

it('asks a process of its own, and hears what goes on there', async () => {
  const place = await placeWith(30);
  const client = clientOf(place);
  const heard: string[] = [];
  client.onProgress(({ done, total }) => heard.push(`${done}/${total}`));
  client.onDidChange(() => heard.push('changed'));
  expect(must(await client.list({ limit: 5 }))).toEqual({ sessions: [], total: 0, known: 0 });
  expect(must(await client.refresh())).toMatchObject({ found: 30, read: 30, isSearchable: true });
  expect(heard).toEqual(expect.arrayContaining(['0/30', '30/30', 'changed']));
  const list = must(
    await client.list({ limit: 5, filter: { since: 0, tools: ['claude-code'], branches: ['main'] } }),
  );
  expect([list.total, list.sessions.map(({ id }) => id)]).toEqual([30, ['s0', 's1', 's2', 's3', 's4']]);
  const elsewhere = { places: { directories: ['/elsewhere'], ignoreCase: false } };
  expect(must(await client.list({ limit: 5, filter: elsewhere })).total).toBe(0);
  const { hits } = must(await client.search({ query: 'task 17 ', limit: 5 }));
  expect(hits.map(({ session }) => session.id)).toEqual(['s17']);
  const asked = hits.map(({ session: { key }, entries }) => ({
    key,
    entries: entries.map(({ entry }) => entry),
  }));
  const [excerpts] = must(await client.excerpts({ query: 'task 17 ', hits: asked }));
  expect(excerpts?.excerpts).toMatchObject([{ text: 'Task 17', time: expect.any(Number) }]);
  expect(excerpts?.excerpts[0]?.time).toBeGreaterThan(Date.now() - 9_000 * DAY);
});

it('answers several at once, and stops what nobody waits for', async () => {
  const place = await placeWith(200);
  const client = clientOf(place);
  const stop = new AbortController();
  client.onProgress(({ done }) => done >= 70 && stop.abort());
  const refreshing = client.refresh(stop.signal);
  const lists = await Promise.all([client.list({ limit: 1 }), client.list({ limit: 1 })]);
  expect(lists.map((list) => list.ok)).toEqual([true, true]);
  expect(await refreshing).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  expect(must(await client.refresh()).read).toBeLessThan(200);
  expect(must(await client.list({ limit: 1 })).total).toBe(200);
});

it('asks another process when one crashed, and gives up where each does', async () => {
  const place = await placeWith(3);
  const client = clientOf(place);
  must(await client.refresh());
  const [pid = 0] = await pidsOf(place);
  process.kill(pid, 'SIGKILL');
  expect(must(await client.search({ query: 'task 2 ', limit: 5 })).hits).toHaveLength(1);
  expect(await pidsOf(place)).toHaveLength(2);
  const crashing = clientOf(place, { CRASH: '1' });
  expect(await crashing.search({ query: 'task', limit: 5 })).toEqual({
    ok: false,
    error: { kind: 'failed', message: expect.stringContaining('ended by itself: Out of luck.') },
  });
  expect(await pidsOf(place)).toHaveLength(5);
  expect(must(await crashing.list({ limit: 5 })).total).toBe(3);
  const missing = createCatalogueClient({
    command: join(place.root, 'no-such-program'),
    args: [],
    cwd: place.root,
    environment: {},
  });
  expect(await missing.list({ limit: 5 })).toMatchObject({
    error: { message: expect.stringContaining('not there') },
  });
});

it('goes on where a process was killed in the middle', async () => {
  // As many as stand in one transaction several times over: some are kept when it ends, and many are left.
  const place = await placeWith(900);
  const client = clientOf(place);
  must(await client.list({ limit: 1 }));
  const [pid = 0] = await pidsOf(place);
  let isKilled = false;
  client.onProgress(({ done }) => {
    if (done < 450 || isKilled) return;
    isKilled = true;
    process.kill(pid, 'SIGKILL');
  });
  const { found, read } = must(await client.refresh());
  expect([await pidsOf(place), found, read < 900]).toEqual([[pid, expect.any(Number)], 900, true]);
  const later = await place.open();
  expect(must(await later.refresh()).read).toBe(0);
  expect(must(await later.list({ limit: 1 })).total).toBe(900);
  for (const number of [0, 450, 899]) {
    const { hits, notes } = must(await later.search({ query: `task ${number} `, limit: 5 }));
    expect([hits.map(({ session }) => session.id), notes]).toEqual([[`s${number}`], []]);
  }
});

it('ends its process with itself', async () => {
  const place = await placeWith(2);
  const client = clientOf(place);
  must(await client.refresh());
  const [pid = 0] = await pidsOf(place);
  const waiting = client.refresh();
  client.dispose();
  expect(await waiting).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  while (await isAlive(pid)) await wait(20);
  expect(await client.list({ limit: 1 })).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
});

it('says that an answer would be too long', async () => {
  const place = await makeCataloguePlace();
  const edits = Array.from({ length: 200 }, (_, at) => `/home/user/demo/${`deep${at}/`.repeat(60)}`);
  for (let number = 0; number < 120; number += 1) await place.write(`s${number}`, { edits });
  const client = clientOf(place);
  must(await client.refresh());
  expect(await client.list({ limit: 500 })).toMatchObject({
    ok: false,
    error: { kind: 'failed', message: 'The answer is too long. Ask for fewer sessions.' },
  });
  expect(must(await client.list({ limit: 10 })).sessions).toHaveLength(10);
});
