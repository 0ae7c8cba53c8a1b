import type { LoopConfig } from '../../agent/loop/loop-config.ts';

const leastTokens = 1_024;

/**
 * Thinking as `MAX_THINKING_TOKENS` asks for it, the variable of Claude Code 2.1.330; none where it is not set, is 0
 * or is no number. Models that decide by themselves how much they think are asked to; the others get it as budget.
 */
export function readThinking(
  environment: Readonly<Record<string, string | undefined>>,
): LoopConfig['thinking'] {
  const tokens = Number(environment['MAX_THINKING_TOKENS'] ?? 0);
  if (!Number.isFinite(tokens) || tokens <= 0) return undefined;
  return { budgetTokens: Math.max(leastTokens, Math.floor(tokens)) };
}
