import type { Usage } from './model.ts';

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** The sum; it is only as sure as the less sure of the two. */
export function addUsage(one: Usage, other: Usage): Usage {
  const bases = [one.basis, other.basis];
  const basis = bases.find((each) => each === 'unknown') ?? bases.find((each) => each === 'counted');
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cacheReadTokens: one.cacheReadTokens + other.cacheReadTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
    ...(basis !== undefined && { basis }),
  };
}

/** Input, output and cache together: everything that took room in the request, and the answer. */
export function tokensOf(usage: Usage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens;
}
