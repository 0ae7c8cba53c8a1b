import type { Files } from '../../src/base/files.ts';

export type Fault = 'ENOSPC' | 'EIO' | 'EACCES' | 'EMFILE' | 'EXDEV' | 'EBUSY' | 'short-write';

export const FAULTS: readonly Fault[] = [
  'ENOSPC',
  'EIO',
  'EACCES',
  'EMFILE',
  'EXDEV',
  'EBUSY',
  'short-write',
];

export interface FaultyFiles extends Files {
  /** How many calls there were. */
  readonly calls: () => number;
  /** Whether the fault was injected. */
  readonly hasFired: () => boolean;
}

export interface FaultPlan {
  /** The call that fails, counted from 1. */
  readonly failing: number;
  readonly fault: Fault;
  /** As if the process had died there: every later call fails too. */
  readonly crash?: boolean;
}

const WRITES = new Set(['writeNew', 'append']);

/** Real files whose n-th call fails. A short write leaves half the bytes and then fails with ENOSPC. */
export function faultyFiles(real: Files, plan: FaultPlan): FaultyFiles {
  let calls = 0;
  let fired = false;
  const failWith = (code: string, name: string) =>
    Object.assign(new Error(`${code}: injected into ${name}`), { code });
  const wrap = (name: string, call: (...args: unknown[]) => Promise<unknown>) => {
    return async (...args: unknown[]) => {
      calls += 1;
      if (calls < plan.failing || (calls > plan.failing && !plan.crash)) return call(...args);
      const isFirst = calls === plan.failing;
      fired = true;
      if (plan.fault === 'short-write') {
        if (isFirst && WRITES.has(name)) {
          const bytes = args[1] as Uint8Array;
          await call(args[0], bytes.subarray(0, Math.floor(bytes.byteLength / 2)), ...args.slice(2));
        }
        throw failWith('ENOSPC', name);
      }
      throw failWith(plan.fault, name);
    };
  };
  const wrapped = Object.entries(real).map(([name, call]) => [name, wrap(name, call as never)]);
  return { ...Object.fromEntries(wrapped), calls: () => calls, hasFired: () => fired };
}
