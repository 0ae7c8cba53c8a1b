import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ProcessOptions, type RunningProcess, startProcess } from '../../src/base/process.ts';
import {
  bootId,
  currentOwner,
  hasEnded,
  isAlive,
  processStartTime,
} from '../../src/base/process-identity.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';

interface Started {
  readonly running: RunningProcess;
  readonly output: () => string;
}

function start(command: string, args: readonly string[], more: Partial<ProcessOptions> = {}): Started {
  let output = '';
  const onOutput: ProcessOptions['onOutput'] = (stream, bytes) => {
    output += `${stream}:${Buffer.from(bytes)}`;
  };
  const running = startProcess({ command, args, cwd: '/', environment: process.env, onOutput, ...more });
  onTestFinished(() => running.kill('SIGKILL'));
  return { running, output: () => output };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('The condition was not met in time.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a process', () => {
  it('hands over output of both kinds and its exit', async () => {
    const { running, output } = start('sh', ['-c', 'echo out; echo err >&2; exit 3']);
    expect(await running.exit).toEqual({ code: 3, signal: null });
    expect(output()).toContain('stdout:out\n');
    expect(output()).toContain('stderr:err\n');
  });

  it('reads what is written to it', async () => {
    const { running, output } = start('cat', [], { input: 'pipe' });
    expect(running.write('hello')).toBe(true);
    running.endInput();
    expect(await running.exit).toMatchObject({ code: 0 });
    expect(output()).toBe('stdout:hello');
    expect(running.write('too late')).toBe(false);
  });

  it('that cannot be started says why and does not throw', async () => {
    const { running } = start('program-that-is-not-there', []);
    expect(await running.exit).toMatchObject({ code: null, problem: { kind: 'not-found' } });
    expect(running.pid).toBeUndefined();
    running.kill();
  });

  it('is killed with everything it started', async () => {
    const file = join(await temporaryDirectory(), 'pids');
    const { running } = start('sh', [
      '-c',
      `sleep 600 & echo $! > ${file}.new; mv ${file}.new ${file}; sleep 600`,
    ]);
    const read = () => readFile(file, 'utf8').catch(() => '');
    await until(async () => (await read()) !== '');
    const grandchild = Number(await read());
    expect(await isAlive(grandchild)).toBe(true);
    running.kill('SIGKILL');
    expect(await running.exit).toMatchObject({ signal: 'SIGKILL' });
    await until(async () => !(await isAlive(grandchild)));
  });

  it('is killed by its signal', async () => {
    const controller = new AbortController();
    const { running } = start('sleep', ['600'], { signal: controller.signal });
    controller.abort();
    expect(await running.exit).toMatchObject({ signal: 'SIGKILL' });
  });

  it('is not waited for through a pipe that a grandchild keeps open', async () => {
    const { running, output } = start('sh', ['-c', 'sleep 600 & echo started']);
    expect(await running.exit).toMatchObject({ code: 0 });
    expect(output()).toBe('stdout:started\n');
  });
});

describe('the identity of a process', () => {
  it('tells the living from the dead and from the reused pid', async () => {
    const { running } = start('sleep', ['600']);
    const pid = running.pid ?? 0;
    const startTime = await processStartTime(pid);
    expect(startTime).toBeDefined();
    expect(await isAlive(pid, startTime)).toBe(true);
    expect(await isAlive(pid, 'another time')).toBe(false);
    running.kill('SIGKILL');
    await running.exit;
    await until(async () => !(await isAlive(pid, startTime)));
  });

  it('is the same each time it is asked, and has not ended', async () => {
    const [one, other] = [await currentOwner(), await currentOwner()];
    expect(one).toEqual(other);
    expect(one.bootId).toBe(await bootId());
    expect(await hasEnded(one, other)).toBe(false);
    expect(await hasEnded({ ...one, pid: 2 ** 30 }, other)).toBe(true);
    expect(await hasEnded({ ...one, pid: 2 ** 30, host: 'elsewhere' }, other)).toBe(false);
  });
});
