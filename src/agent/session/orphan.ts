import { setTimeout as wait } from 'node:timers/promises';
import type { Files } from '../../base/files.ts';
import { killProcessTree } from '../../base/process.ts';
import { isAlive, processStartTime } from '../../base/process-identity.ts';
import { processesOfSession } from '../tools/marked-processes.ts';
import type { OrphanEnder } from './recover.ts';

const GRACE_MS = 1_000;
const PAUSE_MS = 20;
const GONE_AFTER_KILL_MS = 5_000;

/**
 * Ends process groups that outlived the run that started them. A leader counts only with the start time that was
 * journalled, so that a reused pid is never hit. Where the leader is gone, Linux tells members of the session it led;
 * elsewhere they are left alone, because nothing there proves that they are ours.
 */
export function createOrphanEnder(files: Files): OrphanEnder {
  return { endOrphan: (pid, startTime) => endOrphan(files, pid, startTime) };
}

async function endOrphan(files: Files, pid: number, startTime: string | undefined): Promise<boolean> {
  if (startTime === undefined || !(await isOurs(files, pid, startTime))) return false;
  killProcessTree(pid, 'SIGTERM');
  if (!(await isGone(files, pid, startTime, GRACE_MS))) {
    killProcessTree(pid, 'SIGKILL');
    await isGone(files, pid, startTime, GONE_AFTER_KILL_MS);
  }
  return true;
}

/**
 * Ends what commands of this session started, wherever it went: out of its process group, into a sandbox. The caller
 * holds the session's lease, so no run of it lives. Linux only. Answers how many processes there were.
 */
export async function endSessionOrphans(files: Files, session: string): Promise<number> {
  const ended = new Set<number>();
  for (let waited = 0; waited < GONE_AFTER_KILL_MS; waited += PAUSE_MS) {
    const alive = await processesOfSession(files, session);
    // This very process runs in a command of that session: whoever started it lives, and nothing is an orphan.
    if (alive.length === 0 || alive.includes(process.pid)) break;
    for (const pid of alive) {
      ended.add(pid);
      killProcess(pid);
    }
    await wait(PAUSE_MS);
  }
  return ended.size;
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or is somebody else's.
  }
}

async function isGone(files: Files, pid: number, startTime: string, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += PAUSE_MS) {
    if (!(await isOurs(files, pid, startTime))) return true;
    await wait(PAUSE_MS);
  }
  return false;
}

async function isOurs(files: Files, pid: number, startTime: string): Promise<boolean> {
  if (await isAlive(pid, startTime)) return true;
  const now = await processStartTime(pid);
  // The pid is somebody else's by now.
  if (now !== undefined && now !== startTime) return false;
  return hasMembers(files, pid);
}

/**
 * Linux: a living process whose group and session are both `pid`. While one lives the system gives the number `pid`
 * to nobody else, so such members are what the dead leader started.
 */
async function hasMembers(files: Files, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const entries = await files.readDirectory('/proc').catch(() => []);
  for (const { name } of entries) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await files.readFile(`/proc/${name}/stat`).catch(() => undefined);
    const text = stat && Buffer.from(stat).toString();
    const [state, , group, session] = text ? text.slice(text.lastIndexOf(')') + 2).split(' ') : [];
    if (state !== 'Z' && group === String(pid) && session === String(pid)) return true;
  }
  return false;
}
