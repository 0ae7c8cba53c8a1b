import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Files } from '../../../src/base/files.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { makeScene, openLedger, operation, type Scene, value } from './scene.ts';

/** Counts the bytes of the ledger that are read. */
function countingFiles(): Files & { readonly count: () => number } {
  let read = 0;
  const isLedger = (path: string) => path.endsWith('ledger.jsonl');
  return {
    ...nodeFiles,
    readFile: async (path) => {
      const bytes = await nodeFiles.readFile(path);
      if (isLedger(path)) read += bytes.byteLength;
      return bytes;
    },
    readPart: async (path, offset, length) => {
      const bytes = await nodeFiles.readPart(path, offset, length);
      if (isLedger(path)) read += bytes.byteLength;
      return bytes;
    },
    count: () => read,
  };
}

async function withLines(count: number): Promise<{ scene: Scene; path: string }> {
  const scene = await makeScene(await temporaryDirectory());
  const ledger = await openLedger(scene);
  for (let at = 0; at < count; at += 1) value(await ledger.transact({ ...operation, note: `${at}` }, []));
  return { scene, path: join(scene.stateDirectory, 'ledger.jsonl') };
}

it('reads only what another process added, however long the ledger is', async () => {
  const { scene, path } = await withLines(20);
  const files = countingFiles();
  const [here, there] = [await openLedger(scene, files), await openLedger(scene)];
  const before = files.count();
  const size = (await readFile(path)).byteLength;
  value(await there.transact({ ...operation, note: 'there' }, []));
  expect((await here.entries()).at(-1)?.note).toBe('there');
  expect(files.count() - before).toBe((await readFile(path)).byteLength - size);
  value(await here.transact({ ...operation, note: 'here' }, []));
  expect(files.count() - before).toBe(
    (await readFile(path)).byteLength - size - (await lengthOfLast(path, 2)),
  );
  expect((await there.entries()).map(({ note }) => note).slice(-2)).toEqual(['there', 'here']);
  expect(await there.verify()).toEqual([]);
});

async function lengthOfLast(path: string, lines: number): Promise<number> {
  const all = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return Buffer.byteLength(`${all.slice(-lines).join('\n')}\n`);
}

it('reads all again where what stands behind the known lines does not go on from them', async () => {
  const [{ scene, path }, other] = [await withLines(2), await withLines(6)];
  const ledger = await openLedger(scene);
  expect((await ledger.entries()).length).toBe(2);
  // In place, so that it is the same file to the system.
  await writeFile(path, await readFile(other.path));
  const there = (await (await openLedger(other.scene)).entries()).map(({ id }) => id);
  expect((await ledger.entries()).map(({ id }) => id)).toEqual(there);
  expect(there.length).toBe(6);
  expect(await ledger.verify()).toEqual([]);
});

it('does not take a changed line for one that was added', async () => {
  const { scene, path } = await withLines(3);
  const ledger = await openLedger(scene);
  await ledger.entries();
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('"note":"1"', '"note":"2"'));
  await appendFile(path, text.split('\n').at(-2) ?? '');
  expect((await ledger.verify()).length).toBeGreaterThan(0);
  value(await ledger.transact({ ...operation, note: 'after' }, []));
  expect((await ledger.verify()).length).toBeGreaterThan(0);
});
