import type { Usage } from '../model/model.ts';
import { costUsd } from '../model/prices.ts';
import { addUsage, NO_USAGE } from '../model/usage.ts';
import type { LoopEnd } from './loop-event.ts';

/** What a run has used and been refused so far. */
export interface Tally {
  turns: number;
  apiDurationMs: number;
  usage: Usage;
  costUsd: number | null;
  readonly denials: LoopEnd['denials'][number][];
}

export function startTally(): Tally {
  return { turns: 0, apiDurationMs: 0, usage: NO_USAGE, costUsd: 0, denials: [] };
}

/**
 * Adds what one answer used and gives its price; `null` where that is not known. One answer without a known price makes
 * the sum unknown: half a sum would mislead.
 */
export function addUse(
  tally: Tally,
  models: readonly string[],
  usage: Usage,
  durationMs: number,
): number | null {
  const prices = models.map((model) => costUsd(model, usage));
  const cost = prices.find((price) => price !== null) ?? null;
  tally.apiDurationMs += durationMs;
  tally.costUsd = tally.costUsd === null || cost === null ? null : tally.costUsd + cost;
  tally.usage = addUsage(tally.usage, usage);
  return cost;
}
