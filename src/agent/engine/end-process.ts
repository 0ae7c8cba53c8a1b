import { killProcessTree, type RunningProcess } from '../../base/process.ts';
import { descendantsOf } from '../../base/process-tree.ts';

/** Asks a run's process to end, then SIGTERM, then SIGKILL for it and all below it; each gets the grace time. */
export async function endProcess(
  running: RunningProcess,
  ended: Promise<unknown>,
  graceMs: number,
  ask: () => void,
): Promise<void> {
  ask();
  if (await endsWithin(ended, graceMs)) return;
  const { pid } = running;
  const below = pid === undefined ? [] : await descendantsOf(pid);
  running.kill('SIGTERM');
  if (!(await endsWithin(ended, graceMs))) await killTree(running);
  await ended;
  // A program that is told to end need not end what it started.
  for (const descendant of below) killProcessTree(descendant, 'SIGKILL');
}

/** Commands of a run lead groups of their own: killing the child's group alone would leave them behind. */
async function killTree(running: RunningProcess): Promise<void> {
  const { pid } = running;
  const below = pid === undefined ? [] : await descendantsOf(pid);
  running.kill('SIGKILL');
  for (const descendant of below) killProcessTree(descendant, 'SIGKILL');
}

async function endsWithin(ended: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const inTime = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
