import type { Usage } from './model.ts';

interface Price {
  /** Matches the model's name from its start. */
  readonly model: RegExp;
  /** US dollars per million tokens. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Five-minute cache, the one that is asked for. */
  readonly cacheWrite: number;
  /** Applies only to requests whose prompt has at most this many tokens. */
  readonly upTo?: number;
}

/**
 * Anthropic's list prices as published in October 2026 (platform.claude.com, "Pricing"). First match wins.
 * A model that is not here has no known price, and none is guessed.
 */
const prices: readonly Price[] = [
  price(/^claude-(fable|mythos)-5-[12]\b/, 10, 50, 0.025),
  price(/^claude-(fable|mythos)-5(?!-\d\b)/, 10, 50, 0.1),
  price(/^claude-opus-5-5\b/, 4, 20, 0.05),
  price(/^claude-opus-(5(?!-\d\b)|4-[5-8]\b)/, 5, 25, 0.1),
  price(/^claude-opus-4(-[01]\b|-2\d{7}|$)/, 15, 75, 0.1),
  price(/^claude-sonnet-5-5\b/, 2, 10, 0.05),
  price(/^claude-sonnet-5(?!-\d\b)/, 2, 10, 0.1),
  price(/^claude-(sonnet-4|3-7-sonnet|3-5-sonnet)/, 3, 15, 0.1),
  { ...price(/^claude-haiku-5-5\b/, 0.1, 0.5, 0.1), upTo: 100_000 },
  price(/^claude-haiku-5-5\b/, 0.5, 2.5, 0.1),
  price(/^claude-haiku-4-5\b/, 1, 5, 0.1),
  price(/^claude-3-5-haiku\b/, 0.8, 4, 0.1),
];

/** US dollars of one request; `null` where the model's price is not known. */
export function costUsd(model: string, usage: Usage): number | null {
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const found = prices.find((price) => price.model.test(model) && prompt <= (price.upTo ?? Infinity));
  if (found === undefined) return null;
  return (
    (usage.inputTokens * found.input +
      usage.outputTokens * found.output +
      usage.cacheReadTokens * found.cacheRead +
      usage.cacheWriteTokens * found.cacheWrite) /
    1_000_000
  );
}

function price(model: RegExp, input: number, output: number, readFactor: number): Price {
  return { model, input, output, cacheRead: input * readFactor, cacheWrite: input * 1.25 };
}
