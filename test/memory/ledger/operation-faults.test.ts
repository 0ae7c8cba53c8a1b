import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { FAULTS, type Fault, type FaultyFiles, faultyFiles } from '../../fakes/faulty-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import {
  layOut,
  type Outcome,
  reviewOperations,
  type WholeOperation,
  workspaceOperations,
} from './whole-operations.ts';

// Far more calls than any operation needs: a loop that gets here never stopped injecting.
const MOST_CALLS = 2_000;

interface Case {
  readonly fault: Fault;
  readonly crash: boolean;
}

/** After a crash every call fails, so only what the first one leaves behind makes a difference. */
const CASES: readonly Case[] = [
  ...FAULTS.map((fault) => ({ fault, crash: false })),
  { fault: 'EIO', crash: true },
  { fault: 'EXDEV', crash: true },
  { fault: 'short-write', crash: true },
];

// Each call is failed with each fault where VARVE_FULL says so, else one of `step` calls with one of them in turn.
const isFull = process.env['VARVE_FULL'] === '1';

interface Setting {
  readonly operation: WholeOperation;
  readonly prepared: string;
  readonly scene: string;
  readonly before: Record<string, string>;
  readonly after: Record<string, string>;
}

async function judged(operation: WholeOperation, directory: string): Promise<Record<string, string>> {
  const tree = await readTree(directory);
  // Git's own files and empty directories are not what the operation is about.
  const paths = Object.keys(tree).filter(
    (path) => operation.isJudged(path) && !path.endsWith('/') && !path.startsWith(join('root', '.git', 'o')),
  );
  return Object.fromEntries(paths.map((path) => [path, tree[path] ?? '']));
}

async function makeSetting(operation: WholeOperation): Promise<Setting> {
  const directory = await temporaryDirectory();
  const [prepared, scene] = [join(directory, 'prepared'), join(directory, 'scene')];
  await operation.prepare(scene);
  await rename(scene, prepared);
  await layOut(prepared, scene);
  const before = await judged(operation, scene);
  const done = await operation.attempt(scene, nodeFiles);
  expect(done.ok || done.error.message, operation.name).toBe(true);
  const after = await judged(operation, scene);
  expect(after, `${operation.name} changes something`).not.toEqual(before);
  await rm(scene, { recursive: true });
  return { operation, prepared, scene, before, after };
}

/** Answers whether the fault was injected at all: false behind the last call. */
async function injectOnce(setting: Setting, failing: number, { fault, crash }: Case): Promise<boolean> {
  const { operation, prepared, scene } = setting;
  const where = `${operation.name}: ${fault} at call ${failing}${crash ? ', then dead' : ''}`;
  await layOut(prepared, scene);
  const files: FaultyFiles = faultyFiles(nodeFiles, { failing, fault, crash });
  const done = await operation.attempt(scene, files).catch((error: unknown) => String(error));
  await expectBeforeOrAfter(setting, done, crash, where);
  await rm(scene, { recursive: true });
  return files.hasFired();
}

async function expectBeforeOrAfter(
  { operation, scene, before, after }: Setting,
  done: Outcome | string,
  crash: boolean,
  where: string,
): Promise<void> {
  const reopened = await operation.reopen(scene);
  expect(reopened.ok || reopened.error.message, `${where}: usable afterwards`).toBe(true);
  const tree = await judged(operation, scene);
  expect([before, after], where).toContainEqual(tree);
  if (typeof done === 'string') return;
  const isAfter = JSON.stringify(tree) === JSON.stringify(after);
  if (done.ok) expect(isAfter, `${where}: said to be done`).toBe(true);
  else {
    expect(done.error.message, where).toMatch(/^[\p{Lu}“/].*[.]$/su);
    expect(done.error.message, where).not.toMatch(/injected|undefined|Error:/);
    if (!crash)
      expect(isAfter && !operation.name.startsWith('set-up'), `${where}: said to have failed`).toBe(false);
  }
}

describe.each([...reviewOperations, ...workspaceOperations])('$name', (operation) => {
  it('is before or after, never between, whichever call fails', async () => {
    const setting = await makeSetting(operation);
    let failing = 1;
    const step = isFull ? 1 : operation.step;
    for (; failing < MOST_CALLS; failing += step) {
      const cases = isFull ? CASES : CASES.slice(Math.floor(failing / step) % CASES.length).slice(0, 1);
      let hasFired = false;
      for (const one of cases) {
        hasFired = (await injectOnce(setting, failing, one)) || hasFired;
      }
      if (!hasFired) break;
    }
    expect(failing).toBeGreaterThan(40);
    expect(failing).toBeLessThan(MOST_CALLS);
  }, 3_600_000);
});
