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

/** Whether there is a price to count with. */
export function hasPrice(model: string): boolean {
  return prices.some((price) => price.model.test(model));
}

/** US dollars of one request; `null` where the model's price is not known, or what it took. */
export function costUsd(model: string, usage: Usage): number | null {
  if (usage.basis === 'unknown') return null;
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

/** Windows of models that have another than most; what Claude Code 2.1.330 reports for them as `contextWindow`. */
const wideWindow = /^claude-((fable|mythos|opus|sonnet)-5|haiku-5-5|opus-4-8)\b/;

/**
 * Tokens that fit a request and its answer. 200,000 is that of the other Claude models, and an assumption for models
 * that are not here: their servers say themselves when it is too much.
 */
export function contextWindow(model: string): number {
  return wideWindow.test(model) ? 1_000_000 : 200_000;
}

/** Models that decide by themselves how much they think; to which of them Claude Code 2.1.330 sends `adaptive`. */
const adaptiveThinking = /^claude-((fable|mythos|opus|sonnet|haiku)-5|opus-4-[6-8])\b/;

/** Whether a model takes `thinking: adaptive`; the others take a budget. */
export function thinksAdaptively(model: string): boolean {
  return adaptiveThinking.test(model);
}

function price(model: RegExp, input: number, output: number, readFactor: number): Price {
  return { model, input, output, cacheRead: input * readFactor, cacheWrite: input * 1.25 };
}
