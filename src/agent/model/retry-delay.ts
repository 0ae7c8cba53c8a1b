const firstDelayMs = 1_000;
const longestOwnDelayMs = 30_000;
/** A server may ask for this much; one that asks for more is not waited for. */
export const longestServerDelayMs = 600_000;

/**
 * How long to wait before attempt `attempt + 1`: what the server asks for plus a little, so that many clients do
 * not come back at once, else doubling from one second to thirty with half of it left to chance.
 * `random` answers 0 up to 1.
 */
export function retryDelay(attempt: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined)
    return Math.round(retryAfterMs + random() * Math.min(1_000, retryAfterMs / 4));
  const full = Math.min(longestOwnDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.round(full / 2 + (random() * full) / 2);
}
