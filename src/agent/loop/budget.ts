import type { Result } from '../../base/result.ts';
import { costUsd } from '../model/prices.ts';
import { NO_USAGE, tokensOf } from '../model/usage.ts';
import type { BudgetMeter } from './loop-config.ts';

/** What all runs of one user use in a day (UTC), on disk: several processes add to it. Problems are sentences. */
export interface DaySpend {
  /** Tokens of today so far. */
  tokens(): Promise<Result<number, string>>;
  /** On disk when it resolves. */
  add(tokens: number, costUsd: number | null): Promise<Result<void, string>>;
}

export interface BudgetLimits {
  /** US dollars of the run. */
  readonly usd?: number;
  /** Input, output and cache tokens of the run together. */
  readonly tokens?: number;
  /** Tokens of a day over all runs of this user. */
  readonly day?: { readonly tokens: number; readonly spend: DaySpend };
}

/**
 * Counts every answer of a run, its subagents' and its own, against hard limits. They are looked at before each
 * request: the answer that passes a limit is the last. Where a limit cannot be kept (a price or a use that is not
 * known, a record of the day that cannot be read) no request leaves: a limit is never guessed at.
 */
export function createBudgetMeter(limits: BudgetLimits): BudgetMeter {
  const used = { tokens: 0, usd: 0, unpriced: false, uncounted: false };
  let broken: string | undefined;
  return {
    async add(usage, cost) {
      const tokens = tokensOf(usage);
      used.tokens += tokens;
      used.uncounted ||= usage.basis === 'unknown';
      used.usd += cost ?? 0;
      used.unpriced ||= cost === null;
      const kept = await limits.day?.spend.add(tokens, cost);
      if (kept?.ok === false) broken = kept.error;
    },
    async whyOver(model) {
      return (
        overUsd(limits.usd, used, model) ??
        overTokens(limits.tokens, used, model) ??
        (await overDay(limits.day, broken ?? (used.uncounted ? notTold(model) : undefined)))
      );
    },
  };
}

function overUsd(
  limit: number | undefined,
  used: { readonly usd: number; readonly unpriced: boolean },
  model: string,
): string | undefined {
  if (limit === undefined) return undefined;
  if (used.unpriced || !hasPrice(model))
    return `The price of ${model} is not known, so the limit of ${dollars(limit)} cannot be kept. Set a limit of tokens in its place, or choose a model whose price is known.`;
  if (used.usd < limit) return undefined;
  return `The run reached its limit of ${dollars(limit)}: ${dollars(used.usd)} were used. Continue the session with a higher limit to go on.`;
}

function overTokens(
  limit: number | undefined,
  used: { readonly tokens: number; readonly uncounted: boolean },
  model: string,
): string | undefined {
  if (limit === undefined) return undefined;
  if (used.uncounted) return `The limit of ${count(limit)} tokens cannot be kept: ${notTold(model)}`;
  if (used.tokens < limit) return undefined;
  return `The run reached its limit of ${count(limit)} tokens: ${count(used.tokens)} were used. Continue the session with a higher limit to go on.`;
}

function notTold(model: string): string {
  return `how many tokens ${model} uses is not told. Set a limit of turns in its place, or choose another model.`;
}

async function overDay(day: BudgetLimits['day'], broken: string | undefined): Promise<string | undefined> {
  if (day === undefined) return undefined;
  const used = await day.spend.tokens();
  const unknown = broken ?? (used.ok ? undefined : used.error);
  if (unknown !== undefined) return `The limit of tokens a day cannot be kept: ${unknown}`;
  if (!used.ok || used.value < day.tokens) return undefined;
  return `The limit of ${count(day.tokens)} tokens a day for all runs is reached: ${count(used.value)} were used today (UTC). Raise budget.tokensPerDay in Varve's config.json, or continue the session tomorrow.`;
}

function hasPrice(model: string): boolean {
  return costUsd(model, NO_USAGE) !== null;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(amount > 0 && amount < 0.1 ? 4 : 2)}`;
}

function count(tokens: number): string {
  return tokens.toLocaleString('en-US');
}
