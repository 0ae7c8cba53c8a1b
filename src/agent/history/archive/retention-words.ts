import type { ToolRetention } from '../history-reader.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const YEAR_DAYS = 365;

/** Days until the tool deletes the session by itself, counted up: 0 when it may go at any moment. Undefined: never. */
export function daysLeft(
  retention: ToolRetention | undefined,
  /** When the session last changed. Milliseconds since the epoch, as `now` is. */
  modified: number,
  now: number,
): number | undefined {
  if (retention === undefined) return undefined;
  return Math.max(0, Math.ceil((modified - now) / DAY_MS + retention.days));
}

/** How long a tool goes on keeping a session, in a sentence. Pure. `name`: the tool as people call it. */
export function retentionWords(
  name: string,
  retention: ToolRetention | undefined,
  modified: number,
  now: number,
): string {
  const days = daysLeft(retention, modified, now);
  if (days === undefined) return `${name} keeps this until you delete it.`;
  if (days === 0) return `${name} may delete this at any moment.`;
  if (days === 1) return `${name} deletes this within a day.`;
  return days > YEAR_DAYS
    ? `${name} keeps this for more than a year.`
    : `${name} deletes this in ${days} days.`;
}
