import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { acquireLease } from '../../../src/agent/session/lease.ts';
import { stopSession } from '../../../src/agent/session/stop-session.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner, processStartTime } from '../../../src/base/process-identity.ts';

async function sessions(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-stop-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const session = '01a20532-4b33-7d76-80ad-aad18cf44826';

it('tells the process that holds the lease to end, and only that very process', async () => {
  const directory = await sessions();
  const self = await currentOwner();
  const request = { files: nodeFiles, owner: self, directory };
  expect(await stopSession(request, session)).toBe(false);
  const child = spawn('sleep', ['618.5']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const startTime = await processStartTime(pid);
  const base = { files: nodeFiles, clock: systemClock, directory, session };
  // A number that was used again: another process began at another time.
  const gone = await acquireLease({ ...base, owner: { ...self, pid, startTime: '1' } });
  expect(gone.ok).toBe(true);
  expect(await stopSession(request, session)).toBe(false);
  expect(child.exitCode ?? child.signalCode).toBeNull();
  const holder = await acquireLease({ ...base, owner: { ...self, pid, ...(startTime && { startTime }) } });
  expect(holder.ok).toBe(true);
  const ended = once(child, 'exit');
  expect(await stopSession(request, session)).toBe(true);
  expect((await ended)[1]).toBe('SIGTERM');
});

it('never tells this process', async () => {
  const directory = await sessions();
  const owner = await currentOwner();
  const base = { files: nodeFiles, clock: systemClock, directory, session };
  expect((await acquireLease({ ...base, owner })).ok).toBe(true);
  expect(await stopSession({ files: nodeFiles, owner, directory }, session)).toBe(false);
});
