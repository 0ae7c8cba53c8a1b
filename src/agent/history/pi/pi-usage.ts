import { type LooseObject, numberField, objectField } from '../loose-json.ts';
import type { TranscriptUsage } from '../transcript.ts';

/** Sums of what the tool counted itself. */
export class PiUsage {
  #input = 0;
  #output = 0;
  #costUsd: number | null = null;
  #isCounted = false;

  add(usage: LooseObject | undefined): void {
    if (usage === undefined) return;
    const count = (name: string) => Math.max(0, numberField(usage, name) ?? 0);
    this.#isCounted = true;
    this.#input += count('input') + count('cacheRead') + count('cacheWrite');
    this.#output += count('output');
    const cost = numberField(objectField(usage, 'cost'), 'total');
    if (cost !== undefined && cost >= 0) this.#costUsd = (this.#costUsd ?? 0) + cost;
  }

  total(): TranscriptUsage | undefined {
    return this.#isCounted ? { inputTokens: this.#input, outputTokens: this.#output } : undefined;
  }

  costUsd(): number | null {
    return this.#costUsd;
  }
}
