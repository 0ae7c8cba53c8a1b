import { measureActivation } from './activation.ts';
import { measureVersion } from './version.ts';

export interface BenchResult {
  readonly name: string;
  readonly unit: 'ms';
  /** Median. */
  readonly value: number;
  /** What it was measured beside, and its median. */
  readonly beside?: { readonly name: string; readonly value: number };
  /** `value` / `beside.value`, each pair by itself, then the median. */
  readonly ratio?: number;
}

/** By the name that `npm run bench -- NAME` takes. */
export const BENCHES: Readonly<Record<string, () => Promise<readonly BenchResult[]>>> = {
  version: measureVersion,
  activation: measureActivation,
};
