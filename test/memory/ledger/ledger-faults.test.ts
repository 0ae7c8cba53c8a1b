import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { FAULTS, type FaultyFiles, faultyFiles } from '../../fakes/faulty-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import { deadOwner, fourChanges, makeScene, openLedger, operation, type Scene } from './scene.ts';

// Far more than a transaction needs: a loop that gets here never stopped injecting.
const MOST_CALLS = 400;

interface Trees {
  readonly before: Record<string, string>;
  readonly after: Record<string, string>;
}

async function expectedTrees(directory: string): Promise<Trees> {
  const scene = await makeScene(directory);
  const before = await readTree(scene.root);
  const ledger = await openLedger(scene);
  expect((await ledger.transact(operation, fourChanges(scene))).ok).toBe(true);
  return { before, after: await readTree(scene.root) };
}

async function attempt(scene: Scene, files: FaultyFiles): Promise<boolean> {
  const ledger = await openLedger(scene, files, await deadOwner()).catch(() => undefined);
  const done = await ledger?.transact(operation, fourChanges(scene));
  return done?.ok === true;
}

async function check(scene: Scene, trees: Trees, hasSucceeded: boolean, crashed: boolean, where: string) {
  const ledger = await openLedger(scene);
  const tree = await readTree(scene.root);
  expect([trees.before, trees.after], where).toContainEqual(tree);
  expect(await ledger.verify(), where).toEqual([]);
  const isAfter = JSON.stringify(tree) === JSON.stringify(trees.after);
  expect((await ledger.entries()).length, where).toBe(isAfter ? 1 : 0);
  if (!crashed)
    expect(
      ledger.notices.map(({ kind }) => kind),
      where,
    ).not.toContain('torn-tail');
  if (hasSucceeded) expect(isAfter, `${where}: said to be done`).toBe(true);
  if (!hasSucceeded && !crashed) expect(isAfter, `${where}: said to have failed`).toBe(false);
  const again = await ledger.transact({ ...operation, note: 'goes on' }, []);
  expect(again.ok, `${where}: usable afterwards`).toBe(true);
}

/** After a crash every call fails, so only what the first one leaves behind makes a difference. */
const CASES = [
  ...FAULTS.map((fault) => ({ fault, crash: false })),
  { fault: 'EIO' as const, crash: true },
  { fault: 'EXDEV' as const, crash: true },
  { fault: 'short-write' as const, crash: true },
];

describe('a transaction of four files', () => {
  it.each(CASES)(
    'is before or after, never between, whichever call fails ($fault, crash: $crash)',
    async (plan) => {
      const { fault, crash } = plan;
      const directory = await temporaryDirectory();
      const trees = await expectedTrees(join(directory, 'expected'));
      let failing = 1;
      for (; failing < MOST_CALLS; failing += 1) {
        const scene = await makeScene(join(directory, 'scene'));
        const files = faultyFiles(nodeFiles, { failing, fault, crash });
        const hasSucceeded = await attempt(scene, files);
        await check(scene, trees, hasSucceeded, crash, `${fault} at call ${failing}`);
        await rm(join(directory, 'scene'), { recursive: true });
        if (!files.hasFired()) break;
      }
      expect(failing).toBeGreaterThan(60);
      expect(failing).toBeLessThan(MOST_CALLS);
    },
    300_000,
  );
});

describe('recovery', () => {
  it('can itself be interrupted at any call', async () => {
    const directory = await temporaryDirectory();
    const trees = await expectedTrees(join(directory, 'expected'));
    for (const first of [50, 70, 90]) {
      for (let failing = 1; failing < MOST_CALLS; failing += 1) {
        const scene = await makeScene(join(directory, 'scene'));
        await attempt(scene, faultyFiles(nodeFiles, { failing: first, fault: 'EIO', crash: true }));
        const files = faultyFiles(nodeFiles, { failing, fault: 'EIO', crash: true });
        await openLedger(scene, files, await deadOwner()).catch(() => undefined);
        await check(scene, trees, false, true, `crash at ${first}, then at ${failing}`);
        await rm(join(directory, 'scene'), { recursive: true });
        if (!files.hasFired()) break;
      }
    }
  }, 300_000);
});
