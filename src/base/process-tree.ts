import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Pids of all living processes that `pid` started, directly or not, in no order. Read from /proc on Linux (minimal
 * containers have no `ps`), from `ps` elsewhere; empty on Windows, where `taskkill /T` finds the tree itself.
 */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  const parents = await parentOfEach();
  const found = new Set<number>([pid]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  found.delete(pid);
  return [...found];
}

async function parentOfEach(): Promise<ReadonlyMap<number, number>> {
  if (process.platform === 'win32') return new Map();
  return process.platform === 'linux' ? parentsByProc() : parentsByPs();
}

async function parentsByProc(): Promise<ReadonlyMap<number, number>> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent > 0) parents.set(Number(name), parent);
  }
  return parents;
}

async function parentsByPs(): Promise<ReadonlyMap<number, number>> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']).catch(() => ({
    stdout: '',
  }));
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return pid && parent ? [[pid, parent] as const] : [];
    }),
  );
}
