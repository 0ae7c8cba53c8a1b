import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../src/base/clock.ts';
import type { Files } from '../../../src/base/files.ts';
import type { LockOwner } from '../../../src/base/lock.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';
import { Ledger } from '../../../src/memory/ledger/ledger.ts';
import type { FileChange, Operation } from '../../../src/memory/ledger/operation.ts';

export const clock: Clock = { now: () => 1_795_000_000_000 };

export const operation: Operation = {
  action: 'write',
  subject: ['scene'],
  who: 'person:Ada <ada@example.org>',
  worktree: '/scene',
};

/** Larger than any pid a system gives: the lock of a process that has died. */
export const DEAD_PID = 2 ** 30;

/** Of a process that is not there any more, as after a crash. */
export async function deadOwner(): Promise<LockOwner> {
  const { startTime: _startTime, ...owner } = await currentOwner();
  return { ...owner, pid: DEAD_PID };
}

export interface Scene {
  readonly root: string;
  readonly stateDirectory: string;
}

export async function makeScene(directory: string): Promise<Scene> {
  const scene = { root: join(directory, 'root'), stateDirectory: join(directory, 'state') };
  await mkdir(join(scene.root, 'notes'), { recursive: true });
  await mkdir(scene.stateDirectory, { mode: 0o700 });
  await writeFile(join(scene.root, 'CLAUDE.md'), 'first\nsecond\nthird\n', { mode: 0o640 });
  await writeFile(join(scene.root, 'notes', 'old.md'), 'old\n');
  return scene;
}

/** Creates, changes, deletes, and makes a nested directory. */
export function fourChanges({ root }: Scene): readonly FileChange[] {
  return [
    { path: join(root, 'new.md'), before: null, after: Buffer.from('new\n') },
    {
      path: join(root, 'CLAUDE.md'),
      before: Buffer.from('first\nsecond\nthird\n'),
      after: Buffer.from('first\nchanged\nthird\n'),
    },
    { path: join(root, 'notes', 'old.md'), before: Buffer.from('old\n'), after: null },
    { path: join(root, 'deep', 'er', 'record.md'), before: null, after: Buffer.from([0xff, 0x00, 0x0a]) },
  ];
}

export async function openLedger(scene: Scene, files: Files = nodeFiles, owner?: LockOwner): Promise<Ledger> {
  const opened = await Ledger.open({
    files,
    clock,
    owner: owner ?? (await currentOwner()),
    ...scene,
    lockTimeoutMs: 2_000,
  });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

export function value<T, E extends { readonly message: string }>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E },
): T {
  if (result.ok) return result.value;
  throw new Error(`Expected success: ${result.error.message}`);
}

export function ledgerText({ stateDirectory }: Scene): Promise<string> {
  return readFile(join(stateDirectory, 'ledger.jsonl'), 'utf8');
}
