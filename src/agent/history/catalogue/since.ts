const HOUR = 60 * 60 * 1000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR };

/**
 * Milliseconds since the epoch of a day (`2026-11-01`, from its beginning here), of a day with a time (ISO 8601), or
 * of an age (`12h`, `7d`, `2w`); undefined for anything else.
 */
export function timeSince(text: string, now: number): number | undefined {
  const age = /^(\d{1,5})([hdw])$/.exec(text);
  if (age) return now - Number(age[1]) * (UNITS[age[2] ?? ''] ?? 0);
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (day) {
    const [year, month, date] = [Number(day[1]), Number(day[2]), Number(day[3])];
    const time = new Date(year, month - 1, date);
    return time.getMonth() === month - 1 && time.getDate() === date ? time.getTime() : undefined;
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isFinite(time) ? time : undefined;
}
