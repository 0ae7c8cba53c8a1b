import { join } from 'node:path';
import type { StateSurroundings } from './state-references.ts';
import { carryOutSweep, DAY_MS, planSweep, type RetentionLimits } from './sweep.ts';

/**
 * Sweeps a project's local state once a day. A sentence where something was taken away or could not be; never
 * rejects. `cache/swept` says when it was done last.
 */
export async function sweepWhenDue(
  around: StateSurroundings,
  limits: RetentionLimits,
): Promise<string | undefined> {
  const { files, clock, stateDirectory } = around;
  const mark = join(stateDirectory, 'cache', 'swept');
  try {
    const last = await files.status(mark);
    if (last !== undefined && Math.abs(clock.now() - last.modified) < DAY_MS) return undefined;
    await files.makeDirectory(join(stateDirectory, 'cache'), 0o700);
    if (last !== undefined) await files.removeFile(mark);
    await files.writeNew(mark, Buffer.from(`${new Date(clock.now()).toISOString()}\n`), 0o600);
    const plan = await planSweep(around, limits);
    if (plan.paths.length === 0) return plan.remarks[0];
    const done = await carryOutSweep(around, plan);
    if (!done.ok) return undefined;
    const { length } = plan.sessions;
    const sessions =
      length === 0 ? '' : ` with ${length} ${length === 1 ? 'session' : 'sessions'} past their time`;
    return `Local state was swept: ${megabytes(done.value.bytes)} deleted${sessions}. See varve doctor.`;
  } catch {
    // Somebody else sweeps, or the disk is read-only: there is another day.
    return undefined;
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
}
