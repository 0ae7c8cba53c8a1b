import { randomUUID } from 'node:crypto';
import type { Files } from '../../base/files.ts';

/** Name of the variable by which processes are told that a command started, wherever they went. */
export const commandMark = 'VARVE_COMMAND';

/**
 * Processes alive that carry this mark in their environment and are not of the process group, i.e. left it
 * (`setsid`). Linux only, by /proc: none elsewhere, and none that changed its environment or belongs to somebody else.
 */
export async function markedOutside(files: Files, mark: string, group: number): Promise<readonly number[]> {
  const marked = await processesWith(files, `${commandMark}=${mark}\0`);
  const outside = marked.map(async (pid) => ((await groupOf(files, pid)) === group ? [] : [pid]));
  return (await Promise.all(outside)).flat();
}

/** Processes alive that a command of this session started, under the same conditions; see `markOf`. */
export function processesOfSession(files: Files, session: string): Promise<readonly number[]> {
  return processesWith(files, `${commandMark}=${session}/`);
}

/** A mark of one command that tells its session. */
export function markOf(session: string): string {
  return `${session}/${randomUUID()}`;
}

async function processesWith(files: Files, variable: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const entries = await files.readDirectory('/proc').catch(() => []);
  const pids = entries.flatMap(({ name }) => (/^\d+$/.test(name) ? [Number(name)] : []));
  const found = pids.map(async (pid) => ((await isMarked(files, pid, variable)) ? [pid] : []));
  return (await Promise.all(found)).flat();
}

async function isMarked(files: Files, pid: number, variable: string): Promise<boolean> {
  // A zombie has no environment any more, so it is none of them.
  const environment = await files.readFile(`/proc/${pid}/environ`).catch(() => undefined);
  if (environment === undefined) return false;
  const bytes = Buffer.from(environment);
  return bytes.subarray(0, variable.length).equals(Buffer.from(variable)) || bytes.includes(`\0${variable}`);
}

/** proc(5): the name in parentheses may hold anything, so fields count from behind its last one. */
async function groupOf(files: Files, pid: number): Promise<number | undefined> {
  const stat = await files.readFile(`/proc/${pid}/stat`).catch(() => undefined);
  if (stat === undefined) return undefined;
  const text = Buffer.from(stat).toString();
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[2]);
}
