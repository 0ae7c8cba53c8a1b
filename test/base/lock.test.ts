import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { acquireLock, type Lock, type LockRequest } from '../../src/base/lock.ts';
import { nodeFiles } from '../../src/base/node-files.ts';
import { currentOwner } from '../../src/base/process-identity.ts';
import { FAULTS, faultyFiles } from '../fakes/faulty-files.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';

const CHILD = fileURLToPath(new URL('./fixtures/count-under-lock.ts', import.meta.url));

async function request(path: string, more: Partial<LockRequest> = {}): Promise<LockRequest> {
  return {
    files: nodeFiles,
    path,
    clock: systemClock,
    owner: await currentOwner(),
    timeoutMs: 5_000,
    ...more,
  };
}

async function lockOrFail(asked: LockRequest): Promise<Lock> {
  const lock = await acquireLock(asked);
  if (!lock.ok) throw new Error(lock.error.message);
  return lock.value;
}

function startChild(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe('the lock', () => {
  it('lets several processes write one after the other, with growing numbers', async () => {
    const directory = await temporaryDirectory();
    const counter = join(directory, 'counter');
    await writeFile(counter, '0 0');
    const children = [1, 2, 3].map(() => startChild(join(directory, 'lock'), counter, '15'));
    const exits = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(exits.map(([code]) => code)).toEqual([0, 0, 0]);
    expect(await readFile(counter, 'utf8')).toMatch(/^45 /);
    expect((await readdir(join(directory, 'lock'))).length).toBeLessThanOrEqual(5);
  });

  it('is taken over by exactly one of many when its owner was killed', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'lock');
    await writeFile(join(directory, 'counter'), '0 0');
    for (let round = 1; round <= 5; round += 1) {
      const child = startChild(path, join(directory, 'counter'), '1');
      await once(child.stdout!, 'data');
      expect(await acquireLock(await request(path, { timeoutMs: 0 }))).toMatchObject({
        error: { kind: 'busy', owner: { pid: child.pid } },
      });
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      const tries = await Promise.all(
        Array.from({ length: 8 }, async () => acquireLock(await request(path, { timeoutMs: 0 }))),
      );
      const winners = tries.flatMap((attempt) => (attempt.ok ? [attempt.value] : []));
      expect(winners).toHaveLength(1);
      expect(await winners[0]?.stillHeld()).toBe(true);
      await winners[0]?.release();
    }
  });

  it('of another boot, or of a pid that is another process now, is taken over', async () => {
    const path = join(await temporaryDirectory(), 'lock');
    const self = await currentOwner();
    await lockOrFail(await request(path, { owner: { ...self, bootId: 'an earlier one' } }));
    await lockOrFail(await request(path, { owner: { ...self, startTime: '1' }, timeoutMs: 0 }));
    const third = await lockOrFail(await request(path, { timeoutMs: 0 }));
    expect(third.number).toBe(3);
  });

  it('of another machine is not taken over, and the message says what to do', async () => {
    const path = join(await temporaryDirectory(), 'lock');
    const self = await currentOwner();
    await lockOrFail(await request(path, { owner: { ...self, host: 'elsewhere', pid: 2 ** 30 } }));
    const refused = await acquireLock(await request(path, { timeoutMs: 0 }));
    expect(refused).toMatchObject({
      error: { kind: 'busy', message: expect.stringContaining(`remove ${path}`) },
    });
  });

  it('knows when it was lost', async () => {
    const path = join(await temporaryDirectory(), 'lock');
    const lock = await lockOrFail(await request(path));
    expect(await lock.stillHeld()).toBe(true);
    await writeFile(join(path, String(lock.number + 1).padStart(10, '0')), '{}');
    expect(await lock.stillHeld()).toBe(false);
  });

  it('does not count a ticket that was made too late', async () => {
    const path = join(await temporaryDirectory(), 'lock');
    let isSlow = true;
    const slow = {
      ...nodeFiles,
      link: async (existing: string, ticket: string) => {
        // While this one slept, others came and went, and its number was cleared away.
        if (isSlow) await writeFile(join(path, '0000000005'), JSON.stringify(await currentOwner()));
        isSlow = false;
        await nodeFiles.link(existing, ticket);
      },
    };
    expect(await acquireLock(await request(path, { files: slow, timeoutMs: 0 }))).toMatchObject({
      ok: false,
    });
    expect(await readdir(path)).toEqual(['0000000005']);
  });

  it('does not mind that its late ticket was cleared away by the holder', async () => {
    const path = join(await temporaryDirectory(), 'lock');
    let isSlow = true;
    const slow = {
      ...nodeFiles,
      link: async (existing: string, ticket: string) => {
        await nodeFiles.link(existing, ticket);
        if (!isSlow) return;
        isSlow = false;
        await rm(ticket);
        await writeFile(join(path, '0000000009.free'), '');
      },
    };
    expect(await acquireLock(await request(path, { files: slow }))).toMatchObject({
      ok: true,
      value: { number: 10 },
    });
  });

  it('can be waited for, and the waiting cancelled', async () => {
    const path = join(await temporaryDirectory(), 'lock');
    const lock = await lockOrFail(await request(path));
    const controller = new AbortController();
    const cancelled = acquireLock(await request(path, { signal: controller.signal, timeoutMs: 60_000 }));
    const waiting = acquireLock(await request(path, { timeoutMs: 60_000 }));
    controller.abort();
    expect(await cancelled).toMatchObject({ error: { kind: 'cancelled' } });
    await lock.release();
    expect(await waiting).toMatchObject({ ok: true, value: { number: 2 } });
  });

  it('left half-written by a crash is passed over once it is old', async () => {
    const path = join(await temporaryDirectory(), 'lock');
    await mkdir(path);
    await writeFile(join(path, '0000000001'), '{"pid":');
    expect(await acquireLock(await request(path, { timeoutMs: 0 }))).toMatchObject({
      error: { kind: 'busy' },
    });
    const later = { now: () => Date.now() + 60_000 };
    expect(await acquireLock(await request(path, { timeoutMs: 0, clock: later }))).toMatchObject({
      ok: true,
    });
  });

  it.each(FAULTS)('is free again whichever call fails with %s', async (fault) => {
    for (let failing = 1; ; failing += 1) {
      const path = join(await temporaryDirectory(), 'lock');
      const files = faultyFiles(nodeFiles, { failing, fault });
      const lock = await acquireLock(await request(path, { files, timeoutMs: 0 }));
      if (lock.ok) await lock.value.release();
      expect(await acquireLock(await request(path, { timeoutMs: 0 })), `call ${failing}`).toMatchObject({
        ok: true,
      });
      if (!files.hasFired()) break;
    }
  });
});
