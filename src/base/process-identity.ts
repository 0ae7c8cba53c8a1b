import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { errorCode } from './io-problem.ts';

/** Who holds a lock or a lease: enough to tell a living owner from a reused pid or an earlier boot. */
export interface ProcessOwner {
  readonly pid: number;
  readonly startTime?: string;
  readonly bootId?: string;
  readonly host: string;
}

/** The record of this process. */
export async function currentOwner(): Promise<ProcessOwner> {
  const [startTime, boot] = await Promise.all([processStartTime(process.pid), bootId()]);
  return {
    pid: process.pid,
    host: hostname(),
    ...(startTime === undefined ? {} : { startTime }),
    ...(boot === undefined ? {} : { bootId: boot }),
  };
}

/**
 * Whether an owner can have ended: it is of this host, and of an earlier boot, dead, or its pid is another process
 * now. An owner of another host is never said to have ended: nobody here can know.
 */
export async function hasEnded(owner: ProcessOwner, self: ProcessOwner): Promise<boolean> {
  if (owner.host !== self.host) return false;
  if (owner.bootId !== undefined && self.bootId !== undefined && owner.bootId !== self.bootId) return true;
  return !(await isAlive(owner.pid, owner.startTime));
}

/**
 * Start time of a process in units of the system (Linux: clock ticks since boot, proc(5) field 22; macOS: `ps`
 * text), to tell a pid from its reuse; undefined when unknown, always so on Windows.
 */
export async function processStartTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return (await linuxProcess(pid))?.startTime;
  if (process.platform === 'win32') return undefined;
  return output('ps', ['-o', 'lstart=', '-p', String(pid)]);
}

/** Whether the process lives; with a start time, whether it is still the same process. A zombie is dead. */
export async function isAlive(pid: number, startTime?: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if (errorCode(error) !== 'EPERM') return false;
  }
  if (process.platform === 'linux') {
    const found = await linuxProcess(pid);
    if (found === undefined) return true;
    return found.state !== 'Z' && (startTime === undefined || found.startTime === startTime);
  }
  if (startTime === undefined) return true;
  const now = await processStartTime(pid);
  return now === undefined || now === startTime;
}

/** An id of this boot of the system; undefined where there is none (Windows). */
export async function bootId(): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
    return text?.trim();
  }
  if (process.platform !== 'darwin') return undefined;
  return (
    (await output('sysctl', ['-n', 'kern.bootsessionuuid'])) ?? output('sysctl', ['-n', 'kern.boottime'])
  );
}

async function linuxProcess(pid: number): Promise<{ state: string; startTime: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name in parentheses may hold spaces and parentheses itself: fields count from behind its last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    });
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch {
    return undefined;
  }
}
